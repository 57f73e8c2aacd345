"""The audit trail as operations read it."""

from __future__ import annotations

from pathlib import Path

from adapter.trail.files import Place, hash_of, snapshot
from adapter.trail.reader import Event, Look, Reading, Wanted, line_before, look_back, read_event
from adapter.trail.tally import SignInTally
from adapter.trail.verification import Verification, verify_file


class History:
    """What the trail holds.

    Args:
        path: the trail's youngest file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sign_ins = SignInTally(path)

    def look_back(self, wanted: Wanted, look: Look) -> Reading:
        """The newest events that are wanted."""
        return look_back(self._path, wanted, look)

    def event(self, place: Place) -> Event | None:
        """The event at a place; None where there is none, or none any more."""
        return read_event(self._path, place)

    def follows(self, event: Event) -> bool | None:
        """Whether an event names the line that is before it; None when that one has been removed to make room."""
        before = line_before(self._path, event.place)
        return None if before is None else hash_of(before) == event.previous

    def file_name(self, number: int) -> str:
        """What a file of the trail is called now."""
        with snapshot(self._path) as trail:
            return (trail.full.get(number) or self._path).name

    def numbers(self) -> list[int]:
        """The numbers of the trail's files, youngest first."""
        with snapshot(self._path) as trail:
            return trail.numbers

    def verify(self, number: int) -> Verification | None:
        """Follows the chain through one file; None when there is none of that number."""
        with snapshot(self._path) as trail:
            return verify_file(trail, number)
