"""Which names there are, in order: what makes a page of a list cost the same in a directory of any size.

LDAP has no cheap way to ask for "the next hundred names". So the names of a kind are read once, when they are first
asked for, and the change feed keeps them current. They may include a name that is gone; they never lack one that is
there. Whoever looks a name up and does not find it says so.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from adapter.ldap import dn


@dataclass(slots=True)
class Roster:
    """The names of one kind of thing below one base, case-folded and sorted.

    Attributes:
        may_hide_names: entries need not be named by the attribute that has their name, as in an adopted tree.
        doubtful: names that were written to since anybody last looked whether they are still there.
        unnamed: DNs that were written to and do not tell the name.
        reading: held by who reads the names, while others wait for them instead of reading them as well.
    """

    base: str
    naming: str
    may_hide_names: bool = False
    names: list[str] = field(default_factory=list)
    is_complete: bool = False
    doubtful: set[str] = field(default_factory=set)
    unnamed: set[str] = field(default_factory=set)
    reading: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, names: Iterable[str]) -> None:
        """Takes in what was read, beside what was heard of meanwhile."""
        with self._lock:
            self.names = sorted({*self.names, *(name.casefold() for name in names)})
            self.is_complete = True

    def add(self, name: str) -> None:
        """There is, or may be, something of that name."""
        folded = name.casefold()
        with self._lock:
            self.doubtful.add(folded)
            place = bisect_left(self.names, folded)
            if self.names[place : place + 1] != [folded]:
                self.names.insert(place, folded)

    def discard_all(self, names: Iterable[str]) -> None:
        """There is nothing of these case-folded names."""
        with self._lock:
            for name in names:
                place = bisect_left(self.names, name)
                if self.names[place : place + 1] == [name]:
                    del self.names[place]

    def take_doubtful(self) -> list[str]:
        """The doubtful names, for somebody who looks whether they are still there and discards those that are not."""
        with self._lock:
            taken, self.doubtful = sorted(self.doubtful), set()
        return taken

    def take_unnamed(self) -> list[str]:
        """The DNs that do not tell a name, for somebody who looks whether there is one and adds it."""
        with self._lock:
            taken, self.unnamed = sorted(self.unnamed), set()
        return taken

    def __len__(self) -> int:
        return len(self.names)

    def after(self, name: str | None, count: int) -> list[str]:
        """The next names in order.

        Args:
            name: after which one, case-folded; None for the first.
            count: at most so many.
        """
        with self._lock:
            start = bisect_right(self.names, name) if name is not None else 0
            return self.names[start : start + count]


class Rosters:
    """All rosters that are kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Roster] = {}
        """By kind and base: two kinds may lie below the same one."""
        self._lock = threading.Lock()

    def of(
        self, kind: str, base: str, naming: str, read: Callable[[], Iterable[str]], *, may_hide_names: bool = False
    ) -> Roster:
        """The roster of a kind of thing that is named by an attribute below a base, read now if it is not there.

        It hears of changes from before it is read, so that none falls in between.
        """
        with self._lock:
            roster = self._kept.setdefault((kind, base), Roster(base, naming, may_hide_names))
        if not roster.is_complete:
            with roster.reading:
                if not roster.is_complete:
                    roster.fill(read())
        return roster

    def entry_changed(self, at: str) -> None:
        """Something was written there: if it has a name, there may be one more."""
        for roster in tuple(self._kept.values()):
            name = dn.naming_value(at, roster.naming)
            if not (name or roster.may_hide_names) or not dn.is_below(at, roster.base):
                continue
            if name:
                roster.add(name)
            else:
                roster.unnamed.add(at)

    def forget_everything(self) -> None:
        """Changes may have been missed."""
        with self._lock:
            self._kept.clear()
