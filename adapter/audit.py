"""The audit trail: who did what, from where, decided how.

One JSON object a line. Each line carries the SHA-256 of the line before it, so that a line that is changed or taken
out shows (`verify_trail`). Lines are only ever appended, under a lock that all processes of a host share.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

_TAIL_BYTES = 1 << 16
_FIRST = "0" * 64
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


class AuditTrail:
    """Appends records to a file.

    Args:
        path: the file; made with mode 0600 when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, record: AuditRecord) -> None:
        """Appends one record.

        Raises:
            OSError: it could not be written.
        """
        with self._opened() as trail:
            fcntl.flock(trail, fcntl.LOCK_EX)
            last = _last_line(trail)
            torn = b"" if not last or last.endswith(b"\n") else b"\n"  # a process was killed while writing it
            trail.write(torn + _line(record, _hash(last)))

    def _opened(self) -> IO[bytes]:
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(descriptor, "r+b", buffering=0)


def _line(record: AuditRecord, previous: str) -> bytes:
    content = asdict(record) | {"time": record.time.isoformat(), "previous": previous}
    text = json.dumps(content, ensure_ascii=False, default=str, separators=(",", ":"))
    return text.encode(errors="backslashreplace") + b"\n"


def _last_line(trail: IO[bytes]) -> bytes:
    """The last line, empty when there is none yet; looked for from the end, in growing steps."""
    end = trail.seek(0, os.SEEK_END)
    reach = _TAIL_BYTES
    while True:
        start = max(0, end - reach)
        trail.seek(start)
        lines = trail.read(end - start).splitlines(keepends=True)
        if len(lines) > 1 or start == 0:
            return lines[-1] if lines else b""
        reach *= 4


def _hash(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest() if line else _FIRST


def verify_trail(path: Path) -> Iterator[int]:
    """Yields the number of each line whose predecessor is not the line that it was written after.

    Args:
        path: the trail; a file that is not there has no faults.
    """
    if not path.exists():
        return
    expected = _FIRST
    with path.open("rb") as trail:
        for number, line in enumerate(trail, start=1):
            if _previous(line) != expected:
                yield number
            expected = _hash(line)


def _previous(line: bytes) -> str | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content.get("previous") if isinstance(content, dict) else None


def without_secrets(params: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """The parameters as they may be written down: secrets hidden, and what is absurdly long cut."""
    return {name: HIDDEN if name in secrets else _shortened(value) for name, value in params.items()}


def _shortened(value: Any) -> Any:
    if isinstance(value, str | int | bool | None):
        return value if not isinstance(value, str) or len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT] + "…"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
