"""The audit trail: who did what, from where, decided how.

One JSON object a line. Each line carries the SHA-256 of the line before it, so that a line that is changed or taken
out shows (`adapter.trail.verification`). Lines are only ever appended, under a lock that all processes of a host share.

The trail does not grow without bound: a file is full at 16 MiB, some 30,000 events, and gets a number; when the full
ones together exceed what `BINDERY_AUDIT_MEGABYTES` allows (4,096 unless told otherwise, some eight million events; 0
keeps everything), the oldest are removed, and the trail itself says so. Who has to keep events for longer copies the
numbered files, which never change again, to where this host can't reach them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from adapter.settings import Settings
from adapter.trail.files import archive_path, archives, as_trail_file, hash_of, locked
from adapter.trail.verification import NEW_FILE, REMOVED_END

FILE_NAME: Final = "audit.jsonl"
FILE_SIZE: Final = 16 << 20
_LONGEST_TEXT = 16_384
"""Characters; longer than any document that an operation accepts."""
HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One event.

    Attributes:
        event: the action, such as `iam:CreateUser`, or `SignIn`.
        outcome: `ok`, or the error code.
        factor: the strongest proof in this session: `password`, `mfa` or empty.
        params: the parameters, secrets hidden.
    """

    time: datetime
    request_id: str
    account_id: str
    actor: str
    event: str
    outcome: str
    resources: tuple[str, ...] = ()
    source_ip: str = ""
    user_agent: str = ""
    factor: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


_FIELDS: Final = tuple(each.name for each in fields(AuditRecord))


class AuditTrail:
    """Appends records to a file, and begins a new one when that is full.

    Args:
        path: the file; made with mode 0600 when it is not there.
        file_size: bytes after which a file is full.
        most_files: so many full files are kept; None keeps all of them.
    """

    def __init__(self, path: Path, *, file_size: int = FILE_SIZE, most_files: int | None = None) -> None:
        self.path = path
        self._file_size = file_size
        self._most_files = most_files

    @classmethod
    def of(cls, settings: Settings) -> AuditTrail:
        """The trail of an installation."""
        kept = settings.audit_megabytes << 20
        return cls(settings.data / FILE_NAME, most_files=max(1, kept // FILE_SIZE) if kept else None)

    def write(self, record: AuditRecord) -> None:
        """Appends one record.

        Raises:
            OSError: it could not be written.
        """
        while True:
            with locked(self.path) as file:
                last = as_trail_file(self.path, file).last_line()
                if os.fstat(file.fileno()).st_size >= self._file_size:
                    self._give_number()
                    continue
                torn = b"" if not last or last.endswith(b"\n") else b"\n"  # a process was killed while writing it
                full = [] if last else archives(self.path)
                doomed = full[: -self._most_files] if self._most_files else []
                head = _head(record.time, full, doomed)
                file.write(torn + head + as_line(record, hash_of(head or last)))
                for _, each in doomed:
                    each.unlink(missing_ok=True)
                return

    def _give_number(self) -> None:
        """Makes the youngest file a full one. A writer that waits for its lock will find that it is no longer here."""
        full = archives(self.path)
        self.path.rename(archive_path(self.path, full[-1][0] + 1 if full else 1))


def _head(now: datetime, full: list[tuple[int, Path]], doomed: list[tuple[int, Path]]) -> bytes:
    """The first line of a file that goes on from full ones; nothing in the very first file.

    It says which files are removed and how the last of them ended, so that the chain can be followed from there.
    """
    if not full:
        return b""
    params = {"continues": full[-1][1].name}
    if doomed:
        names = ", ".join(file.name for _, file in doomed)
        params |= {"removed": names, REMOVED_END: hash_of(_end(doomed[-1][1]))}
    head = AuditRecord(
        time=now, request_id="", account_id="", actor="bindery", event=NEW_FILE, outcome="ok", params=params
    )
    return as_line(head, hash_of(_end(full[-1][1])))


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        return as_trail_file(path, file).last_line()


def as_line(record: AuditRecord, previous: str = "") -> bytes:
    """A record as the trail holds it.

    Args:
        previous: the hash of the line before it.
    """
    content = {name: getattr(record, name) for name in _FIELDS}
    content |= {"time": record.time.isoformat(), "previous": previous}
    text = json.dumps(content, ensure_ascii=False, default=str, separators=(",", ":"))
    return text.encode(errors="backslashreplace") + b"\n"


def without_secrets(params: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """The parameters as they may be written down: secrets hidden, and what is absurdly long cut."""
    return {name: HIDDEN if name in secrets else _shortened(value) for name, value in params.items()}


def _shortened(value: Any) -> Any:
    if isinstance(value, str | int | bool | None):
        return value if not isinstance(value, str) or len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT] + "…"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
