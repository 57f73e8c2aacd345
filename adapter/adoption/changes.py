"""Changes of a server's configuration: as LDIF for people, as writes for the server, as a note for undoing them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adapter.ldap.foreign import Connection
from adapter.ldap.wire import ADD
from adapter.server import ldif

_ORDER: Final = re.compile(rb"^\{-?\d+\}")
_ORDERED_FIRST: Final = frozenset({"olcaccess"})
"""Attributes whose values are put before those that are there, as the first one that applies counts."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was added.

    Attributes:
        attribute, value: one value that an entry was given; empty for an entry as a whole.
    """

    dn: str
    attribute: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry that is added, or values that an entry is given."""

    dn: str
    attributes: tuple[tuple[str, bytes], ...]
    is_entry: bool = False

    @property
    def notes(self) -> list[Note]:
        """What has to be taken away to undo it."""
        if self.is_entry:
            return [Note(self.dn)]
        return [Note(self.dn, name, unordered(value).decode()) for name, value in self.attributes]

    @property
    def grouped(self) -> dict[str, list[bytes]]:
        """The values by attribute, in the order in which they are to stand."""
        result: dict[str, list[bytes]] = {}
        for name, value in self.attributes:
            values = result.setdefault(name, [])
            place = b"{%d}" % len(values) if name.lower() in _ORDERED_FIRST and not self.is_entry else b""
            values.append(place + value)
        return result

    @property
    def text(self) -> str:
        """As LDIF change records; values whose order does not count come one by one, so that tools may go on at any."""
        if self.is_entry:
            return ldif.serialise([ldif.Entry(self.dn, (("changetype", b"add"), *self.attributes))])
        records = []
        for name, values in self.grouped.items():
            together = name.lower() in _ORDERED_FIRST
            for part in [values] if together else [[value] for value in values]:
                lines = (("changetype", b"modify"), ("add", name.encode()), *((name, value) for value in part))
                records.append(ldif.Entry(self.dn, lines))
        return ldif.serialise(records)

    def carry_out(self, connection: Connection) -> None:
        """Writes it.

        Raises:
            Refused: the server does not do it.
        """
        if self.is_entry:
            connection.add(self.dn, self.grouped)
        else:
            connection.modify(self.dn, [(name, ADD, values) for name, values in self.grouped.items()])


def unordered(value: bytes) -> bytes:
    """A value of cn=config without the number that slapd puts before it."""
    return _ORDER.sub(b"", value)


class Journal:
    """What was, or was about to be, added: written down before it is done, so that an interruption loses nothing.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Note]:
        """Everything, in the order in which it was added."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [note_of(line.encode()) for line in lines if line.endswith("}")]

    def append(self, notes: Iterable[Note]) -> None:
        """Writes something down, on disk before this returns."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            for note in notes:
                stream.write(text_of(note) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def discard(self) -> None:
        """Forgets everything."""
        self._path.unlink(missing_ok=True)


def text_of(note: Note) -> bytes:
    """A note as JSON."""
    return json.dumps(asdict(note), ensure_ascii=False).encode()


def note_of(octets: bytes) -> Note:
    """Reads a note.

    Raises:
        ValueError: it is none.
    """
    try:
        return Note(**json.loads(octets))
    except (TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"{octets[:80]!r} is not a note") from error
