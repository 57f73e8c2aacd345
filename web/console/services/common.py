"""What the pages about services have in common."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext, lazy_gettext

from web.console.components import Crumb, Params, Tab, placeholder_or_quoted

REGISTER: tuple[str, Params] = ("register_service", {"prefix": "x", "definition": "{}"})
"""Stands for any service where it is only asked whether somebody may register some."""
_TABS = (
    ("actions", lazy_gettext("Actions"), "console.service"),
    ("resources", lazy_gettext("Resources and conditions"), "console.service_resources"),
    ("policies", lazy_gettext("Policies"), "console.service_policies"),
)


def service_tabs(prefix: str) -> list[Tab]:
    """The tabs of a service's page."""
    return [Tab(key, label, url_for(endpoint, prefix=prefix)) for key, label, endpoint in _TABS]


def service_crumbs(prefix: str, title: str, here: str = "") -> tuple[Crumb, ...]:
    """The way to a service's page, or to one below it."""
    above = Crumb(gettext("Services"), url_for("console.services"))
    if not here:
        return above, Crumb(title)
    return above, Crumb(title, url_for("console.service", prefix=prefix)), Crumb(here)


def operator_command(verb: str, *what: str) -> str:
    """The equivalent command of the server's operator; what stands in capitals is for the reader to fill in."""
    return " ".join(("bindery", "service", verb, *map(placeholder_or_quoted, what)))
