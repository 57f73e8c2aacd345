"""The account's events: who did what, from where, and how it was decided. An account sees its own ones alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from adapter.errors import NoSuchEntity, ValidationError
from adapter.operations.call import Call, Result
from adapter.operations.paging import DEFAULT_PAGE, Page
from adapter.trail.files import Place
from adapter.trail.reader import Event, Look
from adapter.trail.tally import STEP_OWED

_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
_DAYS: Final = 30
_MOST_FILES: Final = 4
"""Files of the trail that one call follows the chain through, at most; each takes up to half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which events are looked for; case does not count in texts, of which a part will do.

    Attributes:
        kind: Succeeded, Denied or Failed; empty for all of them.
        source_ip: how the address begins.
    """

    account_id: str
    actor: str
    event: str
    resource: str
    kind: str
    source_ip: str

    def is_met_by(self, event: Event) -> bool:
        """Whether an event is one of them."""
        return (
            event.account_id == self.account_id
            and self.kind in {"", _kind(event.outcome)}
            and event.source_ip.startswith(self.source_ip)
            and self.actor in event.actor.casefold()
            and self.event in event.event.casefold()
            and (not self.resource or any(self.resource in each.casefold() for each in event.resources))
        )


def lookup_events(
    call: Call,
    *,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    actor: str = "",
    event_name: str = "",
    outcome: str | None = None,
    resource: str = "",
    source_ip: str = "",
    page: Page,
) -> Result:
    """Looks the account's events up, newest first.

    One call looks at a part of the trail only. `is_cut` tells that it stopped for that reason, before the page was
    full, and `looked_back_to` how far it came; the marker goes on from there.

    Args:
        call: the call.
        start_time, end_time: from when on, and before when.
        actor, event_name, resource: a part of it; case does not count.
        outcome: Succeeded, Denied or Failed.
        source_ip: how the address begins.
        page: which page.
    """
    wanted = _Wanted(
        account_id=call.account.account_id,
        actor=actor.casefold(),
        event=event_name.casefold(),
        resource=resource.casefold(),
        kind=outcome or "",
        source_ip=source_ip,
    )
    look = Look(
        count=page.max_items or DEFAULT_PAGE,
        before=Place.parse(page.marker) if page.marker else None,
        since=_point("StartTime", start_time),
        until=_point("EndTime", end_time),
    )
    found = call.history.look_back(wanted.is_met_by, look)
    more = {"is_truncated": True, "marker": str(found.following)} if found.following else {"is_truncated": False}
    events = [_row(event) for event in found.events]
    return {"events": events, "is_cut": found.is_cut, "looked_back_to": found.looked_back_to} | more


def describe_event(call: Call, *, event_id: str) -> Result:
    """Describes one event with its parameters, and whether it follows on the line before it.

    Raises:
        NoSuchEntity: the account has no such event, or it has been removed to make room.
    """
    event = call.history.event(Place.parse(event_id))
    if event is None or event.account_id != call.account.account_id:
        raise NoSuchEntity(f"The event {event_id} cannot be found.")
    details = {"params": event.params, "follows": call.history.follows(event), "previous": event.previous}
    return {"event": _row(event) | details | {"file": call.history.file_name(event.place.file)}}


def describe_sign_ins(call: Call) -> Result:
    """Counts the account's sign-ins of the last thirty days."""
    counted = call.history.sign_ins.of(call.account.account_id, call.context.now.astimezone(UTC).date(), _DAYS)
    numbers = zip(counted.days, counted.succeeded, counted.refused, strict=True)
    days = [{"date": day, "succeeded": succeeded, "refused": refused} for day, succeeded, refused in numbers]
    return {"days": days, "counted_since": counted.counted_since}


def verify_events(call: Call, *, page: Page) -> Result:
    """Follows the chain of hashes through the trail, the youngest file first, a few files a call.

    The chain runs through the events of all accounts; of those of others only their number is told.

    Raises:
        ValidationError: the marker is none of ours.
    """
    marker = page.marker
    if marker is not None and not (marker.isascii() and marker.isdigit()):
        raise ValidationError("Invalid marker.")
    numbers = [number for number in call.history.numbers() if marker is None or number <= int(marker)]
    count = min(page.max_items or 1, _MOST_FILES)
    checked = [call.history.verify(number) for number in numbers[:count]]
    rest = numbers[count:]
    more = {"is_truncated": True, "marker": str(rest[0])} if rest else {"is_truncated": False}
    files = [asdict(each) | {"is_whole": each.fault_count == 0} for each in checked if each]
    return {"files": files, "remaining": len(rest)} | more


def _row(event: Event) -> dict[str, Any]:
    return {
        "event_id": str(event.place),
        "time": event.time,
        "actor": event.actor,
        "event_name": event.event,
        "outcome": event.outcome,
        "kind": _kind(event.outcome),
        "resources": list(event.resources),
        "source_ip": event.source_ip,
        "user_agent": event.user_agent,
        "factor": event.factor,
        "request_id": event.request_id,
    }


def _kind(outcome: str) -> str:
    """How an event ended, in one word: Succeeded, Denied or Failed."""
    if outcome == "ok" or outcome.endswith(STEP_OWED):
        return "Succeeded"
    return "Denied" if outcome in _DENIED else "Failed"


def _point(name: str, time: datetime | None) -> datetime | None:
    if time is not None and (not isinstance(time, datetime) or time.tzinfo is None):
        raise ValidationError(f"{name} must be a point in time with its zone.")
    return time
