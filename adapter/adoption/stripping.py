"""Taking IAM off entries that were there before: our classes and attributes go, everything else stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from adapter.adoption.plan import our_attributes
from adapter.ldap import GROUP, USER, errors, filters, places
from adapter.ldap.foreign import Connection, Refused
from adapter.ldap.layouts import GROUP_MARK, MEMBERS_BY_DN, MEMBERS_BY_NAME, USER_MARK
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.operational import CREATOR
from adapter.ldap.search import Entry, Scope
from adapter.ldap.wire import DELETE, Modification

_MARKED: Final = filters.any_of(*(filters.equals(OBJECT_CLASS, mark.encode()) for mark in (USER_MARK, GROUP_MARK)))
_GROUP_EXTRA: Final = GROUP.attribute("display_name")
"""What a group may only have because of our class, unless another one allows it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An entry with IAM on it.

    Attributes:
        is_ours: Bindery made it.
    """

    entry: Entry
    is_ours: bool


def marked(data: Connection, suffix: str, names: Iterable[str] = ("*", "+")) -> Iterator[Marked]:
    """Every entry outside of `ou=iam` with IAM on it."""
    own, adapter = f",{places.account(suffix)}".lower(), places.adapter(suffix).lower()
    for entry in data.search(suffix, Scope.SUBTREE, _MARKED, names):
        if not entry.dn.lower().endswith(own):
            creators = [value.decode().lower() for value in entry.values(CREATOR)]
            yield Marked(entry, creators == [adapter])


def strip(data: Connection, entry: Entry, suffix: str, filler: str) -> None:
    """Takes IAM off an entry.

    Args:
        entry: with all of its attributes.
        filler: the placeholder that groups may have; it goes where somebody else is in the group.

    Raises:
        Refused: the server does not do it.
    """
    changes = [*_marks(entry), *_policies(entry, suffix)]
    fillers = list(_filler(entry, filler))
    extra: list[Modification] = [(_GROUP_EXTRA, DELETE, [])] if _GROUP_EXTRA.lower() in entry.attributes else []
    for attempt in ([*changes, *fillers], [*changes, *fillers, *extra], changes, [*changes, *extra]):
        try:
            data.modify(entry.dn, attempt)
        except Refused as error:
            if error.code != errors.OBJECT_CLASS_VIOLATION:
                raise
            refusal = error
        else:
            return
    raise refusal


def forget(data: Connection, entry: Entry, suffix: str) -> None:
    """Takes an entry out of every group, unless it is the only member of one that must have some.

    Raises:
        Refused: the server does not do it.
    """
    values = [(attribute, entry.dn.encode()) for attribute in MEMBERS_BY_DN]
    values += [(MEMBERS_BY_NAME, name) for name in entry.values(USER.naming)]
    for attribute, value in values:
        for group in data.search(suffix, Scope.SUBTREE, filters.equals(attribute, value), ("1.1",)):
            try:
                data.modify(group.dn, [(attribute, DELETE, [value])])
            except Refused as error:
                if error.code != errors.OBJECT_CLASS_VIOLATION:
                    raise


def _marks(entry: Entry) -> Iterator[Modification]:
    there = {value.decode().lower(): value for value in entry.values(OBJECT_CLASS)}
    classes = [there[mark.lower()] for mark in (USER_MARK, GROUP_MARK) if mark.lower() in there]
    yield from ((name, DELETE, []) for name in our_attributes() if name.lower() in entry.attributes)
    yield OBJECT_CLASS, DELETE, classes


def _policies(entry: Entry, suffix: str) -> Iterator[Modification]:
    """The tie to a password policy that is about to go."""
    attribute, own = USER.attribute("password_policy"), f",{places.account(suffix)}".lower()
    if any(value.decode().lower().endswith(own) for value in entry.values(attribute)):
        yield attribute, DELETE, []


def _filler(entry: Entry, filler: str) -> Iterator[Modification]:
    octets = filler.lower().encode()
    for name in MEMBERS_BY_DN:
        values = entry.values(name)
        found = [value for value in values if octets and value.lower() == octets]
        if found and len(values) > 1:
            yield name, DELETE, found
