"""The store's writes are atomic, guarded, and leave nothing behind that could come alive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapter.errors import InvalidInput
from adapter.ldap import (
    ACCESS_KEY,
    GROUP,
    POLICY,
    ROLE,
    USER,
    Add,
    AlreadyThere,
    NotThere,
    Remove,
    Set,
    Stale,
    Store,
    Where,
)
from adapter.ldap.groundwork import SAMPLES
from adapter.models import Account, Tag
from tests.directory.records import a_group, a_key, a_policy, a_role, a_user

HOSTILE = ["a,b", "a+b", 'a"b"', "a\\b", "a;b<c>", "a=b", "#a", " a", "*(a)", "Zoë Zed", "名前", "a/b", "💥"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_stored_found_renamed_and_deleted(store: Store, account: Account, name: str) -> None:
    user = store.add(USER, account, a_user(name))
    assert user.user_name == name
    assert store.get(USER, account, name) == user
    assert store.load(USER, account, user.dn) == user
    assert store.load_many(USER, account, [user.dn]) == {user.dn: user}
    assert store.names(USER, account) == [name]
    group = store.add(GROUP, account, a_group(name))
    store.link(user, GROUP, account, group, Add("members", user.dn))
    assert [g.group_name for g in store.find(GROUP, account, Where.refers("members", user.dn))] == [name]
    renamed = store.rename(USER, account, store.get(USER, account, name) or user, f"{name}2")
    assert renamed.user_name == f"{name}2"
    store.delete(USER, account, renamed)
    assert store.count(USER, account) == 0


@pytest.mark.parametrize("name", ["", "\udc80", "a" * 10_000_000])
def test_a_name_that_no_directory_can_hold_is_refused(store: Store, account: Account, name: str) -> None:
    with pytest.raises(InvalidInput):
        store.add(USER, account, a_user(name))
    assert store.count(USER, account) == 0


def test_a_name_is_taken_whatever_its_case(store: Store, account: Account) -> None:
    store.add(USER, account, a_user("bob"))
    with pytest.raises(AlreadyThere):
        store.add(USER, account, a_user("BOB"))


def test_a_unique_id_is_taken_once(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    with pytest.raises(AlreadyThere):
        store.add(USER, account, replace(a_user("job"), user_id=bob.user_id))


def test_a_failed_addition_leaves_references_to_who_is_there(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    group = store.add(GROUP, account, a_group("testers"))
    store.link(bob, GROUP, account, group, Add("members", bob.dn))
    store.add(ACCESS_KEY, account, a_key("AKIAABCDEFGHIJKLMNOP", bob))
    with pytest.raises(AlreadyThere):
        store.add(USER, account, a_user("bob"))
    assert store.exists(GROUP, account, Where.refers("members", bob.dn))
    assert store.exists(ACCESS_KEY, account, Where.refers("owner", bob.dn))


def test_nothing_of_a_removed_user_comes_alive_with_the_name(store: Store, account: Account, directory: Any) -> None:
    bob = store.add(USER, account, a_user("bob"))
    for name in ("testers", "admins"):
        group = store.add(GROUP, account, a_group(name))
        store.link(bob, GROUP, account, group, Add("members", bob.dn), guard_target=False)
    for number in range(2):
        store.add(ACCESS_KEY, account, a_key(f"AKIAABCDEFGHIJKLMN{number:02}", bob))
    directory.ldap("ldapdelete", bob.dn)
    again = store.add(USER, account, a_user("Bob"))
    assert again.user_id != bob.user_id
    assert store.find(GROUP, account, Where.refers("members", again.dn)) == []
    assert store.find(ACCESS_KEY, account, Where.refers("owner", again.dn)) == []


def test_nothing_of_a_removed_policy_comes_alive_with_the_name(store: Store, account: Account, directory: Any) -> None:
    policy = store.add(POLICY, account, a_policy("reads"))
    bob = store.add(USER, account, replace(a_user("bob"), boundary=policy.dn, attached_policies=(policy.dn,)))
    role = store.add(ROLE, account, a_role("deploy", boundary=policy.dn))
    directory.ldap("ldapdelete", policy.dn)
    store.add(POLICY, account, a_policy("reads"))
    after = store.load(USER, account, bob.dn)
    assert after is not None
    assert (after.boundary, after.attached_policies) == (None, ())
    assert (store.load(ROLE, account, role.dn) or role).boundary is None


def test_a_change_needs_the_revision_that_was_seen(store: Store, account: Account) -> None:
    seen = store.add(USER, account, a_user("bob"))
    store.change(USER, account, seen, Set("display_name", "first"))
    with pytest.raises(Stale):
        store.change(USER, account, seen, Set("display_name", "second"))
    assert store.change(USER, account, seen, Set("display_name", "third"), guard=False).display_name == "third"


def test_a_change_returns_what_can_be_changed_again(store: Store, account: Account) -> None:
    user = store.add(USER, account, a_user("bob"))
    for name in ("one", "two", "three"):
        user = store.change(USER, account, user, Set("display_name", name))
    assert store.get(USER, account, "bob") == user


def test_a_value_that_is_not_there_can_not_be_removed(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    with pytest.raises(Stale):
        store.change(USER, account, bob, Remove("tags", Tag(key="a", value="b")))


def test_a_value_that_is_there_can_not_be_added(store: Store, account: Account) -> None:
    bob = store.add(USER, account, replace(a_user("bob"), tags=(Tag(key="a", value="b"),)))
    with pytest.raises(AlreadyThere):
        store.change(USER, account, bob, Add("tags", Tag(key="a", value="b")))


def test_what_is_gone_can_be_neither_changed_nor_deleted(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    store.delete(USER, account, bob)
    with pytest.raises(NotThere):
        store.change(USER, account, bob, Set("display_name", "Bob"))
    with pytest.raises(NotThere):
        store.delete(USER, account, bob)
    with pytest.raises(NotThere):
        store.rename(USER, account, bob, "rob")


def test_a_delete_needs_the_revision_that_was_seen(store: Store, account: Account) -> None:
    seen = store.add(USER, account, a_user("bob"))
    store.change(USER, account, seen, Set("display_name", "Bob"))
    with pytest.raises(Stale):
        store.delete(USER, account, seen)


def test_a_transaction_that_is_taken_back_does_no_harm(store: Store, account: Account) -> None:
    policy, bob = store.add(POLICY, account, a_policy("reads")), store.add(USER, account, a_user("bob"))
    attach = Add("attached_policies", policy.dn)
    for _ in range(3):
        with pytest.raises(Stale):
            store.link(policy, USER, account, bob, Remove("tags", Tag(key="a", value="b")), guard_target=False)
    store.link(policy, USER, account, bob, attach, guard_target=False)
    with pytest.raises(AlreadyThere):
        store.link(policy, USER, account, bob, attach, guard_target=False, guard_holder=False)
    store.change(POLICY, account, policy, Set("description", "still there"), guard=False)
    assert (store.get(USER, account, "bob") or bob).attached_policies == (policy.dn,)


def test_the_groundwork_of_transactions_is_completed(store: Store, account: Account, directory: Any) -> None:
    used = "cn=.attributes,ou=iam,dc=example,dc=org"
    older = f"dn: {used}\nobjectClass: applicationProcess\nobjectClass: extensibleObject\ncn: .attributes\n"
    directory.ldap("ldapadd", stdin=older)
    store.rename(USER, account, store.add(USER, account, a_user("bob")), "rob")
    shown = directory.ldap("ldapsearch", "-LLL", "-b", used, *SAMPLES).stdout
    unreadable = {"oathSecret"}
    assert set(SAMPLES) - unreadable <= {line.partition(":")[0] for line in shown.splitlines()}
    assert store.names(USER, account) == ["rob"]


def test_an_addition_that_refers_to_what_is_gone_is_refused(store: Store, account: Account) -> None:
    policy = store.add(POLICY, account, a_policy("reads"))
    store.delete(POLICY, account, policy)
    with pytest.raises(NotThere):
        store.add(ROLE, account, a_role("deploy", boundary=policy.dn), referring_to=policy)
    assert store.count(ROLE, account) == 0
