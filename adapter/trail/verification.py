"""Whether the audit trail is whole: each line has to name the hash of the line before it, through all files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapter.trail.files import FIRST, Snapshot, TrailFile, hash_of, snapshot

NEW_FILE: Final = "bindery:BeginTrailFile"
"""The event of the first line of a file that goes on from a full one."""
REMOVED_END: Final = "removed_end"
"""Its parameter that holds the hash of the last line that was removed to make room."""
_MOST_FAULTS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What one file of the trail is like.

    Attributes:
        faults: numbers of the first lines that do not follow on the line before them, from 1.
        fault_count: how many there are of them.
        end: the hash of the last line. Whoever noted it elsewhere can tell later that nothing was cut off the end.
    """

    name: str
    number: int
    lines: int
    faults: tuple[int, ...]
    fault_count: int
    end: str


def verify_trail(path: Path) -> Iterator[tuple[str, int]]:
    """Yields the file and the number of each line that does not follow on the line before it.

    Args:
        path: the youngest file; a trail that is not there has no faults.
    """
    with snapshot(path) as trail:
        for number in reversed(trail.numbers):
            found = verify_file(trail, number)
            if found:
                yield from ((found.name, line) for line in found.faults)


def verify_file(trail: Snapshot, number: int) -> Verification | None:
    """Follows the chain through one file, from the end of the one before; None when there is no such file."""
    expected = _ends_before(trail, number)
    with trail.open(number) as file:
        if file is None:
            return None
        lines = fault_count = 0
        faults: list[int] = []
        for line in _whole_lines(file):
            lines += 1
            if _previous(line) not in expected:
                fault_count += 1
                faults += [lines] if len(faults) < _MOST_FAULTS else []
            expected = {hash_of(line)}
        end = next(iter(expected)) if lines else FIRST
        return Verification(
            name=file.path.name, number=number, lines=lines, faults=tuple(faults), fault_count=fault_count, end=end
        )


def parse_line(line: bytes) -> dict[str, Any] | None:
    """What a line says; None when it is not whole."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _ends_before(trail: Snapshot, number: int) -> set[str]:
    """What the first line of a file may follow on."""
    if number == 1:
        return {FIRST}
    with trail.open(number - 1) as before:
        if before is not None:
            return {hash_of(before.last_line())}
    return set(_removed_ends(trail)) if number == min(trail.numbers) else set()


def _removed_ends(trail: Snapshot) -> Iterator[str]:
    """How files ended that were removed to make room, as the first lines of younger ones tell."""
    for number in trail.numbers:
        with trail.open(number) as file:
            head = parse_line(file.line_at(0)) if file else None
        if head and head.get("event") == NEW_FILE and REMOVED_END in head.get("params", {}):
            yield str(head["params"][REMOVED_END])


def _whole_lines(file: TrailFile) -> Iterator[bytes]:
    """The lines of a file from its beginning; not one that is being written just now."""
    file.file.seek(0)
    read = 0
    for line in file.file:
        read += len(line)
        if read > file.size or not line.endswith(b"\n"):
            return
        yield line


def _previous(line: bytes) -> object:
    return (parse_line(line) or {}).get("previous")
