"""Which policies reach a user, and through what: directly, through groups, and the boundary around all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapter.ldap import GROUP, POLICY, SYSTEM_POLICY, Store, Where
from adapter.models import Account, Group, Policy, User

DIRECTLY = "directly"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachingPolicy:
    """A policy that counts for a user.

    Attributes:
        policy_arn: None for an inline policy.
        via: `directly`, or `group NAME`.
    """

    policy_name: str
    policy_arn: str | None
    document: str
    via: str

    @property
    def kind(self) -> str:
        """`inline`, `system` or `customer`."""
        if self.policy_arn is None:
            return "inline"
        return "system" if self.policy_arn.startswith("arn:aws:iam::aws:") else "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everything that decides what a user may do.

    Attributes:
        boundary: the permissions boundary; None when the user has none.
        boundary_missing: the user has a boundary that does not exist any more, so nothing is within it.
    """

    user: User
    groups: tuple[Group, ...]
    policies: tuple[ReachingPolicy, ...]
    boundary: Policy | None = None
    boundary_missing: bool = False


def reach_of(store: Store, account: Account, user: User) -> Reach:
    """Reads what reaches a user: its groups, then all managed policies concerned at once."""
    found = store.find(GROUP, account, Where.refers("members", user.dn))
    groups = tuple(sorted(found, key=lambda group: group.group_name.casefold()))
    wanted = {*user.attached_policies, *(dn for group in groups for dn in group.attached_policies)}
    wanted |= {user.boundary} if user.boundary else set()
    managed: dict[str, Policy] = {}
    if wanted:
        managed = store.load_many(POLICY, account, wanted) | store.load_many(SYSTEM_POLICY, account, wanted)
    boundary = managed.get(user.boundary) if user.boundary else None
    return Reach(
        user=user,
        groups=groups,
        policies=tuple(_policies(user, groups, managed)),
        boundary=boundary,
        boundary_missing=bool(user.boundary) and boundary is None,
    )


def _policies(user: User, groups: Iterable[Group], managed: dict[str, Policy]) -> Iterable[ReachingPolicy]:
    holders: list[tuple[str, User | Group]] = [(DIRECTLY, user)]
    holders += [(f"group {group.group_name}", group) for group in groups]
    for via, holder in holders:
        for dn in holder.attached_policies:
            if policy := managed.get(dn):
                yield ReachingPolicy(
                    policy_name=policy.policy_name, policy_arn=policy.arn, document=policy.document, via=via
                )
        for inline in holder.inline_policies:
            yield ReachingPolicy(
                policy_name=inline.policy_name, policy_arn=None, document=inline.policy_document, via=via
            )
