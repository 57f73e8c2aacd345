"""The result file of an import: one line for each record, written as soon as its fate is known.

It is for people to read and for the next run to go on from: what was done is not done again. A line that an
interruption cut off is taken away first.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from adapter.transfer.records import Fault, Record, UnreadableFile
from adapter.transfer.sheets import protect, unprotected

_HEADER: Final = ("line", "kind", "name", "outcome", "message")
_FILE: Final = "file"


class Outcome(StrEnum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    EXISTS = "exists"
    FAILED = "failed"


_DONE: Final = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.EXISTS})

Key = tuple[str, str, str]
"""Line, kind and name."""


class Journal:
    """A result file that is being written.

    Args:
        path: the file; made with mode 0600 when it is not there.
        content: the file that is imported, which the result belongs to.

    Raises:
        UnreadableFile: it is the result of another file, or another import is writing it.
        OSError: it can't be read or written.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.outcomes: Counter[Outcome] = Counter()
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+", newline="")
        try:
            self._lock()
            self.done = self._read(hashlib.sha256(content).hexdigest())
        except BaseException:
            self._file.close()
            raise

    def has(self, record: Record) -> bool:
        """Whether an earlier run has done with a record."""
        return _key(record) in self.done

    def note(self, record: Record, outcome: Outcome, message: str = "") -> None:
        """Writes down what became of a record."""
        self.outcomes[outcome] += 1
        self._write(*_key(record), outcome, message)

    def note_fault(self, fault: Fault) -> None:
        """Writes down what can't be imported at all."""
        self.outcomes[Outcome.FAILED] += 1
        self._write(str(fault.line), "", fault.name, Outcome.FAILED, fault.message)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnreadableFile(f"Another import is writing {self.path}.") from error

    def _read(self, digest: str) -> frozenset[Key]:
        text = self._file.read()
        whole = text[: text.rfind("\n") + 1]
        rows = list(csv.reader(io.StringIO(whole, newline="")))
        self._file.seek(0)
        if not rows:
            self._file.truncate()
            self._write(*_HEADER)
            self._write("0", _FILE, digest, "started", "")
            return frozenset()
        if rows[0] != list(_HEADER) or len(rows) < 2 or rows[1][:3] != ["0", _FILE, digest]:
            raise UnreadableFile(
                f"{self.path} is no result of this file: move it away, or choose another with --result."
            )
        self._file.truncate(len(whole.encode()))
        self._file.seek(0, os.SEEK_END)
        keys = set()
        for row in rows[2:]:
            with suppress(ValueError):
                line, kind, name, outcome, _ = row
                keys |= {(line, kind, unprotected(name))} if outcome in _DONE else set()
        return frozenset(keys)

    def _write(self, *cells: str) -> None:
        csv.writer(self._file, lineterminator="\r\n").writerow([protect(_one_line(cell)) for cell in cells])
        self._file.flush()


def _key(record: Record) -> Key:
    return str(record.line), record.kind, _one_line(record.name)


def _one_line(cell: str) -> str:
    """A line is a record: a cut-off one has to be recognised."""
    return " ".join(cell.split())
