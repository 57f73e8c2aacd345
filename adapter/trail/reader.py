"""Reads the audit trail backwards: the newest events first, and never more of the files than a call may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from adapter.trail.files import Place, Snapshot, TrailFile, snapshot
from adapter.trail.verification import parse_line

BUDGET: Final = 6 << 20
"""Bytes that one call looks at, at most: some 12,000 events."""
_UNORDERED: Final = timedelta(minutes=10)
"""Lines are in the order in which calls ended, and tell when they began: so far may two neighbours be the wrong way."""
_TOLD: Final = ("actor", "event", "outcome", "source_ip", "user_agent", "factor", "request_id", "account_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the trail.

    Attributes:
        place: names the event for good.
        previous: the hash of the line before, as this line tells it.
    """

    place: Place
    time: datetime
    account_id: str
    actor: str
    event: str
    outcome: str
    resources: tuple[str, ...]
    source_ip: str
    user_agent: str
    factor: str
    request_id: str
    params: dict[str, Any]
    previous: str


Wanted = Callable[[Event], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a look back has found.

    Attributes:
        following: where to go on; None when there is nothing more.
        looked_back_to: the time of the oldest line that was looked at.
        is_cut: it ended because it had looked at as much as it may, not because the page was full.
    """

    events: list[Event]
    following: Place | None = None
    looked_back_to: datetime | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far to look back.

    Attributes:
        count: at most so many events.
        before: where the look back before this one ended.
        since, until: events outside of these times are left out; the files are not read to skip the younger ones.
        budget: bytes to look at, at most.
    """

    count: int
    before: Place | None = None
    since: datetime | None = None
    until: datetime | None = None
    budget: int = BUDGET

    def covers(self, event: Event) -> bool:
        """Whether an event lies within the times."""
        return (self.since is None or event.time >= self.since) and (self.until is None or event.time < self.until)

    def is_past(self, event: Event) -> bool:
        """Whether nothing that is wanted can come before an event."""
        return self.since is not None and event.time < self.since - _UNORDERED


def look_back(path: Path, wanted: Wanted, look: Look) -> Reading:
    """The newest events that are wanted.

    Args:
        path: the youngest file of the trail.
        wanted: tells which ones are.
        look: how far.
    """
    events: list[Event] = []
    last: Event | None = None
    seen = 0
    with snapshot(path) as trail:
        for place, line in _lines_before(trail, look.before or _place_of(trail, look.until)):
            seen += len(line)
            event = _event(place, line)
            if event is not None and look.is_past(event):
                break
            if event is not None:
                last = event
                events += [event] if look.covers(event) and wanted(event) else []
            if len(events) >= look.count or seen >= look.budget:
                return Reading(
                    events=events,
                    following=place if place > _oldest(trail) else None,
                    looked_back_to=last.time if last else None,
                    is_cut=len(events) < look.count,
                )
    return Reading(events=events, looked_back_to=last.time if last else None)


def read_event(path: Path, place: Place) -> Event | None:
    """The event at a place; None where there is none, or none any more."""
    with snapshot(path) as trail, trail.open(place.file) as file:
        return _event(place, file.line_at(place.offset)) if file else None


def line_before(path: Path, place: Place) -> bytes | None:
    """The line that comes before a place; empty at the very beginning, None when it has been removed."""
    with snapshot(path) as trail:
        if place == Place(1, 0):
            return b""
        return next((line for _, line in _lines_before(trail, place)), None)


def _lines_before(trail: Snapshot, before: Place | None) -> Iterator[tuple[Place, bytes]]:
    for number in trail.numbers:
        if before is not None and number > before.file:
            continue
        with trail.open(number) as file:
            if file is None:
                continue
            end = before.offset if before is not None and number == before.file else file.size
            for offset, line in file.lines_before(end):
                yield Place(number, offset), line


def _oldest(trail: Snapshot) -> Place:
    return Place(min(trail.numbers, default=1), 0)


def _place_of(trail: Snapshot, until: datetime | None) -> Place | None:
    """From where to look back for events before a time, found by bisection; None for the end of the trail."""
    if until is None:
        return None
    late = until + _UNORDERED
    for number in trail.numbers:
        with trail.open(number) as file:
            if file is not None and (_time_at(file.line_at(0)) or late) <= late:
                return Place(number, _first_later(file, late))
    return _oldest(trail)


def _first_later(file: TrailFile, late: datetime) -> int:
    """Where the first line begins that is younger than a time; the file's first line is known not to be."""
    low, high = 0, file.size
    while high - low > 1:
        middle = (low + high) // 2
        start, line = file.first_after(middle)
        time = _time_at(line) if start < file.size else None
        if start >= file.size or (time is not None and time > late):
            high = middle
        else:
            low = middle
    return min(file.size, file.first_after(high)[0])


def _time_at(line: bytes) -> datetime | None:
    content = parse_line(line)
    return _time(content) if content else None


def _event(place: Place, line: bytes) -> Event | None:
    """What a line says; None when it is none of ours, such as one that was torn by a kill."""
    content = parse_line(line)
    time = _time(content) if content else None
    if content is None or time is None:
        return None
    told = {name: str(content.get(name) or "") for name in _TOLD}
    resources, params = content.get("resources"), content.get("params")
    return Event(
        place=place,
        time=time,
        resources=tuple(map(str, resources)) if isinstance(resources, list) else (),
        params=params if isinstance(params, dict) else {},
        previous=str(content.get("previous") or ""),
        **told,
    )


def _time(content: dict[str, Any]) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(content.get("time")))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
