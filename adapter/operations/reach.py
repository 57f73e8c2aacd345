"""Which policies reach a user, a group or a role, and through what: directly, through groups, within which boundary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapter.ldap import GROUP, POLICY, SYSTEM_POLICY, Store, Where
from adapter.models import Account, Group, Policy, Role, User

Holder = User | Group | Role
"""What can have policies."""

DIRECTLY = "directly"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachingPolicy:
    """A policy that counts for a user, a group or a role.

    Attributes:
        policy_arn: None for an inline policy.
        via: `directly`, or `group NAME`.
        holder_kind, holder_name: what has the policy: `user`, `group` or `role`, and its name.
    """

    policy_name: str
    policy_arn: str | None
    document: str
    via: str
    holder_kind: str
    holder_name: str

    @property
    def kind(self) -> str:
        """`inline`, `system` or `customer`."""
        if self.policy_arn is None:
            return "inline"
        return "system" if self.policy_arn.startswith("arn:aws:iam::aws:") else "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everything that decides what a user or a role may do, or what a group gives its members.

    Attributes:
        groups: those that a user is a member of.
        boundary: the permissions boundary; None when there is none.
        boundary_missing: there is a boundary, but its policy does not exist any more, so nothing is within it.
    """

    holder: Holder
    groups: tuple[Group, ...]
    policies: tuple[ReachingPolicy, ...]
    boundary: Policy | None = None
    boundary_missing: bool = False

    @property
    def user(self) -> User:
        """The user whose reach it is.

        Raises:
            TypeError: it is a group's or a role's.
        """
        if not isinstance(self.holder, User):
            raise TypeError(f"{type(self.holder).__name__} is not a user")
        return self.holder

    @property
    def is_bounded(self) -> bool:
        """Whether there is a permissions boundary, even one that does not exist any more."""
        return self.boundary is not None or self.boundary_missing


def reach_of(store: Store, account: Account, holder: Holder) -> Reach:
    """Reads what reaches a user, a group or a role: a user's groups, then all managed policies concerned at once."""
    groups = _groups_of(store, account, holder) if isinstance(holder, User) else ()
    boundary_dn = None if isinstance(holder, Group) else holder.boundary
    wanted = {*holder.attached_policies, *(dn for group in groups for dn in group.attached_policies)}
    wanted |= {boundary_dn} if boundary_dn else set()
    managed: dict[str, Policy] = {}
    if wanted:
        managed = store.load_many(POLICY, account, wanted) | store.load_many(SYSTEM_POLICY, account, wanted)
    boundary = managed.get(boundary_dn) if boundary_dn else None
    holders: list[tuple[str, Holder]] = [
        (DIRECTLY, holder),
        *((f"group {group.group_name}", group) for group in groups),
    ]
    return Reach(
        holder=holder,
        groups=groups,
        policies=tuple(policy for via, one in holders for policy in _policies(via, one, managed)),
        boundary=boundary,
        boundary_missing=bool(boundary_dn) and boundary is None,
    )


def _groups_of(store: Store, account: Account, user: User) -> tuple[Group, ...]:
    found = store.find(GROUP, account, Where.refers("members", user.dn))
    return tuple(sorted(found, key=lambda group: group.group_name.casefold()))


def _policies(via: str, holder: Holder, managed: dict[str, Policy]) -> Iterable[ReachingPolicy]:
    """What one holder has itself: managed policies that still exist, then inline ones."""
    kind, holder_name = _described(holder)
    own = [managed[dn] for dn in holder.attached_policies if dn in managed]
    found: list[tuple[str, str | None, str]] = [(policy.policy_name, policy.arn, policy.document) for policy in own]
    found += [(inline.policy_name, None, inline.policy_document) for inline in holder.inline_policies]
    for name, arn, document in found:
        yield ReachingPolicy(
            policy_name=name, policy_arn=arn, document=document, via=via, holder_kind=kind, holder_name=holder_name
        )


def _described(holder: Holder) -> tuple[str, str]:
    if isinstance(holder, User):
        return "user", holder.user_name
    return ("group", holder.group_name) if isinstance(holder, Group) else ("role", holder.role_name)
