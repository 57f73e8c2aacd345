"""A credential report taken apart once: what pages ask of it are then questions to columns of numbers.

A report may have very many rows. They are kept packed, a block at a time, and only those that a page shows are read
again: 100,000 users take some 10 MB, where their rows would take 100.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from web.console.reports.report import Row, rows_of

_BLOCK: Final = 500
"""Rows that are packed together."""
_NEVER: Final = 1 << 62
_LEVEL: Final = 1
"""The quickest way to pack."""

Since = Callable[[Row], datetime | None]
"""Since when something can be said of a user; None when it can't."""
ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
SINCE: Final[Mapping[str, Since]] = {
    "mfa": lambda row: ALWAYS if row.lacks_mfa else None,
    "old": lambda row: min((key.rotated for key in row.active_keys), default=None),
    "password": lambda row: row.password_idle_since,
    "key": lambda row: min((key.idle_since for key in row.active_keys), default=None),
}
"""Parts of the report: a user belongs to one if it can be said since before a certain time. Never the root user."""


def _column() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Roll:
    """What one report says.

    Attributes:
        users: how many there are, without the root user.
        with_mfa: of those with a password.
        knows_sign_ins: the directory takes down when passwords are used; else nothing can be said of unused ones.
        key_times: when the active keys of users were made, in seconds and in order.
    """

    users: int = 0
    with_password: int = 0
    with_mfa: int = 0
    knows_sign_ins: bool = False
    root_lacks_mfa: bool = False
    root_has_keys: bool = False
    key_times: array[int] = field(default_factory=_column)
    _since: dict[str, array[int]] = field(default_factory=lambda: {part: _column() for part in SINCE})
    _blocks: list[bytes] = field(default_factory=list)
    _names: str = ""
    _starts: array[int] = field(default_factory=_column)

    @classmethod
    def read(cls, content: bytes) -> Roll:
        """Takes a report apart."""
        roll, names, start = cls(), [], 0
        lines = content.decode().split("\n")[1:]
        for first in range(0, len(lines), _BLOCK):
            block = lines[first : first + _BLOCK]
            roll._blocks.append(zlib.compress("\n".join(block).encode(), _LEVEL))
            for row in rows_of(block):
                names.append(row.user.casefold())
                roll._starts.append(start)
                start += len(names[-1]) + 1
                roll._note(row)
        roll._names = "\n".join(names)
        roll.key_times = array("q", sorted(roll.key_times))
        return roll

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self._starts)

    def rows(self, places: Sequence[int]) -> Iterator[Row]:
        """The rows at some places, which are in ascending order."""
        number, block = -1, list[str]()
        for place in places:
            if place // _BLOCK != number:
                number = place // _BLOCK
                block = zlib.decompress(self._blocks[number]).decode().split("\n")
            yield from rows_of([block[place % _BLOCK]])

    def part(self, part: str, limit: datetime) -> list[int]:
        """The places of the users of whom something can be said since before a time."""
        end = int(limit.timestamp())
        return [place for place, since in enumerate(self._since[part]) if since < end]

    def named(self, text: str) -> list[int]:
        """The places of those whose name has a text in it, whatever its case."""
        wanted = text.casefold()
        if "\n" in wanted:
            return []
        places: list[int] = []
        at = self._names.find(wanted)
        while at >= 0 and len(places) < self.size:
            places.append(bisect_right(self._starts, at) - 1)
            after = places[-1] + 1
            at = self._names.find(wanted, self._starts[after]) if after < self.size else -1
        return places

    def _note(self, row: Row) -> None:
        for part, since in SINCE.items():
            found = None if row.is_root else since(row)
            self._since[part].append(_NEVER if found is None else _seconds(found))
        if row.is_root:
            self.root_lacks_mfa = row.lacks_mfa
            self.root_has_keys = bool(row.active_keys)
            return
        self.users += 1
        self.knows_sign_ins = self.knows_sign_ins or row.password_used is not None
        self.with_password += row.has_password
        self.with_mfa += row.has_password and row.has_mfa
        self.key_times.extend(_seconds(key.rotated) for key in row.active_keys)


def _seconds(time: datetime) -> int:
    return 0 if time is ALWAYS else int(time.timestamp())
