"""LDIF: reading, rendering of templates and writing.

Templates are taken apart first and filled in afterwards, value by value, so that no parameter can add a line, an
attribute or an entry; what is not plain ASCII is written in base64.

Source: RFC 2849.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from string import Template
from typing import IO

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?:\.[0-9]+)*(?:;[A-Za-z0-9-]+)*")
_SAFE_VALUE = re.compile(rb"(?![ :<])[\x20-\x7e]*(?<! )")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, or the part of one that a file adds to it."""

    dn: str
    attributes: tuple[tuple[str, bytes], ...] = field(default=())

    def values(self, name: str) -> list[bytes]:
        """All values of an attribute; its name's case does not matter."""
        return [value for key, value in self.attributes if key.lower() == name.lower()]

    @property
    def by_name(self) -> dict[str, list[bytes]]:
        """All values by attribute, in the order in which they stand."""
        result: dict[str, list[bytes]] = {}
        for name, value in self.attributes:
            result.setdefault(name, []).append(value)
        return result


def make_entry(dn: str, attributes: Iterable[tuple[str, str | bytes]]) -> Entry:
    """An entry from text and bytes alike."""
    return Entry(dn, tuple((name, _as_bytes(value)) for name, value in attributes))


def parse(text: str) -> list[Entry]:
    """Reads content records.

    Raises:
        ValueError: a line is not LDIF, or refers to a file by URL.
    """
    return list(parse_lines(text.splitlines()))


def parse_lines(lines: Iterable[str]) -> Iterator[Entry]:
    """Like parse(), one entry after the other.

    Raises:
        ValueError: a line is not LDIF, or refers to a file by URL.
    """
    record: list[tuple[str, bytes]] = []
    for line in chain(_unfold(lines), [""]):
        if line:
            record.append(_split(line))
        elif record:
            yield _entry(record)
            record = []


def render(text: str, parameters: Mapping[str, str | None]) -> list[Entry]:
    """Fills in a template. A line with a parameter that is None is left out.

    Raises:
        KeyError: the template names a parameter that is not given.
        ValueError: a parameter holds a control character.
    """
    for name, value in parameters.items():
        if value is not None and _CONTROL.search(value):
            raise ValueError(f"{name} holds a control character: {value!r}")
    return [_rendered(entry, parameters) for entry in parse(text)]


def merge(entries: Iterable[Entry]) -> list[Entry]:
    """Puts together the parts of entries that several files give, in the order in which they first occur."""
    merged: dict[str, Entry] = {}
    for entry in entries:
        earlier = merged.get(entry.dn, Entry(entry.dn))
        merged[entry.dn] = Entry(entry.dn, earlier.attributes + entry.attributes)
    return list(merged.values())


def serialise(entries: Iterable[Entry]) -> str:
    """The entries as LDIF text."""
    return "\n".join(_text(entry) for entry in entries)


def write(entries: Iterable[Entry], target: IO[bytes]) -> int:
    """Writes the entries as LDIF, one after the other; tells how many they are."""
    count = 0
    for count, entry in enumerate(entries, start=1):  # noqa: B007
        target.write(f"{_text(entry)}\n".encode())
    return count


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _unfold(lines: Iterable[str]) -> Iterator[str]:
    """Joins continuation lines and drops comments."""
    pending: str | None = None
    for line in lines:
        if line.startswith(" ") and pending is not None:
            pending += line[1:]
            continue
        if pending is not None and not pending.startswith("#"):
            yield pending
        pending = line
    if pending is not None and not pending.startswith("#"):
        yield pending


def _split(line: str) -> tuple[str, bytes]:
    name, colon, rest = line.partition(":")
    if not colon or not _NAME.fullmatch(name):
        raise ValueError(f"{line[:80]!r} is not an LDIF line")
    if rest.startswith("<"):
        raise ValueError(f"{name} refers to a file: {rest[:80]!r}")
    if rest.startswith(":"):
        return name, base64.b64decode(rest[1:].strip(), validate=True)
    return name, rest.lstrip(" ").encode()


def _entry(record: list[tuple[str, bytes]]) -> Entry:
    if record[0][0] == "version":
        record = record[1:]
    (name, dn), *attributes = record
    if name != "dn":
        raise ValueError(f"a record starts with {name!r} instead of dn")
    return Entry(dn.decode(), tuple(attributes))


def _rendered(entry: Entry, parameters: Mapping[str, str | None]) -> Entry:
    rendered: list[tuple[str, bytes]] = []
    for name, value in entry.attributes:
        template = Template(value.decode())
        if all(parameters[key] is not None for key in template.get_identifiers()):
            rendered.append((name, template.substitute(parameters).encode()))
    return Entry(Template(entry.dn).substitute(parameters), tuple(rendered))


def _line(name: str, value: bytes) -> str:
    if _SAFE_VALUE.fullmatch(value):
        return f"{name}: {value.decode('ascii')}"
    return f"{name}:: {base64.b64encode(value).decode('ascii')}"


def _text(entry: Entry) -> str:
    lines = [_line("dn", entry.dn.encode()), *(_line(name, value) for name, value in entry.attributes)]
    return "\n".join([*lines, ""])
