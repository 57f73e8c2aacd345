"""Passwords are tried, set and judged by the directory, and a refusal tells nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from adapter.ldap import PASSWORD_POLICY, ROOT, USER, PasswordRefused, Reason, Set, Store
from adapter.models import Account, User
from adapter.names import IdPrefix, new_unique_id

GOOD, BETTER = "Good-password-1", "Better-password-2"


@pytest.fixture
def bob(store: Store, account: Account) -> User:
    user = store.add(
        USER,
        account,
        User(user_name="bob", user_id=new_unique_id(IdPrefix.USER), arn="", create_date=datetime.now(UTC)),
    )
    store.set_password(user.dn, GOOD)
    store.require_reset(user.dn, False)
    return store.get(USER, account, "bob") or user


def test_the_right_password_is_accepted(store: Store, bob: User) -> None:
    check = store.verify_password(bob.dn, GOOD)
    assert (check.ok, check.reason, check.must_change) == (True, Reason.OK, False)


@pytest.mark.parametrize(
    "password", ["wrong", "", GOOD.lower(), GOOD + "\0", GOOD + " ", "\udc80", "x" * 1_000_000, "*", "ü" * 600]
)
def test_a_wrong_password_is_refused(store: Store, bob: User, password: str) -> None:
    check = store.verify_password(bob.dn, password)
    assert (check.ok, check.reason) == (False, Reason.WRONG)


@pytest.mark.parametrize(
    "dn",
    [
        None,
        "",
        "uid=nobody,ou=people,dc=example,dc=org",
        "cn=admin,ou=groups,dc=example,dc=org",
        "not a name",
        "uid=\0",
        "cn=.nobody,ou=iam,dc=example,dc=org",
        "cn=config",
    ],
)
def test_whom_nobody_knows_is_refused_like_a_wrong_password(store: Store, bob: User, dn: str | None) -> None:
    assert store.verify_password(dn, GOOD) == store.verify_password(bob.dn, "wrong")


def test_an_unknown_name_is_tried_on_an_entry_of_the_same_kind_of_hash(store: Store, directory: Any) -> None:
    for _ in range(12):
        store.verify_password(None, "guess")
    shown = directory.ldap("ldapsearch", "-LLL", "-b", "cn=.nobody,ou=iam,dc=example,dc=org", "*", "+").stdout
    assert "pwdAccountLockedTime" not in shown
    assert shown.count("pwdFailureTime") == 5


def test_a_user_without_a_password_is_refused(store: Store, account: Account, bob: User) -> None:
    store.clear_password(bob.dn)
    assert not store.verify_password(bob.dn, GOOD).ok
    after = store.load(USER, account, bob.dn)
    assert after is not None
    assert after.password_changed is None
    assert store.password_set_at(bob) is None


def test_a_password_removed_with_ldap_tools_is_gone(store: Store, account: Account, bob: User, directory: Any) -> None:
    directory.ldap("ldapmodify", stdin=f"dn: {bob.dn}\nchangetype: modify\ndelete: userPassword\n")
    after = store.load(USER, account, bob.dn)
    assert after is not None
    assert after.password_changed is None


def test_a_change_of_something_else_keeps_what_is_known_of_the_password(
    store: Store, account: Account, bob: User
) -> None:
    changed = store.change(USER, account, bob, Set("display_name", "Bob"))
    assert bob.password_changed is not None
    assert changed.password_changed == bob.password_changed == store.password_set_at(bob)


def test_a_disabled_user_is_refused_until_enabled(store: Store, account: Account, bob: User) -> None:
    disabled = store.change(USER, account, bob, Set("disabled", True))
    assert disabled.disabled
    assert store.verify_password(bob.dn, GOOD).reason is Reason.LOCKED
    store.change(USER, account, store.get(USER, account, "bob") or bob, Set("disabled", False))
    assert store.verify_password(bob.dn, GOOD).ok


def test_a_password_that_must_be_changed_says_so_once(store: Store, bob: User) -> None:
    store.require_reset(bob.dn, True)
    assert store.verify_password(bob.dn, GOOD).must_change
    assert store.change_own_password(bob.dn, GOOD, BETTER).ok
    check = store.verify_password(bob.dn, BETTER)
    assert (check.ok, check.must_change) == (True, False)


def test_a_wrong_old_password_changes_nothing(store: Store, bob: User) -> None:
    assert not store.change_own_password(bob.dn, "wrong", BETTER).ok
    assert not store.change_own_password(bob.dn, "", BETTER).ok
    assert store.verify_password(bob.dn, GOOD).ok


@pytest.mark.parametrize("new", ["short", "", "x" * 2000, "\udc80"])
def test_a_password_that_breaks_the_policy_is_refused_and_changes_nothing(store: Store, bob: User, new: str) -> None:
    with pytest.raises(PasswordRefused):
        store.change_own_password(bob.dn, GOOD, new)
    with pytest.raises(PasswordRefused):
        store.set_password(bob.dn, new)
    assert store.verify_password(bob.dn, GOOD).ok


def test_an_earlier_password_is_refused(store: Store, account: Account, bob: User) -> None:
    policy = store.password_policy(account)
    store.change(PASSWORD_POLICY, account, policy, Set("password_reuse_prevention", 3))
    assert store.change_own_password(bob.dn, GOOD, BETTER).ok
    with pytest.raises(PasswordRefused, match="before"):
        store.change_own_password(bob.dn, BETTER, GOOD)


@pytest.mark.parametrize("password", ["Pässwörd-名前-1", "with space 1 ", 'quotes"\\,+=<>#;', "nul\0inside-1"])
def test_any_characters_make_a_password(store: Store, bob: User, password: str) -> None:
    store.set_password(bob.dn, password)
    assert store.verify_password(bob.dn, password).ok
    assert not store.verify_password(bob.dn, password[:-1]).ok


def test_the_root_user_signs_in_too(store: Store, account: Account, directory: Any) -> None:
    root = store.root(account)
    assert root is not None
    assert store.verify_password(root.dn, directory.root_password).ok
    store.set_password(root.dn, BETTER)
    assert store.verify_password(root.dn, BETTER).ok
    assert store.load(ROOT, account, root.dn) is not None


def test_many_try_at_once(store: Store, bob: User) -> None:
    def attempt(number: int) -> bool:
        return store.verify_password(bob.dn, GOOD if number % 2 else "wrong").ok

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(attempt, range(24))) == [False, True] * 12


def test_a_try_does_not_leave_its_identity_behind(store: Store, account: Account, bob: User) -> None:
    assert store.verify_password(bob.dn, GOOD).ok
    assert store.root(account) is not None
    assert not store.verify_password("cn=root,ou=iam,dc=example,dc=org", GOOD).ok
