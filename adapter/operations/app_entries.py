"""A user's entries in the bases of applications: made for an app password, and kept as the user is.

The server itself shuts out whose user is gone, disabled or another one. What is kept in step here is what an
application reads: login name, name, mail, and copies of the user's groups.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from adapter.ldap import (
    APP_GROUP,
    APP_USER,
    APPLICATION,
    GROUP,
    USER,
    Add,
    AlreadyThere,
    Change,
    NotThere,
    Remove,
    Set,
    Stale,
    Store,
    Where,
    application_base,
    application_entries,
    dn,
    of_application,
)
from adapter.models import Account, AppGroup, AppUser, Group, ServiceCredential, User


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What has to be done to an entry, so that it is as its user is."""

    user: User
    entry: AppUser
    changes: tuple[Change, ...]
    has_moved: bool
    leaving: tuple[AppGroup, ...]
    joining: tuple[Group, ...]

    def __bool__(self) -> bool:
        return bool(self.changes or self.has_moved or self.leaving or self.joining)


@dataclass(frozen=True, slots=True)
class AppEntries:
    """The entries of one account's users in the bases of applications."""

    store: Store
    account: Account

    def open(self, user: User, credential: ServiceCredential) -> AppUser:
        """Makes the entry that an app password is for; without the password it lets nobody in.

        Raises:
            Stale: the user has been written to since it was read, or somebody else was faster.
        """
        self._make_base(credential.service_name)
        user = self._with_id(user)
        table = of_application(APP_USER, application_base(self.account, credential.service_name))
        login = self._free_login(table, user)
        entry = AppUser(
            login=login,
            logins=tuple(dict.fromkeys((login, credential.service_user_name))),
            create_date=credential.create_date,
            owner=user.dn,
            owner_id=user.user_id,
            status=credential.status,
            credential_id=credential.credential_id,
            expiration=credential.expiration_date,
            password_policy=credential.password_policy,
            **_shown(user),
        )
        try:
            made = self.store.add(table, self.account, entry, referring_to=user)
        except AlreadyThere as error:
            raise Stale(error.message, error.code) from error
        self._join(made, self._groups_of(user))
        return made

    def of(self, credential: ServiceCredential) -> AppUser | None:
        """The entry that has a credential's password."""
        wanted = Where.equals("credential_id", credential.credential_id)
        return next(iter(self.store.find(APP_USER, self.account, wanted)), None)

    def of_user(self, user: User) -> list[AppUser]:
        """All entries of a user."""
        return self.store.find(APP_USER, self.account, Where.equals("owner_id", user.user_id))

    def close(self, entry: AppUser) -> None:
        """Removes an entry, and it from the copies of its groups."""
        self._leave(entry, self._copies_with(entry))
        self.store.delete(APP_USER, self.account, entry)

    def follow(self, user: User) -> bool:
        """Makes a user's entries what the user is now; tells whether anything had to be changed."""
        return bool(sum(self._carry_out(step) for step in self._steps(user)))

    def is_in_step(self, user: User) -> bool:
        """Whether a user's entries are what the user is."""
        return not any(self._steps(user))

    def follow_everybody(self) -> None:
        """Makes all entries of the account's users what the users are now."""
        owners = {entry.owner for entry in self.store.walk(APP_USER, self.account)}
        for user in self.store.load_many(USER, self.account, owners).values():
            self.follow(user)

    def follow_group(self, name: str) -> None:
        """Makes the copies of a group that had this name what the group, or nothing, is now."""
        for copy in self.store.find(APP_GROUP, self.account, Where.equals("group_name", name), also=("members",)):
            entries = self.store.load_many(APP_USER, self.account, copy.members).values()
            for user in self.store.load_many(USER, self.account, {entry.owner for entry in entries}).values():
                self.follow(user)

    def _steps(self, user: User) -> list[_Step]:
        """What each entry of a user lacks."""
        entries = self.of_user(user)
        groups = self._groups_of(user) if entries else []
        return [self._step(user, entry, groups) for entry in entries]

    def _step(self, user: User, entry: AppUser, groups: list[Group]) -> _Step:
        wanted = {"owner": user.dn, **_shown(user)}
        present = {copy.group_name.casefold(): copy for copy in self._copies_with(entry)}
        names = {group.group_name.casefold() for group in groups}
        return _Step(
            user=user,
            entry=entry,
            changes=tuple(
                Set(name, value)
                for name, value in wanted.items()
                if getattr(entry, name) != value and not (name == "owner" and dn.same(entry.owner, user.dn))
            ),
            has_moved=not _is_login_of(entry.login, user.user_name),
            leaving=tuple(copy for name, copy in present.items() if name not in names),
            joining=tuple(group for group in groups if group.group_name.casefold() not in present),
        )

    def _carry_out(self, step: _Step) -> bool:
        entry = step.entry
        if step.changes:
            entry = self.store.change(APP_USER, self.account, entry, *step.changes)
        if step.has_moved:
            table = of_application(APP_USER, dn.parent(entry.dn))
            entry = self.store.rename(table, self.account, entry, self._free_login(table, step.user))
        self._leave(entry, step.leaving)
        self._join(entry, step.joining)
        return bool(step)

    def _with_id(self, user: User) -> User:
        """The user with the unique id in its entry, where the server looks for it: other tools make users without.

        It is no part of the guarded change: slapd's unique overlay would apply the guard to its own search.
        """
        if self.store.exists(USER, self.account, Where.equals("user_id", user.user_id)):
            return user
        return self.store.change(USER, self.account, user, Set("user_id", user.user_id), guard=False)

    def _make_base(self, application: str) -> None:
        base = application_base(self.account, application)
        if not self.store.exists(of_application(APPLICATION, base), self.account):
            try:
                self.store.plant(application_entries(self.account, application))
            except AlreadyThere:
                return

    def _free_login(self, table: Any, user: User) -> str:
        """The user's name; with a number behind it when there is another app password for the application."""
        for number in count():
            login = f"{user.user_name}{f'+{number}' if number else ''}"
            if not self.store.exists(table, self.account, Where.equals("login", login)):
                return login
        raise AssertionError("there are always more numbers")

    def _groups_of(self, user: User) -> list[Group]:
        return self.store.find(GROUP, self.account, Where.refers("members", user.dn))

    def _copies_with(self, entry: AppUser) -> list[AppGroup]:
        table = of_application(APP_GROUP, dn.parent(entry.dn))
        return self.store.find(table, self.account, Where.refers("members", entry.dn))

    def _join(self, entry: AppUser, groups: Iterable[Group]) -> None:
        base = dn.parent(entry.dn)
        table = of_application(APP_GROUP, base)
        for group in groups:
            try:
                copy = self.store.get(table, self.account, group.group_name)
                if copy is None:
                    copy = AppGroup(group_name=group.group_name, create_date=entry.create_date, members=(entry.dn,))
                    self.store.add(table, self.account, copy)
                else:
                    self.store.change(table, self.account, copy, Add("members", entry.dn), guard=False)
            except AlreadyThere:
                continue

    def _leave(self, entry: AppUser, copies: Iterable[AppGroup]) -> None:
        """Takes an entry out of copies of groups; a copy goes with its last member."""
        for copy in copies:
            whole = self.store.load(APP_GROUP, self.account, copy.dn, also=("members",))
            try:
                if whole and len(whole.members) == 1:
                    self.store.delete(APP_GROUP, self.account, whole)
                else:
                    self.store.change(APP_GROUP, self.account, copy, Remove("members", entry.dn), guard=False)
            except NotThere:
                continue


def _shown(user: User) -> dict[str, Any]:
    """What an application reads of a user."""
    name = user.display_name or user.user_name
    return {"full_name": name, "surname": name, "display_name": user.display_name, "email": user.email}


def _is_login_of(login: str, user_name: str) -> bool:
    name, _, number = login.rpartition("+")
    return dn.prepared(login) == dn.prepared(user_name) or (
        number.isdigit() and dn.prepared(name) == dn.prepared(user_name)
    )
