"""Passwords: given by administrators, changed by their owners, held to one policy for every way of changing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapter import Iam, RequestContext, SignInRefused
from adapter.errors import (
    AccessDenied,
    EntityAlreadyExists,
    InvalidUserType,
    NoSuchEntity,
    PasswordPolicyViolation,
)
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import CHANGE_PASSWORD, deny

NEW = "Another-horse-2"
BOB = "uid=bob,ou=people,dc=example,dc=org"


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob")


def may_sign_in(iam: Iam, password: str) -> bool:
    try:
        return iam.login.begin("123456789012", "bob", password, RequestContext()).session is not None
    except SignInRefused:
        return False


def test_a_user_without_a_password_does_not_sign_in(iam: Iam, do: Do) -> None:
    assert not may_sign_in(iam, DEMO_PASSWORD)
    with pytest.raises(NoSuchEntity, match="Login Profile for User bob cannot be found"):
        do("get_login_profile", user_name="bob")


def test_a_new_password_opens_console_and_ldap_alike(iam: Iam, do: Do, directory: Any) -> None:
    profile = do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)["login_profile"]
    assert (profile["user_name"], profile["password_reset_required"]) == ("bob", False)
    assert may_sign_in(iam, DEMO_PASSWORD)
    assert directory.ldap_as("bob", DEMO_PASSWORD, "ldapwhoami").returncode == 0


def test_a_second_login_profile_is_refused(do: Do) -> None:
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    with pytest.raises(EntityAlreadyExists, match="Login Profile for user bob already exists"):
        do("create_login_profile", user_name="bob", password=NEW)


def test_a_password_that_ldappasswd_set_is_a_login_profile(iam: Iam, do: Do, directory: Any) -> None:
    directory.ldap("ldappasswd", "-s", DEMO_PASSWORD, BOB)
    assert do("get_login_profile", user_name="bob")["login_profile"]["create_date"]
    assert may_sign_in(iam, DEMO_PASSWORD)


def test_a_short_password_is_refused_and_nothing_is_set(iam: Iam, do: Do) -> None:
    with pytest.raises(PasswordPolicyViolation, match="at least 8 characters"):
        do("create_login_profile", user_name="bob", password="short")
    with pytest.raises(NoSuchEntity):
        do("get_login_profile", user_name="bob")


def test_a_password_can_be_owed_a_change(iam: Iam, do: Do) -> None:
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD, password_reset_required=True)
    assert do("get_login_profile", user_name="bob")["login_profile"]["password_reset_required"]
    attempt = iam.login.begin("123456789012", "bob", DEMO_PASSWORD, RequestContext())
    assert (attempt.session, set(attempt.owed)) == (None, {"new_password"})
    done = iam.login.renew_password("123456789012", "bob", DEMO_PASSWORD, NEW, RequestContext())
    assert done.session is not None
    assert not may_sign_in(iam, DEMO_PASSWORD)


def test_the_new_password_has_to_be_a_new_one(iam: Iam, do: Do) -> None:
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD, password_reset_required=True)
    with pytest.raises(PasswordPolicyViolation):
        iam.login.renew_password("123456789012", "bob", DEMO_PASSWORD, DEMO_PASSWORD, RequestContext())


def test_an_update_changes_password_and_demand(iam: Iam, do: Do) -> None:
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("update_login_profile", user_name="bob", password=NEW)
    assert may_sign_in(iam, NEW)
    do("update_login_profile", user_name="bob", password_reset_required=True)
    assert not may_sign_in(iam, NEW)


def test_a_deleted_login_profile_opens_nothing(iam: Iam, do: Do, directory: Any) -> None:
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("delete_login_profile", user_name="bob")
    assert not may_sign_in(iam, DEMO_PASSWORD)
    assert directory.ldap_as("bob", DEMO_PASSWORD, "ldapwhoami", check=False).returncode == 49
    do("delete_user", user_name="bob")


def test_people_change_their_own_password_only_if_they_may(as_user: Callable[[str], Do]) -> None:
    bob = as_user("carol")
    with pytest.raises(AccessDenied, match="iam:ChangePassword"):
        bob("change_password", old_password=DEMO_PASSWORD, new_password=NEW)


def test_a_policy_lets_them(iam: Iam, do: Do, as_user: Callable[[str], Do], directory: Any) -> None:
    carol = as_user("carol")
    do("attach_user_policy", user_name="carol", policy_arn=CHANGE_PASSWORD)
    carol("change_password", old_password=DEMO_PASSWORD, new_password=NEW)
    assert sign_in(iam, directory.account_id, "carol", NEW)


def test_the_account_can_let_everybody(iam: Iam, do: Do, as_user: Callable[[str], Do], directory: Any) -> None:
    carol = as_user("carol")
    do("update_account_password_policy", allow_users_to_change_password=True)
    carol("change_password", old_password=DEMO_PASSWORD, new_password=NEW)
    assert sign_in(iam, directory.account_id, "carol", NEW)


def test_an_explicit_deny_is_stronger_than_the_account_s_permission(do: Do, as_user: Callable[[str], Do]) -> None:
    carol = as_user("carol")
    do("update_account_password_policy", allow_users_to_change_password=True)
    do("put_user_policy", user_name="carol", policy_name="p", policy_document=deny("iam:ChangePassword"))
    with pytest.raises(AccessDenied, match="explicit deny"):
        carol("change_password", old_password=DEMO_PASSWORD, new_password=NEW)


def test_a_wrong_old_password_changes_nothing(do: Do, as_user: Callable[[str], Do]) -> None:
    carol = as_user("carol")
    do("update_account_password_policy", allow_users_to_change_password=True)
    with pytest.raises(AccessDenied, match="old password was incorrect"):
        carol("change_password", old_password=NEW, new_password="Third-horse-3")


def test_root_changes_no_password_by_api(do: Do) -> None:
    with pytest.raises(InvalidUserType):
        do("change_password", old_password="x", new_password=NEW)


@pytest.mark.parametrize(
    ("rule", "bad", "missing"),
    [
        ({"require_symbols": True}, "Nosymbol1", "a symbol"),
        ({"require_numbers": True}, "No-number", "a digit"),
        ({"require_uppercase_characters": True}, "no-upper-1", "an upper-case letter"),
        ({"require_lowercase_characters": True}, "NO-LOWER-1", "a lower-case letter"),
        ({"minimum_password_length": 20}, "Too-short-1", "at least 20 characters"),
    ],
)
def test_each_rule_of_the_account_is_held(do: Do, rule: dict[str, Any], bad: str, missing: str) -> None:
    do("update_account_password_policy", **rule)
    with pytest.raises(PasswordPolicyViolation, match=missing):
        do("create_login_profile", user_name="bob", password=bad)


def test_earlier_passwords_are_refused(iam: Iam, do: Do, as_user: Callable[[str], Do]) -> None:
    do("update_account_password_policy", password_reuse_prevention=3, allow_users_to_change_password=True)
    carol = as_user("carol")
    carol("change_password", old_password=DEMO_PASSWORD, new_password=NEW)
    with pytest.raises(PasswordPolicyViolation, match="last 3 passwords"):
        carol("change_password", old_password=NEW, new_password=DEMO_PASSWORD)


def test_the_length_holds_for_ldap_tools_too(do: Do, directory: Any) -> None:
    do("update_account_password_policy", minimum_password_length=20)
    do("create_login_profile", user_name="bob", password="Long-enough-for-this-policy-1")
    long = "Long-enough-for-this-policy-1"
    change = directory.ldap_as("bob", long, "ldappasswd", "-a", long, "-s", "Too-short-1", check=False)
    assert "Constraint violation (19)" in change.stdout
