"""Members of groups, wherever a group has them: by DN or by name, and with a filler where there has to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from adapter.ldap import controls, dn, filters
from adapter.ldap.fields import Field, places
from adapter.ldap.kept import KeptLists
from adapter.ldap.layouts import MEMBER_OF_CLASS, MEMBERS, within
from adapter.ldap.mapping import GROUP, USER
from adapter.ldap.noun import OBJECT_CLASS, Noun
from adapter.ldap.reading import Reading, checked
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, selection
from adapter.ldap.where import Add, Change, Remove, Where
from adapter.ldap.wire import ADD, DELETE, Modification
from adapter.models import Account, Group, Record

_CLASSES = selection([OBJECT_CLASS])
_SPECIAL = re.compile(r'[\\+"]')
"""What makes a DN's first step more than a plain name."""


class Reference(NamedTuple):
    """A value by which other entries refer to one: its DN, or its name."""

    attribute: str
    octets: bytes


class Memberships(Reading):
    """Members of one directory's groups."""

    def has_members(self, account: Account, group: Group) -> bool:
        """Whether anybody is in a group; what merely fills it is nobody."""
        filler = account.layout.placeholder if account.layout else ""
        if not filler:
            same = Where.equals("group_name", group.group_name)
            return self.exists(GROUP, account, same, Where.present(MEMBERS))
        full = self.load(GROUP, account, group.dn, also=(MEMBERS,))
        return full is not None and bool(full.members or full.members_by_name)

    def groups_of_each(self, account: Account, users: Sequence[str]) -> dict[str, list[str]]:
        """The names of the groups of many users, by the users' DNs; one question for all of them.

        Of each group only those members are sent that were asked for.
        """
        if not users:
            return {}
        noun = within(GROUP, account)
        field = noun.by_name[MEMBERS]
        names = self._names_at(account, users) if field.names_in else {}
        sought = [filters.equals(name, at.encode()) for name in (field.attribute, *field.also_in) for at in users]
        sought += [filters.equals(field.names_in, name.encode()) for name in names.values()]
        wanted = Search(
            noun.base(account, self._suffix),
            Scope.SUBTREE,
            filters.all_of(noun.marker, filters.any_of(*sought)),
            selection([noun.naming, *places(field)]),
        )
        values = controls.matched_values([filters.present(noun.naming), *sought])
        by_key = {(False, dn.normalise(at)): at for at in users}
        by_key |= {(True, name.casefold()): at for at, name in names.items()}
        groups: dict[str, list[str]] = {at: [] for at in users}
        for entry in self._pool.read(lambda wire: checked(wire.search(wanted, (values,)))):
            for at in {by_key[key] for key in _member_keys(entry, field) if key in by_key}:
                groups[at].append(dn.naming_value(entry.dn, noun.naming) or entry.dn)
        return groups

    def member_names(self, account: Account, group: Record) -> list[str]:
        """The user names that a group's members have by their DNs, sorted without regard to case.

        They are read off the DNs alone, so that a group with very many members costs one question; in an adopted tree
        those are looked up whose DN does not tell. What is no user of the account, such as a nested group, is passed
        over as far as its DN tells.

        In a tree of our own they follow from the group's entry alone, and are read again only when that has changed.
        """
        if account.layout is not None:
            return self._read_member_names(account, group)
        return self._kept_members.get(group.dn, group.revision, lambda: self._read_member_names(account, group))

    @cached_property
    def _kept_members(self) -> KeptLists:
        return KeptLists()

    def _read_member_names(self, account: Account, group: Record) -> list[str]:
        users, field = within(USER, account), within(GROUP, account).by_name[MEMBERS]
        found = self._ask(Search(group.dn, Scope.BASE, filters.present(OBJECT_CLASS), selection(places(field))))
        tail = dn.normalise(users.base(account, self._suffix))
        names, unknown = set(), []
        for entry in found:
            for at in _values(entry, (field.attribute, *field.also_in)):
                name = _name_below(at, users.naming, tail)
                if name:
                    names.add(name)
                elif account.layout is not None:
                    unknown.append(at)
            names.update(_values(entry, (field.names_in,)))
        names.update(user.user_name for user in self.load_many(USER, account, unknown).values())
        return sorted(names, key=str.casefold)

    def _changed(
        self, noun: Noun[Any], account: Account, model: Record, changes: Iterable[Change]
    ) -> list[Modification]:
        """What changes mean in an entry, which may have its members elsewhere than the table says."""
        wanted = tuple(changes)
        if account.layout is None or noun.label != GROUP.label:
            return noun.modifications(wanted)
        others = [change for change in wanted if change.field != MEMBERS]
        members = [change for change in wanted if isinstance(change, Add | Remove) and change.field == MEMBERS]
        return [
            *noun.modifications(others),
            *(each for change in members for each in self._member_change(noun, account, model.dn, change)),
        ]

    def _member_change(self, noun: Noun[Any], account: Account, group: str, change: Add | Remove) -> list[Modification]:
        member = str(change.value)
        field = noun.by_name[MEMBERS]
        values = [Reference(attribute, member.encode()) for attribute in (field.attribute, *field.also_in)]
        if field.names_in:
            name = self._names_at(account, [member]).get(member, member)
            values.append(Reference(field.names_in, name.encode()))
        if isinstance(change, Remove):
            return [(attribute, DELETE, [octets]) for attribute, octets in self._held(group, values)]
        kept = self._member_attribute(group, field.attribute)
        return [(attribute, ADD, [octets]) for attribute, octets in values if attribute == kept]

    def _member_attribute(self, group: str, usual: str) -> str:
        """Where a group has its members, by its classes."""
        found = self._ask(Search(group, Scope.BASE, filters.present(OBJECT_CLASS), _CLASSES))
        classes = {value.decode(errors="replace").lower() for each in found for value in _classes_of(each)}
        return next((attribute for name, attribute in MEMBER_OF_CLASS.items() if name in classes), usual)

    def _held(self, at: str, values: Iterable[Reference]) -> list[Reference]:
        """Which of some values an entry has; asked for one by one, as there may be very many."""
        return [
            each
            for each in values
            if self._ask(Search(at, Scope.BASE, filters.equals(each.attribute, each.octets), NO_ATTRIBUTES))
        ]

    def _filling(self, account: Account, group: str, changes: Iterable[Modification]) -> list[Modification]:
        """What a group needs that loses members, one of which may be its last; nothing where groups may be empty."""
        filler = account.layout.placeholder.encode() if account.layout else b""
        if not filler:
            return []
        must = {attribute for attribute, operation, _ in changes if operation == DELETE} & {"member", "uniqueMember"}
        missing = [attribute for attribute in sorted(must) if not self._held(group, [Reference(attribute, filler)])]
        return [(attribute, ADD, [filler]) for attribute in missing]


def _classes_of(entry: Entry) -> list[bytes]:
    return entry.attributes.get(OBJECT_CLASS.lower(), [])


def _values(entry: Entry, attributes: Iterable[str]) -> Iterator[str]:
    for attribute in attributes:
        for value in entry.attributes.get(attribute.lower(), ()):
            yield value.decode(errors="replace")


def _member_keys(entry: Entry, field: Field) -> set[tuple[bool, str]]:
    """A group's members as they are compared: whether by name, and what."""
    by_name = {(True, name.casefold()) for name in _values(entry, (field.names_in,))}
    return {(False, _normal(at)) for at in _values(entry, (field.attribute, *field.also_in))} | by_name


def _normal(member: str) -> str:
    try:
        return dn.normalise(member)
    except ValueError:
        return ""


def _name_below(member: str, naming: str, tail: str) -> str | None:
    """The name in a user's DN; quick for the spelling that nearly all DNs have."""
    first, _, rest = member.partition(",")
    attribute, _, value = first.partition("=")
    if rest == tail and attribute == naming and value and not _SPECIAL.search(value):
        return value
    return dn.name_below(member, naming, tail)
