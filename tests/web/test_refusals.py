"""Nobody learns from a refused sign-in which names exist."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.visitor import SIGN_IN, Visitor


def _shape(visitor: Visitor, name: str, password: str = "wrong-password-1") -> tuple[int, str, list[str]]:
    """Status, page and header names of a refusal, without what differs between any two requests."""
    response = visitor.sign_in(name, password)
    page = re.sub(r'(nonce|value|data-passkey-use)="[^"]*"', "", response.get_data(as_text=True))
    return response.status_code, page, sorted(name for name, _ in response.headers)


@pytest.fixture
def refusal_of_nobody(visitor: Visitor) -> tuple[int, str, list[str]]:
    return _shape(visitor, "nobody")


def test_a_wrong_password_is_answered_like_an_unknown_user(visitor: Visitor, refusal_of_nobody: Any) -> None:
    assert _shape(visitor, "bob") == refusal_of_nobody


def test_a_disabled_user_is_answered_like_an_unknown_one(
    visitor: Visitor, demo_directory: Any, refusal_of_nobody: Any
) -> None:
    disable(demo_directory, "bob", "000001010000Z")
    assert _shape(visitor, "bob", "Bindery-demo-1") == refusal_of_nobody


def test_a_locked_user_is_answered_like_an_unknown_one(
    visitor: Visitor, demo_directory: Any, refusal_of_nobody: Any
) -> None:
    disable(demo_directory, "bob", f"{datetime.now(UTC):%Y%m%d%H%M%SZ}")
    assert _shape(visitor, "bob", "Bindery-demo-1") == refusal_of_nobody


def test_an_unknown_account_is_answered_like_an_unknown_user(visitor: Visitor, refusal_of_nobody: Any) -> None:
    visitor.account = "999999999999"
    assert _shape(visitor, "bob") == refusal_of_nobody


def test_a_user_without_a_password_is_answered_like_an_unknown_one(
    visitor: Visitor, do: Do, refusal_of_nobody: Any
) -> None:
    do("create_user", user_name="robot")
    assert _shape(visitor, "robot") == refusal_of_nobody


HOSTILE = [
    "*",
    "bob)(uid=*",
    "bob\\2a",
    "bob,ou=people",
    "b\u00f6b\U0001f600",
    "a" * 128,
    "+",
    "#x",
    '"bob"',
    "=",
    "\\",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_an_unknown_user(visitor: Visitor, name: str) -> None:
    assert visitor.sign_in(name).status_code == 403


@pytest.mark.parametrize("account", HOSTILE)
def test_a_hostile_account_is_an_unknown_one(visitor: Visitor, account: str) -> None:
    visitor.account = account
    assert visitor.sign_in("bob").status_code == 403


@pytest.mark.parametrize("field", ["account", "name", "password"])
@pytest.mark.parametrize(
    ("value", "status"), [(b"bob\x00", 400), (b"b\xff\xfeb", 400), (b"a" * 5_000, 422), (b"a" * 10_000_000, 413)]
)
def test_bad_input_is_answered_with_a_clear_page(visitor: Visitor, field: str, value: bytes, status: int) -> None:
    response = visitor.submit_bytes(SIGN_IN, {"account": visitor.account.encode(), "name": b"bob", field: value})
    assert response.status_code == status
    assert "Traceback" not in response.get_data(as_text=True)


def disable(directory: Any, name: str, since: str) -> None:
    """Locks an entry as ppolicy or an administrator with an LDAP tool would."""
    directory.ldap(
        "ldapmodify",
        stdin=(
            f"dn: uid={name},ou=people,{directory.suffix}\nchangetype: modify\n"
            f"add: pwdAccountLockedTime\npwdAccountLockedTime: {since}\n"
        ),
    )
