"""Numbers for accounts on Unix systems: each is given once, however many ask at the same time.

Source: RFC 4525 (increment), RFC 4527 (post-read), RFC 4528 (assertion).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import ldap3  # type: ignore[import-untyped]

from adapter.ldap import ber, controls, filters
from adapter.ldap.errors import Stale
from adapter.ldap.linking import Linking
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, decode_entry, selection
from adapter.ldap.wire import ADD, REPLACE, Modification
from adapter.ldap.writing import accepted
from adapter.models import Account, Group, User

_COUNTER: Final = "iamPosixNextNumber"
_UID, _GID, _HOME, _SHELL = "uidNumber", "gidNumber", "homeDirectory", "loginShell"
_NEXT: Final = selection([_COUNTER])
_USER_CLASSES: Final = ("posixAccount", "shadowAccount")
_GROUP_CLASSES: Final = ("posixGroup",)


class Numbering(Linking):
    """Gives numbers to users and groups."""

    def take_number(self, account: Account) -> int:
        """A number that nobody in the account has, and nobody else will be given.

        Raises:
            Stale: the account gives no numbers.
        """
        while True:
            number = self._increment(account)
            octets = str(number).encode()
            taken = filters.any_of(filters.equals(_UID, octets), filters.equals(_GID, octets))
            bases = (account.user_base, account.group_base)
            if not any(self._ask(Search(base, Scope.SUBTREE, taken, NO_ATTRIBUTES, 1)) for base in bases):
                return number

    def number_user(self, user: User, *, number: int, group: int, home: str, shell: str) -> bool:
        """Makes a user one on Unix systems; tells whether it was none before."""
        values = {_UID: str(number), _GID: str(group), _HOME: home, _SHELL: shell}
        return self._number(user.dn, _UID, _USER_CLASSES, values)

    def number_group(self, group: Group, number: int) -> bool:
        """Makes a group one on Unix systems; tells whether it was none before."""
        return self._number(group.dn, _GID, _GROUP_CLASSES, {_GID: str(number)})

    def change_posix_user(self, user: User, home: str | None, shell: str | None) -> None:
        """Changes what a user finds on Unix systems; None leaves it as it is."""
        given = {_HOME: home, _SHELL: shell}
        changes: list[Modification] = [(name, REPLACE, [text.encode()]) for name, text in given.items() if text]
        if changes:
            self._pool.write(lambda wire: accepted(wire.modify(user.dn, changes)))

    def _increment(self, account: Account) -> int:
        step: list[Modification] = [(_COUNTER, ldap3.MODIFY_INCREMENT, [b"1"])]
        extra = (controls.post_read(_NEXT),)
        outcome = self._pool.write(lambda wire: accepted(wire.modify(account.dn, step, extra)))
        found: Any = outcome.controls.get(controls.POST_READ)
        entry = decode_entry(found, ber.header(found, 0)[1]) if found else Entry(account.dn, {})
        (after,) = entry.attributes[_COUNTER.lower()]
        return int(after) - 1

    def _number(self, at: str, mark: str, classes: tuple[str, ...], values: Mapping[str, str]) -> bool:
        """Gives an entry what it lacks, unless somebody has been faster; what it has of it stays."""
        wanted = Search(at, Scope.BASE, filters.present(OBJECT_CLASS), selection([OBJECT_CLASS, *values]))
        found = next(iter(self._ask(wanted)), None)
        if found is None or mark.lower() in found.attributes:
            return False
        changes: list[Modification] = [
            (name, ADD, [text.encode()]) for name, text in values.items() if name.lower() not in found.attributes
        ]
        present = {value.decode().lower() for value in found.attributes[OBJECT_CLASS.lower()]}
        missing = [name.encode() for name in classes if name.lower() not in present]
        changes += [(OBJECT_CLASS, ADD, missing)] if missing else []
        unnumbered = controls.assertion(filters.negation(filters.present(mark)))
        try:
            self._pool.write(lambda wire: accepted(wire.modify(at, changes, (unnumbered,))))
        except Stale:
            return False
        return True
