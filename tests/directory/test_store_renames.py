"""The store renames and links entries: ids, memberships and keys stay, and nothing is half done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapter.ldap import ACCESS_KEY, GROUP, POLICY, USER, Add, AlreadyThere, NotThere, Set, Stale, Store, Where
from adapter.models import Account
from tests.directory.records import PEOPLE, a_group, a_key, a_policy, a_user


def test_a_rename_keeps_ids_memberships_and_keys(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    key = store.add(ACCESS_KEY, account, a_key("AKIAABCDEFGHIJKLMNOP", bob))
    group = store.add(GROUP, account, a_group("testers"))
    store.link(bob, GROUP, account, group, Add("members", bob.dn))
    rob = store.rename(USER, account, store.get(USER, account, "bob") or bob, "rob")
    assert (rob.user_name, rob.user_id) == ("rob", bob.user_id)
    assert store.get(USER, account, "bob") is None
    after = store.get(GROUP, account, "testers", also=("members",))
    assert after is not None
    assert after.members == (rob.dn,)
    assert (store.load(ACCESS_KEY, account, key.dn) or key).owner == rob.dn


def test_a_renamed_policy_stays_attached(store: Store, account: Account) -> None:
    policy = store.add(POLICY, account, a_policy("reads"))
    bob = store.add(USER, account, replace(a_user("bob"), boundary=policy.dn, attached_policies=(policy.dn,)))
    renamed = store.rename(POLICY, account, policy, "writes")
    after = store.load(USER, account, bob.dn)
    assert after is not None
    assert (after.boundary, after.attached_policies) == (renamed.dn, (renamed.dn,))


def test_a_rename_brings_along_what_repeats_the_name(store: Store, account: Account, directory: Any) -> None:
    rob = store.rename(USER, account, store.add(USER, account, a_user("bob")), "rob")
    shown = directory.ldap("ldapsearch", "-LLL", "-b", rob.dn, "cn", "sn", "uid").stdout.splitlines()
    assert {"cn: rob", "sn: rob", "uid: rob"} <= set(shown)
    assert not any("bob" in line for line in shown)


def test_a_rename_may_change_case_alone(store: Store, account: Account) -> None:
    assert store.rename(USER, account, store.add(USER, account, a_user("bob")), "Bob").user_name == "Bob"


def test_a_rename_to_a_taken_name_changes_nothing(store: Store, account: Account) -> None:
    bob, job = store.add(USER, account, a_user("bob")), store.add(USER, account, a_user("job"))
    group = store.add(GROUP, account, a_group("testers"))
    store.link(job, GROUP, account, group, Add("members", job.dn))
    with pytest.raises(AlreadyThere):
        store.rename(USER, account, bob, "JOB")
    assert store.names(USER, account) == ["bob", "job"]
    assert store.exists(GROUP, account, Where.refers("members", job.dn))


def test_a_rename_needs_the_revision_that_was_seen(store: Store, account: Account) -> None:
    seen = store.add(USER, account, a_user("bob"))
    store.change(USER, account, seen, Set("display_name", "Bob"))
    with pytest.raises(Stale):
        store.rename(USER, account, seen, "rob")
    assert store.names(USER, account) == ["bob"]


def test_a_person_of_another_tool_is_renamed_and_linked(store: Store, account: Account, directory: Any) -> None:
    person = f"dn: cn=Yan Y,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: yan\ncn: Yan Y\nsn: Y\n"
    directory.ldap("ldapadd", stdin=person)
    directory.ldap("ldapadd", stdin="dn: cn=plain,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: plain\n")
    yan, group = store.get(USER, account, "yan"), store.get(GROUP, account, "plain")
    assert yan is not None
    assert group is not None
    store.link(yan, GROUP, account, group, Add("members", yan.dn))
    policy = store.add(POLICY, account, a_policy("reads"))
    fresh = store.get(GROUP, account, "plain")
    assert fresh is not None
    store.link(policy, GROUP, account, fresh, Add("attached_policies", policy.dn))
    renamed = store.rename(USER, account, store.get(USER, account, "yan") or yan, "yannick")
    assert (renamed.user_name, renamed.dn) == ("yannick", f"uid=yannick,{PEOPLE}")
    assert store.exists(GROUP, account, Where.refers("members", renamed.dn))


def test_a_link_is_noticed_by_who_wants_to_delete_its_target(store: Store, account: Account) -> None:
    policy = store.add(POLICY, account, a_policy("reads"))
    bob = store.add(USER, account, a_user("bob"))
    store.link(policy, USER, account, bob, Add("attached_policies", policy.dn))
    with pytest.raises(Stale):
        store.delete(POLICY, account, policy)


def test_a_link_to_what_is_gone_is_refused(store: Store, account: Account) -> None:
    policy = store.add(POLICY, account, a_policy("reads"))
    bob = store.add(USER, account, a_user("bob"))
    store.delete(POLICY, account, policy)
    with pytest.raises(NotThere):
        store.link(policy, USER, account, bob, Add("attached_policies", policy.dn), guard_target=False)
    assert (store.get(USER, account, "bob") or bob).attached_policies == ()


def test_a_link_needs_both_revisions(store: Store, account: Account) -> None:
    policy, bob = store.add(POLICY, account, a_policy("reads")), store.add(USER, account, a_user("bob"))
    store.change(USER, account, bob, Set("display_name", "Bob"))
    with pytest.raises(Stale):
        store.link(policy, USER, account, bob, Add("attached_policies", policy.dn))
    assert not store.exists(USER, account, Where.refers("attached_policies", policy.dn))
    store.link(policy, USER, account, bob, Add("attached_policies", policy.dn), guard_holder=False)
    with pytest.raises(Stale):
        store.link(policy, USER, account, bob, Set("boundary", policy.dn), guard_holder=False)
