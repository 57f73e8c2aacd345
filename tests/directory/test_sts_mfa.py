"""Sessions with a second factor: what they open, and for how long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.errors import AccessDenied, InvalidClientTokenId
from tests.conftest import Directory
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.directory.sessions import ACCOUNT, Signer, trust, user_arn
from tests.documents import READ_ONLY, allow

As = Callable[..., Signer]
ASKED = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
FRESH = {"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}


@pytest.fixture
def bob(key_of: As) -> Signer:
    """May read, but only with a second factor."""
    return key_of("bob", document=allow(["iam:List*", "iam:Get*"], Condition=ASKED))


@pytest.fixture
def app(do: Do, bob: Signer) -> App:
    """What bob has enrolled; the next code is the first that has not been used."""
    return enrolled(do, bob.caller.name)


def proof(app: App) -> dict[str, str]:
    return {"serial_number": app.serial, "token_code": app.code(ahead=1)}


def test_a_policy_that_asks_for_a_second_factor_refuses_a_key_and_lets_a_session_in(bob: Signer, app: App) -> None:
    with pytest.raises(AccessDenied, match="iam:ListUsers"):
        bob("list_users")
    session = Signer(bob.iam, bob("get_session_token", **proof(app))["credentials"])
    assert session("list_users")["users"]
    assert session.caller.mfa_time is not None


def test_a_session_without_a_second_factor_is_not_let_in(bob: Signer, app: App) -> None:
    session = Signer(bob.iam, bob("get_session_token")["credentials"])
    with pytest.raises(InvalidClientTokenId):
        session("list_users")
    assert app.serial


def test_a_code_gives_one_session(bob: Signer, app: App) -> None:
    given = proof(app)
    bob("get_session_token", **given)
    with pytest.raises(AccessDenied, match="invalid MFA one time pass code"):
        bob("get_session_token", **given)


def test_a_wrong_code_gives_none(bob: Signer, app: App) -> None:
    wrong = f"{(int(app.code(ahead=1)) + 500_000) % 1_000_000:06}"
    with pytest.raises(AccessDenied, match="invalid MFA one time pass code"):
        bob("get_session_token", serial_number=app.serial, token_code=wrong)


def test_the_device_of_another_user_gives_none(bob: Signer, key_of: As, app: App) -> None:
    with pytest.raises(AccessDenied, match="associated with this user"):
        key_of("joy")("get_session_token", **proof(app))
    assert bob("get_session_token", **proof(app))["credentials"]


def test_a_role_that_asks_for_a_second_factor_takes_one_with_the_call(do: Do, bob: Signer, app: App) -> None:
    asked = {**ASKED, **FRESH}
    do("create_role", role_name="deploy", assume_role_policy_document=trust(user_arn("bob"), conditions=asked))
    with pytest.raises(AccessDenied, match="sts:AssumeRole"):
        bob.assume("deploy")
    session = bob.assume("deploy", **proof(app))
    assert session.caller.mfa_time is not None


def test_a_role_that_asks_for_a_second_factor_takes_one_of_the_session(do: Do, bob: Signer, app: App) -> None:
    do("create_role", role_name="deploy", assume_role_policy_document=trust(user_arn("bob"), conditions=ASKED))
    do("put_role_policy", role_name="deploy", policy_name="own", policy_document=allow("iam:List*", Condition=ASKED))
    session = Signer(bob.iam, bob("get_session_token", **proof(app))["credentials"])
    assert session.assume("deploy")("list_users")["users"]


def test_a_second_factor_does_not_go_on_from_role_to_role(do: Do, bob: Signer, app: App) -> None:
    first = trust(user_arn("bob"), conditions=ASKED)
    do("create_role", role_name="first", assume_role_policy_document=first)
    do("attach_role_policy", role_name="first", policy_arn=READ_ONLY)
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/first/session"
    do("create_role", role_name="second", assume_role_policy_document=trust(session))
    assert bob.assume("first", **proof(app)).assume("second").caller.mfa_time is None


def test_a_code_is_not_used_up_by_a_call_that_is_refused_anyway(do: Do, bob: Signer, app: App) -> None:
    do("create_user", user_name="joy")
    do("create_role", role_name="closed", assume_role_policy_document=trust(user_arn("joy")))
    given = proof(app)
    with pytest.raises(AccessDenied, match="sts:AssumeRole"):
        bob.assume("closed", **given)
    assert bob("get_session_token", **given)["credentials"]


def test_codes_are_not_written_into_the_audit_trail(bob: Signer, app: App, directory: Directory) -> None:
    given = proof(app)
    bob("get_session_token", **given)
    assert f'"{given["token_code"]}"' not in (directory.data / "audit.jsonl").read_text()
