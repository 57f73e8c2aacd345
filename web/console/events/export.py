"""Events as files: what the list would show page after page, sent as it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, abort, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from adapter import IamError
from web.console.components import Result, do
from web.console.events.filters import read_filters
from web.console.spreadsheets import csv_rows
from web.current import context
from web.throttle import Throttle

MOST: Final = 50_000
"""Events in a file."""
_PAGE: Final = 1000
_MOST_LOOKS: Final = 400
"""Pages that are looked at for one file, however few events they give: some two gigabytes of the trail."""
_COLUMNS: Final = {
    "time": lazy_gettext("Time (UTC)"),
    "event_name": lazy_gettext("Event"),
    "actor": lazy_gettext("Who"),
    "kind": lazy_gettext("Outcome"),
    "outcome": lazy_gettext("Code"),
    "resources": lazy_gettext("On what"),
    "source_ip": lazy_gettext("From"),
    "factor": lazy_gettext("Proved by"),
    "user_agent": lazy_gettext("Program"),
    "request_id": lazy_gettext("Request ID"),
    "event_id": lazy_gettext("Event ID"),
}
_CUT: Final = lazy_gettext("There are more events than a file holds. Look for fewer days to get the others.")
_BROKEN: Final = lazy_gettext("The events could not be read to the end.")

Write = Callable[[Iterable[Result]], str]


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/events.csv", "events_csv", events_csv, methods=["GET"])
    console.add_url_rule("/events.jsonl", "events_jsonl", events_jsonl, methods=["GET"])


def events_csv() -> ResponseReturnValue:
    """The events for a spreadsheet."""
    head = csv_rows([list(_COLUMNS.values())])
    return _file("csv", "text/csv; charset=utf-8", head, _as_csv, lambda words: csv_rows([[words]]))


def events_jsonl() -> ResponseReturnValue:
    """The events for a program: one JSON object a line."""
    return _file("jsonl", "application/jsonl", "", _as_json, lambda words: json.dumps({"note": words}) + "\n")


def _file(ending: str, kind: str, head: str, write: Write, note: Callable[[str], str]) -> Response:
    filters = read_filters()
    if filters.errors:
        abort(HTTPStatus.BAD_REQUEST)
    asked = filters.params()
    first = do("lookup_events", max_items=_PAGE, **asked)

    def parts() -> Iterator[str]:
        yield head
        try:
            for page in _pages(first, asked):
                yield write(page["events"]) if page else note(str(_CUT))
        except IamError:
            # The answer has begun, so its status can no longer tell.
            yield note(str(_BROKEN))

    name = f"events-{context().now:%Y%m%dT%H%M%SZ}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(parts()), content_type=kind, headers=headers)


def _pages(page: Result, asked: dict[str, Any]) -> Iterator[Result | None]:
    """Pages of events up to what a file holds; None at the end where there would have been more."""
    count = 0
    for _ in range(_MOST_LOOKS):
        yield page
        count += len(page["events"])
        if not page["is_truncated"]:
            return
        if count >= MOST:
            break
        page = do("lookup_events", max_items=_PAGE, marker=page["marker"], **asked)
    yield None


def _as_csv(events: Iterable[Result]) -> str:
    return csv_rows([[_cell(event[name]) for name in _COLUMNS] for event in events])


def _as_json(events: Iterable[Result]) -> str:
    return "".join(json.dumps(event, ensure_ascii=False, default=_plain) + "\n" for event in events)


def _cell(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(_plain(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
