"""The files of the audit trail: one that is written to, and numbered ones that are full.

`audit.jsonl` is the youngest. When it has grown to its limit it becomes `audit-000001.jsonl`, then `audit-000002.jsonl`
and so on, and a new one goes on where it ended: the chain of hashes runs through all of them. A place in the trail is
the number of a file and an offset in it, and stays what it is when the file is given its number.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from adapter.errors import ValidationError

FIRST: Final = "0" * 64
"""What the very first line of all follows on."""
_STEP: Final = 1 << 16
_LAST_STEP: Final = 1 << 12
"""How many bytes are read at once: of many lines, and to find the last one, which every writer does."""
_ATTEMPTS: Final = 100
_PLACE: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,15})")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line of the trail begins, or where reading goes on.

    Attributes:
        file: the file's number.
        offset: in bytes.
    """

    file: int
    offset: int

    def __str__(self) -> str:
        return f"{self.file}-{self.offset}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that a text stands for.

        Raises:
            ValidationError: it stands for none.
        """
        found = _PLACE.fullmatch(text)
        if found is None:
            raise ValidationError("This is no place in the audit trail.")
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class TrailFile:
    """One open file of the trail.

    Attributes:
        number: the first file's is 1.
        size: as it was when the file was opened; what is written later is not looked at.
    """

    number: int
    path: Path
    file: IO[bytes]
    size: int

    def line_at(self, offset: int) -> bytes:
        """The line that begins at an offset; empty where none does."""
        if not 0 <= offset < self.size or (offset and self._read(offset - 1, offset) != b"\n"):
            return b""
        self.file.seek(offset)
        return self.file.readline()

    def lines_before(self, offset: int, step: int = _STEP) -> Iterator[tuple[int, bytes]]:
        """The lines before an offset with where they begin, the last one first."""
        end = min(offset, self.size)
        tail = b""
        while end > 0:
            start = max(0, end - step)
            lines = (self._read(start, end) + tail).splitlines(keepends=True)
            tail = b"" if start == 0 else lines.pop(0)
            at = start + len(tail) + sum(map(len, lines))
            for line in reversed(lines):
                at -= len(line)
                yield at, line
            end = start

    def first_after(self, offset: int) -> tuple[int, bytes]:
        """The first line that begins after an offset, with where it does; an empty one at the end of the file."""
        self.file.seek(offset)
        start = offset + len(self.file.readline())
        return start, self.file.readline() if start < self.size else b""

    def last_line(self) -> bytes:
        """The last line; empty when there is none."""
        return next((line for _, line in self.lines_before(self.size, _LAST_STEP)), b"")

    def _read(self, start: int, end: int) -> bytes:
        self.file.seek(start)
        return self.file.read(end - start)


def archives(path: Path) -> list[tuple[int, Path]]:
    """The full files of a trail with their numbers, oldest first.

    Args:
        path: the youngest file.
    """
    named = re.compile(rf"{re.escape(path.stem)}-([0-9]{{6,9}}){re.escape(path.suffix)}")
    found = ((named.fullmatch(each.name), each) for each in path.parent.glob(f"{path.stem}-*{path.suffix}"))
    return sorted((int(match[1]), each) for match, each in found if match)


def archive_path(path: Path, number: int) -> Path:
    """What the youngest file is called once it has its number."""
    return path.with_name(f"{path.stem}-{number:06}{path.suffix}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a trail as they were at one moment.

    Attributes:
        full: the paths of the full files by their numbers.
        youngest: the file that is written to, held open, so that it stays the same when it is given its number.
    """

    full: dict[int, Path]
    youngest: TrailFile | None

    @property
    def numbers(self) -> list[int]:
        """The numbers of all files, youngest first."""
        return [*([self.youngest.number] if self.youngest else []), *sorted(self.full, reverse=True)]

    @contextmanager
    def open(self, number: int) -> Iterator[TrailFile | None]:
        """The file of a number; None when there is none, or none any more."""
        if self.youngest and number == self.youngest.number:
            yield self.youngest
            return
        try:
            file = self.full[number].open("rb")
        except (KeyError, FileNotFoundError):
            yield None
            return
        with file:
            yield _trail_file(number, self.full[number], file)


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """The files of a trail as they are now; the numbers fit the files even while one is given its number.

    Args:
        path: the youngest file; it need not be there.
    """
    with ExitStack() as stack:
        for _ in range(_ATTEMPTS):
            file = stack.enter_context(path.open("rb")) if path.exists() else None
            full = dict(archives(path))
            if file is None or _is_at(path, file):
                break
        number = max(full, default=0) + 1
        yield Snapshot(full, _trail_file(number, path, file) if file else None)


@contextmanager
def locked(path: Path) -> Iterator[IO[bytes]]:
    """The youngest file of a trail for appending, made when it is not there; nobody else writes to it meanwhile."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file):
                yield file
                return


def as_trail_file(path: Path, file: IO[bytes]) -> TrailFile:
    """The youngest file, held open by somebody who writes to it."""
    return _trail_file(0, path, file)


def hash_of(line: bytes) -> str:
    """What the next line says of a line."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest() if line else FIRST


def _trail_file(number: int, path: Path, file: IO[bytes]) -> TrailFile:
    return TrailFile(number, path, file, os.fstat(file.fileno()).st_size)


def _is_at(path: Path, file: IO[bytes]) -> bool:
    """Whether a path still leads to an open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
