"""Assuming roles: whom a trust policy lets in, and on which terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter.caller import CallerKind
from adapter.errors import AccessDenied, InvalidClientTokenId, ValidationError
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.directory.sessions import ACCOUNT, Signer, role_arn, trust, user_arn
from tests.documents import ADMINISTRATOR, READ_ONLY, allow, deny

As = Callable[..., Signer]
BOB = user_arn("bob")
OWN = f"arn:aws:iam::{ACCOUNT}:root"
ASSUME = allow(["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"])


@pytest.fixture
def bob(key_of: As) -> Signer:
    return key_of("bob")


@pytest.fixture
def make_role(do: Do) -> Callable[..., str]:
    def make(name: str, trust_policy: str, *policies: str, **more: Any) -> str:
        do("create_role", role_name=name, assume_role_policy_document=trust_policy, **more)
        for arn in policies:
            do("attach_role_policy", role_name=name, policy_arn=arn)
        return role_arn(name)

    return make


Make = Callable[..., str]


def refused(name: str, arn: str) -> str:
    return f"^User: {name} is not authorized to perform: sts:AssumeRole on resource: {arn}$"


def test_a_session_of_a_role_is_named_after_both(do: Do, bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB))
    answer = bob("assume_role", role_arn=role_arn("deploy"), role_session_name="bob@laptop")
    role_id = do("get_role", role_name="deploy")["role"]["role_id"]
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/bob@laptop"
    assert answer["assumed_role_user"] == {"assumed_role_id": f"{role_id}:bob@laptop", "arn": arn}
    assert "packed_policy_size" not in answer
    session = Signer(bob.iam, answer["credentials"])
    assert session("get_caller_identity") == {"user_id": f"{role_id}:bob@laptop", "account": ACCOUNT, "arn": arn}
    assert session.caller.kind is CallerKind.ASSUMED_ROLE


def test_a_session_has_the_permissions_of_its_role_and_not_of_its_user(key_of: As, make_role: Make) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    make_role("reader", trust(BOB), READ_ONLY)
    session = bob.assume("reader")
    assert session("list_users")["users"]
    with pytest.raises(AccessDenied) as refusal:
        session("create_group", group_name="x")
    assert refusal.value.message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/reader/session is not authorized to perform: iam:CreateGroup on "
        f"resource: arn:aws:iam::{ACCOUNT}:group/x because no identity-based policy allows the iam:CreateGroup action"
    )


def test_the_boundary_of_a_role_limits_its_sessions(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), ADMINISTRATOR, permissions_boundary=READ_ONLY)
    with pytest.raises(AccessDenied, match="because no permissions boundary allows the iam:CreateGroup action"):
        bob.assume("deploy")("create_group", group_name="x")


def test_a_user_who_is_named_needs_no_permission_of_its_own(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB))
    assert bob.assume("deploy").caller.name == "deploy/session"


@pytest.mark.parametrize("principal", [OWN, ACCOUNT])
def test_an_account_that_is_named_leaves_it_to_its_own_policies(
    key_of: As, bob: Signer, make_role: Make, principal: str
) -> None:
    make_role("deploy", trust(principal))
    with pytest.raises(AccessDenied, match=refused(BOB, role_arn("deploy"))):
        bob.assume("deploy")
    assert key_of("joy", document=ASSUME).assume("deploy").caller.arn.endswith("deploy/session")


def test_whom_the_trust_policy_does_not_name_is_refused_with_all_permissions(key_of: As, make_role: Make) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    key_of("somebody")
    arn = make_role("deploy", trust(user_arn("somebody")))
    with pytest.raises(AccessDenied, match=refused(BOB, arn)):
        bob.assume("deploy")


def test_a_role_that_does_not_exist_is_refused_in_the_same_words(key_of: As) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    for arn in (role_arn("none"), role_arn("none", "999999999999")):
        with pytest.raises(AccessDenied, match=refused(BOB, arn)):
            bob.assume(arn)


def test_the_path_belongs_to_the_name_of_a_role(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), path="/ci/")
    with pytest.raises(AccessDenied):
        bob.assume("deploy")
    assert bob.assume("ci/deploy").caller.arn.endswith("assumed-role/deploy/session")


def test_an_explicit_deny_of_the_user_s_own_wins_and_is_told(key_of: As, make_role: Make) -> None:
    bob = key_of("bob", document=deny("sts:*"))
    make_role("deploy", trust(BOB))
    with pytest.raises(AccessDenied, match="with an explicit deny in an identity-based policy"):
        bob.assume("deploy")


def test_an_explicit_deny_of_the_trust_policy_wins_and_is_not_told(key_of: As, make_role: Make) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    bob = key_of("bob", ADMINISTRATOR)
    arn = make_role("deploy", trust(BOB, also=[statement]))
    with pytest.raises(AccessDenied, match=refused(BOB, arn)):
        bob.assume("deploy")


def test_the_root_user_assumes_no_role(do: Do, make_role: Make) -> None:
    make_role("deploy", trust(OWN))
    with pytest.raises(AccessDenied, match=r"^Roles may not be assumed by root accounts\.$"):
        do("assume_role", role_arn=role_arn("deploy"), role_session_name="root")


def test_a_session_of_a_user_assumes_roles(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB))
    session = Signer(bob.iam, bob("get_session_token")["credentials"])
    assert session.assume("deploy").caller.kind is CallerKind.ASSUMED_ROLE


def test_a_new_trust_policy_holds_at_once(do: Do, bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB))
    bob.assume("deploy")
    do("create_user", user_name="joy")
    do("update_assume_role_policy", role_name="deploy", policy_document=trust(user_arn("joy")))
    with pytest.raises(AccessDenied):
        bob.assume("deploy")


def test_a_role_asks_for_its_external_id(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB, conditions={"StringEquals": {"sts:ExternalId": "secret-1"}}))
    for given in ({}, {"external_id": "secret-2"}):
        with pytest.raises(AccessDenied):
            bob.assume("deploy", **given)
    assert bob.assume("deploy", external_id="secret-1").caller.name == "deploy/session"


def test_a_role_asks_for_a_name_of_the_session(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB, conditions={"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}))
    with pytest.raises(AccessDenied):
        bob.assume("deploy", "somebody")
    assert bob.assume("deploy", "bob").caller.name == "deploy/bob"


def test_a_role_that_asks_for_a_second_factor_gets_none_from_a_key(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB, conditions={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    with pytest.raises(AccessDenied, match="not authorized to perform: sts:AssumeRole"):
        bob.assume("deploy")


def test_a_code_that_is_not_right_opens_no_role(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB, conditions={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    with pytest.raises(AccessDenied, match="MultiFactorAuthentication failed"):
        bob.assume("deploy", serial_number=f"arn:aws:iam::{ACCOUNT}:mfa/bob", token_code="123456")


@pytest.mark.parametrize("name", ["x", "with space", "a/b", "ä" * 4, "x" * 65])
def test_the_name_of_a_session_has_to_be_a_plain_word(bob: Signer, make_role: Make, name: str) -> None:
    make_role("deploy", trust(BOB))
    with pytest.raises(ValidationError, match="roleSessionName"):
        bob.assume("deploy", name)


def test_a_session_of_a_role_lasts_an_hour_or_as_long_as_the_role_allows(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), max_session_duration=7200)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    given = {"role_arn": role_arn("deploy"), "role_session_name": "bob", "at": now}
    assert bob("assume_role", **given)["credentials"]["expiration"] == now + timedelta(hours=1)
    longer = bob("assume_role", duration_seconds=7200, **given)
    assert longer["credentials"]["expiration"] == now + timedelta(hours=2)
    with pytest.raises(ValidationError, match="exceeds the MaxSessionDuration set for this role"):
        bob("assume_role", duration_seconds=7201, **given)


def test_a_session_ends_with_its_role(do: Do, bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB))
    session = bob.assume("deploy")
    assert session.caller.name == "deploy/session"
    do("delete_role", role_name="deploy")
    with pytest.raises(InvalidClientTokenId):
        _ = session.caller
    make_role("deploy", trust(BOB))
    with pytest.raises(InvalidClientTokenId):
        _ = session.caller


def test_a_policy_of_a_role_that_is_taken_away_is_gone_for_running_sessions(
    do: Do, bob: Signer, make_role: Make
) -> None:
    make_role("deploy", trust(BOB), READ_ONLY)
    session = bob.assume("deploy")
    session("list_users")
    do("detach_role_policy", role_name="deploy", policy_arn=READ_ONLY)
    with pytest.raises(AccessDenied):
        session("list_users")


def test_sessions_are_ended_by_a_policy_about_when_they_began(do: Do, bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), READ_ONLY)
    session = bob.assume("deploy")
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    revoke = deny("*", Condition={"DateLessThan": {"aws:TokenIssueTime": later}})
    do("put_role_policy", role_name="deploy", policy_name="AWSRevokeOlderSessions", policy_document=revoke)
    with pytest.raises(AccessDenied, match="with an explicit deny in an identity-based policy"):
        session("list_users")


@pytest.mark.parametrize("operation", ["get_session_token", "get_federation_token"])
def test_a_session_of_a_role_gets_no_credentials_but_of_roles(bob: Signer, make_role: Make, operation: str) -> None:
    make_role("deploy", trust(BOB), ADMINISTRATOR)
    params = {"name": "guest"} if operation == "get_federation_token" else {}
    with pytest.raises(AccessDenied, match="with session credentials"):
        bob.assume("deploy")(operation, **params)


def test_a_session_of_a_role_is_no_user(bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), ADMINISTRATOR)
    with pytest.raises(ValidationError, match="Must specify userName when calling with non-User credentials"):
        bob.assume("deploy")("get_user")


def test_a_role_tells_when_it_was_last_used(do: Do, bob: Signer, make_role: Make) -> None:
    make_role("deploy", trust(BOB), READ_ONLY)
    assert do("get_role", role_name="deploy")["role"]["role_last_used"] == {}
    bob.assume("deploy")("list_users")
    bob.iam.close()
    used = do("get_role", role_name="deploy")["role"]["role_last_used"]
    assert used["region"] == "eu-central-1"
    assert datetime.now(UTC) - used["last_used_date"] < timedelta(minutes=1)


def test_a_trust_policy_that_another_tool_has_broken_trusts_nobody(
    directory: Directory, key_of: As, make_role: Make
) -> None:
    bob = key_of("bob", ADMINISTRATOR)
    arn = make_role("deploy", trust(BOB))
    broken = f"dn: cn=deploy,ou=roles,ou=iam,{directory.suffix}\nchangetype: modify\nreplace: iamTrustPolicy\n"
    directory.ldap("ldapmodify", stdin=broken + "iamTrustPolicy: {oops\n")
    with pytest.raises(AccessDenied, match=refused(BOB, arn)):
        bob.assume("deploy")
