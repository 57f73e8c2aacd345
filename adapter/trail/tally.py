"""How many sign-ins there were on each day, counted once and remembered.

A line of the trail never changes, so what has been counted of a file stays counted; a later call only looks at what
has been written since. The first calls look back a part at a time, and say how far they have come.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from adapter.trail.files import TrailFile, snapshot
from adapter.trail.verification import parse_line

SIGN_IN: Final = "ConsoleLogin"
STEP_OWED: Final = " owed"
"""How outcomes end of sign-ins whose first step succeeded and that have another one to take."""
_MARK: Final = b'"event":"ConsoleLogin"'
_BUDGET: Final = 32 << 20
"""Bytes that one call counts, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """Sign-ins by day.

    Attributes:
        succeeded, refused: for each day, the oldest first.
        counted_since: the first day that is counted whole; what was before it is not counted yet.
    """

    days: tuple[date, ...]
    succeeded: tuple[int, ...]
    refused: tuple[int, ...]
    counted_since: date


@dataclass(slots=True)
class _Counted:
    """What has been counted of one file: by account, day and whether it succeeded."""

    size: int = 0
    first_day: str = ""
    counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)


class SignInTally:
    """Counts the sign-ins of a trail.

    Args:
        path: the trail's youngest file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files: dict[int, _Counted] = {}
        self._lock = threading.Lock()

    def of(self, account_id: str, last: date, days: int) -> SignIns:
        """The sign-ins of an account on the days up to a last one."""
        wanted = tuple(last - timedelta(days=back) for back in reversed(range(days)))
        with self._lock:
            since = self._count(wanted[0].isoformat())
            total: Counter[tuple[str, str, bool]] = Counter()
            for each in self._files.values():
                total.update(each.counts)

        def line(is_ok: bool) -> tuple[int, ...]:
            return tuple(total[account_id, day.isoformat(), is_ok] for day in wanted)

        counted_since = max(wanted[0], date.fromisoformat(since)) if since else wanted[0]
        return SignIns(days=wanted, succeeded=line(True), refused=line(False), counted_since=counted_since)

    def _count(self, oldest: str) -> str:
        """Counts what has not been counted yet, newest first; the first whole day, or nothing when all is counted."""
        left = _BUDGET
        with snapshot(self._path) as trail:
            self._files = {number: self._files.get(number, _Counted()) for number in trail.numbers}
            younger = ""
            for number in trail.numbers:
                counted = self._files[number]
                if younger and younger < oldest:
                    counted.counts.clear()
                elif left > 0:
                    with trail.open(number) as file:
                        left -= _go_on(counted, file) if file else 0
                else:
                    return _day_after(younger)
                younger = counted.first_day or younger
        return ""


def _go_on(counted: _Counted, file: TrailFile) -> int:
    """Counts what a file has more than has been counted; how many bytes that was."""
    if not counted.first_day:
        counted.first_day = _day(parse_line(file.line_at(0)))
    before = counted.size
    file.file.seek(before)
    for line in file.file:
        if counted.size + len(line) > file.size or not line.endswith(b"\n"):
            break
        counted.size += len(line)
        content = parse_line(line) if _MARK in line else None
        outcome = str(content.get("outcome")) if content and content.get("event") == SIGN_IN else STEP_OWED
        if content and not outcome.endswith(STEP_OWED):
            counted.counts[str(content.get("account_id")), _day(content), outcome == "ok"] += 1
    return counted.size - before


def _day(content: dict[str, object] | None) -> str:
    return str((content or {}).get("time", ""))[:10]


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day else ""
