"""Many write at once: one of those who want the same wins, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapter.ldap import GROUP, POLICY, USER, Add, AlreadyThere, NotThere, Remove, Set, Stale, Store, Where
from adapter.models import Account, InlinePolicy, Policy, User
from tests.directory.records import a_group, a_policy, a_user
from tests.racing import at_once

RACERS = 16


def outcomes(act: Callable[[int], object]) -> list[object]:
    """What each of the racers got: a result, or the class of what was raised."""

    def attempt(number: int) -> object:
        try:
            return act(number)
        except (AlreadyThere, NotThere, Stale) as error:
            return type(error)

    return at_once(RACERS, attempt)


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
