"""One event with everything that was written down of it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.components import crumbs, do
from web.console.events import words
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/events/<event_id>", "event", event, methods=["GET"])


def event(event_id: str) -> ResponseReturnValue:
    """Shows one event, and leads to those that are like it."""
    found = do("describe_event", event_id=event_id)["event"]
    return render_template(
        "console/events/event.html",
        event=found,
        words=words,
        params=json.dumps(found["params"], indent=2, ensure_ascii=False) if found["params"] else "",
        related=_related(found),
        crumbs=crumbs((gettext("Event history"), "console.events"), here=found["event_name"]),
    )


def _related(event: dict[str, Any]) -> list[tuple[str, str]]:
    """Labels and addresses of lists of events that have something in common with one."""
    shared = [
        (gettext("By %(name)s", name=words.named(event["actor"]).name), "actor", event["actor"]),
        (gettext("Of the kind %(event_name)s", event_name=event["event_name"]), "event", event["event_name"]),
        (gettext("From %(source_ip)s", source_ip=event["source_ip"]), "address", event["source_ip"]),
    ]
    named = [(words.named(arn).name, arn) for arn in event["resources"][:3] if arn != "*"]
    shared += [(gettext("On %(name)s", name=name), "resource", arn) for name, arn in named]
    return [(label, url_for("console.events", **{key: value})) for label, key, value in shared if value]
