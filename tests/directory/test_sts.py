"""Who signed, a user's own temporary credentials, and when they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from adapter import Iam, open_iam
from adapter.crypto.sealing import Keyring, MasterKey
from adapter.crypto.tokens import seal_message
from adapter.errors import (
    AccessDenied,
    ExpiredToken,
    InvalidAuthorizationMessage,
    InvalidClientTokenId,
    SignatureDoesNotMatch,
    ValidationError,
)
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.directory.sessions import ACCOUNT, Signer, user_arn
from tests.documents import ADMINISTRATOR, allow

As = Callable[..., Signer]


@pytest.fixture
def bob(key_of: As) -> Signer:
    return key_of("bob", ADMINISTRATOR)


def session_of(signer: Signer, **params: object) -> Signer:
    return Signer(signer.iam, signer("get_session_token", **params)["credentials"])


def test_a_session_is_its_user(bob: Signer) -> None:
    identity = session_of(bob)("get_caller_identity")
    assert identity == bob("get_caller_identity")
    assert identity["arn"] == user_arn("bob")


def test_a_session_lasts_twelve_hours_unless_it_is_told_otherwise(bob: Signer) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert bob("get_session_token", at=now)["credentials"]["expiration"] == now + timedelta(hours=12)
    short = bob("get_session_token", at=now, duration_seconds=900)["credentials"]
    assert short["expiration"] == now + timedelta(minutes=15)


def test_a_session_of_the_root_user_lasts_an_hour(iam: Iam, do: Do) -> None:
    root = Signer(iam, do("create_access_key")["access_key"])
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert root("get_session_token", at=now)["credentials"]["expiration"] == now + timedelta(hours=1)


def test_getting_a_session_needs_no_permission(key_of: As) -> None:
    assert session_of(key_of("joy"))("get_caller_identity")["arn"] == user_arn("joy")


@pytest.mark.parametrize("operation", ["list_users", "get_user", "list_access_keys"])
def test_without_a_second_factor_a_session_may_not_call_iam(bob: Signer, operation: str) -> None:
    with pytest.raises(InvalidClientTokenId, match="The security token included in the request is invalid"):
        session_of(bob)(operation)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("get_session_token", {}),
        ("get_federation_token", {"name": "guest"}),
        ("get_access_key_info", {"access_key_id": "AKIAIOSFODNN7EXAMPLE"}),
        ("decode_authorization_message", {"encoded_message": "x"}),
    ],
)
def test_a_session_may_only_tell_who_it_is_and_assume_roles(
    bob: Signer, operation: str, params: dict[str, str]
) -> None:
    with pytest.raises(AccessDenied, match="with session credentials"):
        session_of(bob)(operation, **params)


def test_a_code_of_a_device_that_nobody_has_is_refused(bob: Signer) -> None:
    with pytest.raises(AccessDenied, match="MultiFactorAuthentication failed, unable to validate MFA code"):
        session_of(bob, serial_number=f"arn:aws:iam::{ACCOUNT}:mfa/none", token_code="123456")


@pytest.mark.parametrize("half", [{"serial_number": f"arn:aws:iam::{ACCOUNT}:mfa/bob"}, {"token_code": "123456"}])
def test_a_code_needs_its_device(bob: Signer, half: dict[str, str]) -> None:
    with pytest.raises(AccessDenied, match="must provide both MFA serial number and one time pass code"):
        session_of(bob, **half)


def test_a_session_ends(bob: Signer) -> None:
    with pytest.raises(ExpiredToken, match="The security token included in the request is expired"):
        _ = session_of(bob, at=datetime.now(UTC) - timedelta(hours=13)).caller


def test_a_temporary_key_without_its_token_is_invalid(bob: Signer) -> None:
    keys = dict(session_of(bob).credentials)
    del keys["session_token"]
    with pytest.raises(InvalidClientTokenId):
        _ = Signer(bob.iam, keys).caller


def test_a_long_term_key_with_a_token_is_invalid(bob: Signer) -> None:
    token = session_of(bob).credentials["session_token"]
    with pytest.raises(InvalidClientTokenId):
        _ = Signer(bob.iam, {**bob.credentials, "session_token": token}).caller


def test_the_token_of_another_session_is_invalid(bob: Signer) -> None:
    one, other = session_of(bob).credentials, session_of(bob).credentials
    with pytest.raises(InvalidClientTokenId):
        _ = Signer(bob.iam, {**one, "session_token": other["session_token"]}).caller


def test_an_altered_token_is_invalid(bob: Signer) -> None:
    keys = session_of(bob).credentials
    altered = keys["session_token"][:40] + "AAAA" + keys["session_token"][44:]
    with pytest.raises(InvalidClientTokenId):
        _ = Signer(bob.iam, {**keys, "session_token": altered}).caller


def test_a_session_can_t_be_used_with_another_secret(bob: Signer) -> None:
    with pytest.raises(SignatureDoesNotMatch):
        _ = Signer(bob.iam, {**session_of(bob).credentials, "secret_access_key": "x" * 40}).caller


def end(do: Do, user_name: str) -> None:
    """Deletes a user with all that it has."""
    for key in do("list_access_keys", user_name=user_name)["access_key_metadata"]:
        do("delete_access_key", user_name=user_name, access_key_id=key["access_key_id"])
    for policy in do("list_attached_user_policies", user_name=user_name)["attached_policies"]:
        do("detach_user_policy", user_name=user_name, policy_arn=policy["policy_arn"])
    do("delete_user", user_name=user_name)


def test_a_session_ends_with_its_user(do: Do, bob: Signer) -> None:
    session = session_of(bob)
    end(do, "bob")
    with pytest.raises(InvalidClientTokenId):
        _ = session.caller


def test_a_namesake_revives_no_session(do: Do, bob: Signer) -> None:
    session = session_of(bob)
    assert session.caller.name == "bob"
    end(do, "bob")
    do("create_user", user_name="bob")
    with pytest.raises(InvalidClientTokenId):
        _ = session.caller


def test_a_session_ends_when_another_tool_disables_its_user(directory: Directory, bob: Signer) -> None:
    session = session_of(bob)
    lock = f"dn: uid=bob,ou=people,{directory.suffix}\nchangetype: modify\nreplace: pwdAccountLockedTime\n"
    directory.ldap("ldapmodify", stdin=lock + "pwdAccountLockedTime: 000001010000Z\n")
    with pytest.raises(InvalidClientTokenId):
        _ = Signer(bob.iam, session.credentials).caller


def test_a_session_follows_its_user_to_another_name(do: Do, bob: Signer) -> None:
    session = session_of(bob)
    do("update_user", user_name="bob", new_user_name="robert")
    do("create_user", user_name="bob")
    assert session("get_caller_identity")["arn"] == user_arn("robert")


def test_a_session_is_at_least_as_long_as_it_is_asked_to_be(bob: Signer) -> None:
    answer = bob("get_session_token", minimum_session_token_size=4000)
    assert len(answer["credentials"]["session_token"]) == answer["session_token_size"] >= 4000
    assert answer["session_token_utilization"] == 49
    assert Signer(bob.iam, answer["credentials"]).caller.name == "bob"


def test_the_account_of_a_temporary_key_is_told(bob: Signer) -> None:
    key = session_of(bob).credentials["access_key_id"]
    assert bob("get_access_key_info", access_key_id=key) == {"account": ACCOUNT}


def test_a_temporary_key_and_its_account_outlive_a_new_master_key(directory: Directory, bob: Signer) -> None:
    session = session_of(bob)
    file = directory.settings.master_key_path
    file.write_text(f"{MasterKey.generate().to_text()}\n{file.read_text()}")
    rotated = open_iam(directory.settings)
    signer = Signer(rotated, session.credentials)
    assert signer.caller.name == "bob"
    key = session.credentials["access_key_id"]
    assert Signer(rotated, bob.credentials)("get_access_key_info", access_key_id=key) == {"account": ACCOUNT}
    rotated.close()


@pytest.mark.parametrize("key", ["ASIAIOSFODNN7EXAMPLE", "ASIA0000000000000000", "AKIAIOSFODNN7EXAMPLE"])
def test_a_key_that_nobody_issued_has_no_account(bob: Signer, key: str) -> None:
    with pytest.raises(ValidationError):
        bob("get_access_key_info", access_key_id=key)


def test_an_authorization_message_is_decoded_for_those_who_may(directory: Directory, key_of: As) -> None:
    keyring = Keyring.from_text(directory.settings.master_key_path.read_text())
    message = seal_message(keyring, ACCOUNT, {"allowed": False})
    may = key_of("ray", document=allow("sts:DecodeAuthorizationMessage"))
    answer = may("decode_authorization_message", encoded_message=message)
    assert answer == {"decoded_message": '{"allowed":false}'}
    with pytest.raises(AccessDenied, match="sts:DecodeAuthorizationMessage"):
        key_of("joy")("decode_authorization_message", encoded_message=message)


def test_what_is_no_authorization_message_is_refused(bob: Signer) -> None:
    with pytest.raises(InvalidAuthorizationMessage):
        bob("decode_authorization_message", encoded_message="hello")


def test_credentials_that_are_given_out_are_written_down_without_them(directory: Directory, bob: Signer) -> None:
    made = session_of(bob).credentials
    trail = (directory.settings.data / "audit.jsonl").read_text()
    assert "sts:GetSessionToken" in trail
    assert made["session_token"] not in trail
    assert made["secret_access_key"] not in trail
