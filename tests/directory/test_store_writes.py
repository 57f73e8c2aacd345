"""The store's writes are atomic, guarded, and leave nothing behind that could come alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
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
from adapter.models import AccessKey, Account, Group, InlinePolicy, Policy, PolicyVersion, Role, Tag, User
from adapter.names import IdPrefix, new_unique_id

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PEOPLE = "ou=people,dc=example,dc=org"
RACERS = 16
HOSTILE = ["a,b", "a+b", 'a"b"', "a\\b", "a;b<c>", "a=b", "#a", " a", "*(a)", "Zoë Zed", "名前", "a/b", "💥"]


@pytest.fixture
def store(directory: Any) -> Iterator[Store]:
    opened = Store.open(directory.settings)
    yield opened
    opened.close()


@pytest.fixture
def account(store: Store) -> Account:
    (only,) = store.accounts()
    return only


def a_user(name: str) -> User:
    return User(user_name=name, user_id=new_unique_id(IdPrefix.USER), arn="", create_date=NOW)


def a_group(name: str) -> Group:
    return Group(group_name=name, group_id=new_unique_id(IdPrefix.GROUP), arn="", create_date=NOW)


def a_policy(name: str) -> Policy:
    version = PolicyVersion(version_id="v1", document="{}", create_date=NOW)
    return Policy(
        policy_name=name,
        policy_id=new_unique_id(IdPrefix.POLICY),
        arn="",
        create_date=NOW,
        update_date=NOW,
        default_version_id="v1",
        versions=(version,),
    )


def a_role(name: str, boundary: str | None = None) -> Role:
    role_id = new_unique_id(IdPrefix.ROLE)
    return Role(
        role_name=name, role_id=role_id, arn="", create_date=NOW, assume_role_policy_document="{}", boundary=boundary
    )


def a_key(key_id: str, owner: User) -> AccessKey:
    return AccessKey(
        access_key_id=key_id, owner=owner.dn, owner_id=owner.user_id, create_date=NOW, sealed_secret=b"\x00\xff"
    )


def outcomes(act: Callable[[int], object]) -> list[object]:
    """What each of the racers got: a result, or the class of what was raised."""

    def attempt(number: int) -> object:
        try:
            return act(number)
        except (AlreadyThere, NotThere, Stale) as error:
            return type(error)

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(attempt, range(RACERS)))


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


def test_one_of_sixteen_racing_creators_wins(store: Store, account: Account) -> None:
    got = outcomes(lambda _: store.add(USER, account, a_user("bob")))
    assert got.count(AlreadyThere) == RACERS - 1


def test_sixteen_racing_adders_of_members_lose_none(store: Store, account: Account) -> None:
    group = store.add(GROUP, account, a_group("testers"))
    users = [store.add(USER, account, a_user(f"user{number}")) for number in range(RACERS)]
    outcomes(
        lambda number: store.link(
            users[number], GROUP, account, group, Add("members", users[number].dn), guard_holder=False
        )
    )
    after = store.get(GROUP, account, "testers", also=("members",))
    assert after is not None
    assert sorted(after.members) == sorted(user.dn for user in users)


def test_one_of_sixteen_racing_guarded_changes_wins(store: Store, account: Account) -> None:
    bob = store.add(USER, account, a_user("bob"))
    got = outcomes(lambda number: store.change(USER, account, bob, Set("display_name", f"number {number}")))
    assert got.count(Stale) == RACERS - 1


def test_one_of_sixteen_racing_replacements_of_a_value_wins(store: Store, account: Account) -> None:
    old = InlinePolicy(policy_name="p", policy_document="{}")
    bob = store.add(USER, account, replace(a_user("bob"), inline_policies=(old,)))

    def replace_it(number: int) -> object:
        new = InlinePolicy(policy_name="p", policy_document=f"{number}")
        change = (Remove("inline_policies", old), Add("inline_policies", new))
        return store.change(USER, account, bob, *change, guard=False)

    assert outcomes(replace_it).count(Stale) == RACERS - 1
    after = store.get(USER, account, "bob")
    assert after is not None
    assert len(after.inline_policies) == 1


def test_attaching_against_deleting_leaves_nothing_dangling(store: Store, account: Account) -> None:
    for _ in range(5):
        policy = store.add(POLICY, account, a_policy("reads"))
        users = [store.add(USER, account, a_user(f"user{number}")) for number in range(RACERS)]

        def attach_or_delete(number: int, policy: Policy = policy, users: list[User] = users) -> object:
            if number == RACERS // 2:
                return store.delete(POLICY, account, policy)
            attach = Add("attached_policies", policy.dn)
            return store.link(policy, USER, account, users[number], attach, guard_target=False)

        outcomes(attach_or_delete)
        attached = store.count(USER, account, Where.refers("attached_policies", policy.dn))
        assert bool(attached) == (store.load(POLICY, account, policy.dn) is not None)
        for user in store.find(USER, account):
            store.delete(USER, account, user)
        for left in store.find(POLICY, account):
            store.delete(POLICY, account, left)
