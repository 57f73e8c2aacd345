"""The list of events, and the picture of sign-ins."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, crumbs, do, may
from web.console.events import words
from web.console.events.filters import OUTCOMES, Filters, read_filters
from web.console.events.picture import draw
from web.console.lists import SIZES, Column, list_state
from web.current import services
from web.throttle import Throttle

COLUMNS = (
    Column("event", lazy_gettext("Event"), fixed=True),
    Column("time", lazy_gettext("Time")),
    Column("actor", lazy_gettext("Who")),
    Column("outcome", lazy_gettext("Outcome")),
    Column("resource", lazy_gettext("On what")),
    Column("address", lazy_gettext("From")),
    Column("factor", lazy_gettext("Proved by"), shown=False),
    Column("request", lazy_gettext("Request ID"), shown=False),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/events", "events", events, methods=["GET"])


def events() -> ResponseReturnValue:
    """Shows the events, all of them or those that are looked for."""
    filters = read_filters()
    state = list_state("events", "console.events", COLUMNS, **filters.values)
    found = do("lookup_events", marker=state.marker, max_items=state.size, **filters.params())
    sign_ins = do("describe_sign_ins") if filters.is_empty and state.page == 1 else None
    return render_template(
        "console/events/list.html",
        state=state,
        found=found,
        filters=filters,
        outcomes=OUTCOMES,
        services=[(f"{prefix}:", title) for prefix, title in services().titles()],
        words=words,
        sizes=SIZES,
        sign_ins=sign_ins,
        picture=draw(sign_ins["days"]) if sign_ins else None,
        exports=_exports(filters),
        crumbs=crumbs(here=gettext("Event history")),
        actions=_actions(),
    )


def _actions() -> list[Action]:
    allowed = may(verify=("verify_events", {}))["verify"]
    return [
        Action(
            gettext("Verify the trail"), url_for("console.verify_events"), allowed, "bindery:VerifyEvents", icon="fence"
        )
    ]


def _exports(filters: Filters) -> list[tuple[str, str]]:
    """Names and addresses of the files that hold what is listed."""
    endpoints = (("CSV", "console.events_csv"), (gettext("JSON lines"), "console.events_jsonl"))
    return [(label, url_for(endpoint, **filters.values)) for label, endpoint in endpoints]
