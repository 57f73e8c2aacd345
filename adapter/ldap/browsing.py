"""The tree as it is: what lies below an entry, level by level, without reading what nobody looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.ldap import dn, filters
from adapter.ldap.filters import Filter
from adapter.ldap.finding import EVERYTHING, Finding
from adapter.ldap.ldif import record_text
from adapter.ldap.mapping import GROUP, POLICY, ROLE, SYSTEM_POLICY, USER
from adapter.ldap.noun import OBJECT_CLASS, Noun
from adapter.ldap.search import Entry, Scope, Search, selection
from adapter.models import Account

MOST_UNNAMED: Final = 200
"""So many entries are shown of a level whose names are not kept."""
_KEPT: Final[tuple[Noun[Any], ...]] = (USER, GROUP, POLICY, SYSTEM_POLICY, ROLE)
"""Whose names are kept in order, so that their levels can be read in pages."""
_NODE: Final = selection([OBJECT_CLASS, "hasSubordinates"])
_CONTAINERS: Final = filters.any_of(
    *(
        filters.equals(OBJECT_CLASS, name)
        for name in (b"organizationalUnit", b"organization", b"domain", b"applicationProcess")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An entry in the tree.

    Attributes:
        name: the first step of its DN, such as `uid=bob`.
        classes: its object classes.
    """

    dn: str
    name: str
    classes: tuple[str, ...]
    has_children: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What lies directly below an entry.

    Attributes:
        nodes: in order of their names.
        last: after which name the next page starts; None when there is none.
        total: how many there are, where that is known.
        is_cut: there are more, but they can't be read in pages.
    """

    nodes: tuple[Node, ...]
    last: str | None = None
    total: int | None = None
    is_cut: bool = False


class Browsing(Finding):
    """Looks at entries of any kind."""

    def node(self, at: str) -> Node | None:
        """The entry at a DN; None when there is none."""
        found = self._ask(Search(at, Scope.BASE, filters.present(OBJECT_CLASS), _NODE))
        return _node(found[0]) if found else None

    def entry_text(self, at: str) -> str:
        """The entry at a DN as LDIF, with everything that is no secret; empty when there is none."""
        found = self._ask(Search(at, Scope.BASE, filters.present(OBJECT_CLASS), EVERYTHING))
        return "".join(record_text(entry, self._secrecy) for entry in found)

    def level(self, account: Account, at: str, *, after: str | None, size: int) -> Level:
        """What lies directly below a DN.

        Args:
            account: tells where users, groups and policies are, which are read page by page.
            at: the DN.
            after: the case-folded name that the page before ended with; None for the first page.
            size: of a page.
        """
        kept = (each for each in _KEPT if account.layout is None or each not in (USER, GROUP))  # those may be nested
        noun = next((each for each in kept if dn.same(each.base(account, self._suffix), at)), None)
        if noun is None:
            found = self._below(at, filters.present(OBJECT_CLASS), MOST_UNNAMED + 1)
            return Level(nodes=_in_order(found[:MOST_UNNAMED]), is_cut=len(found) > MOST_UNNAMED)
        return self._page_of(noun, account, at, after, size)

    def _page_of(self, noun: Noun[Any], account: Account, at: str, after: str | None, size: int) -> Level:
        """A page of a level that may be very large; what holds others comes first."""
        following, _ = self._source(noun, account, ())
        names = following(after, size + 1)
        wanted = [filters.equals(noun.naming, name.encode()) for name in names[:size]]
        found = self._below(at, filters.any_of(*wanted), 2 * size) if wanted else []
        holders = self._below(at, _CONTAINERS, MOST_UNNAMED) if after is None else []
        known = {entry.dn for entry in holders}
        return Level(
            nodes=(*_in_order(holders), *_in_order([entry for entry in found if entry.dn not in known])),
            last=names[size - 1] if len(names) > size else None,
            total=self.total(noun, account),
        )

    def _below(self, at: str, condition: Filter, limit: int) -> list[Entry]:
        return self._ask(Search(at, Scope.ONE, condition, _NODE, limit))


def _in_order(entries: Sequence[Entry]) -> tuple[Node, ...]:
    return tuple(sorted(map(_node, entries), key=lambda node: node.name.casefold()))


def _node(entry: Entry) -> Node:
    classes = entry.attributes.get(OBJECT_CLASS.lower(), ())
    return Node(
        dn=entry.dn,
        name=dn.first_step(entry.dn),
        classes=tuple(value.decode(errors="replace") for value in classes),
        has_children=entry.attributes.get("hassubordinates") == [b"TRUE"],
    )
