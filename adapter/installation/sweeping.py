"""One account as a sweep sees it: everything that may refer to something, and whether that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adapter.ldap import APP_USER, GROUP, POLICY, ROLE, USER, Noun, Store, dn
from adapter.models import Account, Group, Policy, Role, User
from adapter.operations.app_entries import AppEntries


@dataclass(frozen=True)
class Directory:
    """What there is of an account, read when it is first asked for.

    Attributes:
        names: of every entry of the whole directory, normalised.
    """

    store: Store
    account: Account
    names: frozenset[str]

    @classmethod
    def read(cls, store: Store, account: Account) -> Directory:
        """The account, and the names of everything."""
        return cls(store, account, frozenset(dn.comparable(at) for at in store.all_names()))

    def is_there(self, at: str) -> bool:
        """Whether there is an entry of that name; what lies below another suffix, which can't be seen, may well be."""
        return dn.comparable(at) in self.names or not dn.is_below(at, dn.parent(self.account.dn))

    def is_same(self, one: str, another: str) -> bool:
        """Whether two names are of the same entry."""
        return dn.comparable(one) == dn.comparable(another)

    @cached_property
    def users(self) -> list[User]:
        """Every user."""
        return list(self.store.walk(USER, self.account))

    @cached_property
    def groups(self) -> list[Group]:
        """Every group with its members."""
        return list(self.store.walk(GROUP, self.account, also=("members",)))

    @cached_property
    def roles(self) -> list[Role]:
        """Every role."""
        return list(self.store.walk(ROLE, self.account))

    @cached_property
    def policies(self) -> list[Policy]:
        """Every managed policy of the account's own."""
        return list(self.store.walk(POLICY, self.account))

    @property
    def holders(self) -> Iterator[tuple[Noun[Any], Any]]:
        """Everything that policies can be attached to."""
        for noun, records in ((USER, self.users), (GROUP, self.groups), (ROLE, self.roles)):
            yield from ((noun, record) for record in records)

    @cached_property
    def owners(self) -> dict[str, str]:
        """Where the owner of each unique id is."""
        root = self.store.root(self.account)
        return {user.user_id: user.dn for user in self.users} | ({root.unique_id: root.dn} if root else {})

    @cached_property
    def app_entries(self) -> AppEntries:
        """The entries of users in the bases of applications."""
        return AppEntries(self.store, self.account)

    @property
    def users_of_applications(self) -> list[User]:
        """The users who have such entries."""
        numbers = {entry.owner_id for entry in self.store.walk(APP_USER, self.account)}
        return [user for user in self.users if user.user_id in numbers]
