"""What events are looked for: read off the address, so that a search can be bookmarked and sent to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from flask import request
from flask_babel import lazy_gettext

OUTCOMES: Final = (
    ("", lazy_gettext("Any outcome")),
    ("Succeeded", lazy_gettext("Succeeded")),
    ("Denied", lazy_gettext("Denied")),
    ("Failed", lazy_gettext("Failed")),
)
_TEXTS: Final = {"actor": "actor", "event": "event_name", "resource": "resource", "address": "source_ip"}
"""Parameters of the address, and those of the operation that they stand for."""
_DAYS: Final = {"first": "start_time", "last": "end_time"}
_MOST: Final = 128
_WRONG_DAY: Final = lazy_gettext("Enter a day such as 2026-11-20")
_WRONG_ORDER: Final = lazy_gettext("The last day is before the first")


@dataclass(frozen=True, slots=True)
class Filters:
    """A search for events.

    Attributes:
        values: what was entered, by parameter of the address; what was left empty is not among it.
        errors: what is wrong with it, by parameter.
    """

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing is looked for in particular."""
        return not self.values

    @property
    def has_more(self) -> bool:
        """Something is looked for that is not in the first row of the form."""
        return bool({"resource", "address", "first", "last"} & self.values.keys())

    def params(self) -> dict[str, Any]:
        """As the operation takes it; days are days in UTC, and the last one belongs to them."""
        params: dict[str, Any] = {name: self.values[key] for key, name in _TEXTS.items() if key in self.values}
        if "outcome" in self.values:
            params["outcome"] = self.values["outcome"]
        for key, name in _DAYS.items():
            if key in self.values and key not in self.errors:
                day = date.fromisoformat(self.values[key]) + timedelta(days=key == "last")
                params[name] = datetime.combine(day, time(), UTC)
        return params


def read_filters() -> Filters:
    """What this request looks for."""
    given = {key: request.args.get(key, "").strip()[:_MOST] for key in (*_TEXTS, *_DAYS, "outcome")}
    values = {key: value for key, value in given.items() if value}
    if values.get("outcome") not in dict(OUTCOMES):
        values.pop("outcome", None)
    errors = {key: _WRONG_DAY for key in _DAYS if key in values and not _is_day(values[key])}
    if not errors and {"first", "last"} <= values.keys() and values["last"] < values["first"]:
        errors = {"last": _WRONG_ORDER}
    return Filters(values, errors)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) < date.max and text == date.fromisoformat(text).isoformat()
    except ValueError:
        return False
