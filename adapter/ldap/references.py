"""What refers to an entry, by its DN or its name: cleared away before one is made, moved along when it is renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapter.errors import InvalidInput
from adapter.ldap import dn, errors, filters
from adapter.ldap.credential_mapping import OWNED_CLASSES
from adapter.ldap.errors import AlreadyThere
from adapter.ldap.layouts import within
from adapter.ldap.mapping import GROUP
from adapter.ldap.membership import Memberships, Reference
from adapter.ldap.noun import OBJECT_CLASS, Noun
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, selection
from adapter.ldap.transaction import Step, deleting, modifying, renaming
from adapter.ldap.wire import ADD, DELETE, Modification
from adapter.models import Account

_ONLY_CLASSES = selection([OBJECT_CLASS])


def references_to(noun: Noun[Any], at: str, name: str) -> list[Reference]:
    """All that other entries may have to refer to an entry."""
    by_name = [Reference(attribute, name.encode()) for attribute in noun.name_referrers]
    return [*(Reference(attribute, at.encode()) for attribute in noun.referrers), *by_name]


class References(Memberships):
    """References within one directory."""

    def _hold_to_free(self, noun: Noun[Any], account: Account, at: str, name: str, but: str = "") -> None:
        """Refuses a name that anything has in an adopted tree, even what was not adopted: no overlay holds it there."""
        named = filters.equals(noun.naming, name.encode())
        found = self._ask(Search(noun.base(account, self._suffix), Scope.SUBTREE, named, NO_ATTRIBUTES))
        found += self._ask(Search(at, Scope.BASE, filters.present(OBJECT_CLASS), NO_ATTRIBUTES))
        if any(not dn.same(entry.dn, but) for entry in found):
            raise AlreadyThere("The name is taken.", errors.ALREADY_EXISTS)

    def _cleaning(self, noun: Noun[Any], account: Account, at: str, name: str) -> list[Step]:
        """What removes every reference to a DN or a name, and the credentials of what was there."""
        steps: list[Step] = []
        references = references_to(noun, at, name)
        for entry in self._referring(account, references):
            if OWNED_CLASSES & _classes(entry):
                steps.append(deleting(entry.dn))
                continue
            for attribute, octets in self._held(entry.dn, references):
                change: Modification = (attribute, DELETE, [octets])
                steps.append(modifying(entry.dn, [change, *self._filling(account, entry.dn, [change])]))
        return steps

    def _moving(self, account: Account, references: list[Reference], new: list[Reference]) -> list[Step]:
        """What makes every reference to an entry one to its new DN and name."""
        changed = [(old, later) for old, later in zip(references, new, strict=True) if old != later]
        successors = dict(changed)
        return [
            modifying(entry.dn, [(old.attribute, DELETE, [old.octets]), (old.attribute, ADD, [successors[old].octets])])
            for entry in self._referring(account, successors)
            for old in self._held(entry.dn, successors)
        ]

    def _referring(self, account: Account, values: Iterable[Reference]) -> list[Entry]:
        """The entries that have one of the values; in an adopted tree only those that are the account's."""
        conditions = [filters.equals(each.attribute, each.octets) for each in values]
        if not conditions:
            return []
        found = self._ask(Search(self._suffix, Scope.SUBTREE, filters.any_of(*conditions), _ONLY_CLASSES))
        if account.layout is None:
            return found
        bases = (account.dn, within(GROUP, account).base(account, self._suffix))
        return [entry for entry in found if any(dn.is_below(entry.dn, base) for base in bases)]


def renamed(noun: Noun[Any], at: str, old_name: str, new_name: str, *, adopted: bool) -> tuple[str, Step]:
    """The DN of an entry once it has another name, and the step that gives it that.

    In an adopted tree an entry that is named by something else keeps its DN, and one that is named by several values
    keeps the others.
    """
    named_by = dn.parse(at)[0]
    is_in_dn = any(attribute == noun.naming.lower() for attribute, _ in named_by)
    if adopted and not is_in_dn:
        values: list[Modification] = [
            (noun.naming, DELETE, [old_name.encode()]),
            (noun.naming, ADD, [new_name.encode()]),
        ]
        return at, modifying(at, values)
    if adopted and len(named_by) > 1:
        pairs = ((name, new_name if name == noun.naming.lower() else value) for name, value in named_by)
        rdn = "+".join(dn.rdn(name, value) for name, value in pairs)
        return f"{rdn},{dn.parent(at)}", renaming(at, rdn, keep_old=False)
    new_dn = child_of(noun, new_name, dn.parent(at))
    return new_dn, renaming(at, dn.rdn(noun.naming, new_name), keep_old=not is_in_dn)


def child_of(noun: Noun[Any], name: str, parent: str) -> str:
    try:
        return dn.child(noun.naming, name, parent)
    except ValueError as error:
        raise InvalidInput(f"The name of a {noun.label} can't be stored: {error}") from error


def _classes(entry: Entry) -> set[bytes]:
    return {value.lower() for value in entry.attributes.get(OBJECT_CLASS.lower(), [])}
