"""The three kinds of things that hold policies, as data: users, groups and roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from adapter.ldap import GROUP, ROLE, USER, Noun
from adapter.models import Group, Role, User
from adapter.operations.call import Call

H = TypeVar("H", User, Group, Role)


@dataclass(frozen=True, slots=True)
class Holder(Generic[H]):
    """One kind of policy holder.

    Attributes:
        noun: its table in the store.
        look_up: finds one by name or raises NoSuchEntity.
        look_up_to_change: the same, or raises UnmodifiableEntity.
        label: what messages call it.
        attachments_quota: how many managed policies it may have.
        inline_quota: how many characters all of its inline policies may have together.
    """

    noun: Noun[H]
    look_up: Callable[[Call, str], H]
    look_up_to_change: Callable[[Call, str], H]
    label: str
    attachments_quota: str
    inline_quota: str


USERS: Final = Holder(USER, Call.user, Call.user, "user", "PoliciesPerUser", "UserPolicySize")
GROUPS: Final = Holder(GROUP, Call.group, Call.group, "group", "PoliciesPerGroup", "GroupPolicySize")
ROLES: Final = Holder(ROLE, Call.role, Call.role_to_change, "role", "PoliciesPerRole", "RolePolicySize")
