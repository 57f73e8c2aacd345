"""How values look on a page: dates and numbers by language, ARNs, files with their version; what templates know."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, current_app, url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from web.console.navigation import sections
from web.current import caller, context
from web.languages import language

_BREAK_AFTER = re.compile(r"([/:,.@_=+-]+)")
_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))
_SIZES = ((1024**3, "gigabyte"), (1024**2, "megabyte"), (1024, "kilobyte"), (1, "byte"))
# No threshold keeps Babel from going on to a larger unit by itself.
_format_span = partial(format_timedelta, threshold=math.inf)


def init_app(app: Flask) -> None:
    """Gives templates their filters and functions."""
    filters = (breakable, inside, when, age, clock, moment, day, short_day, number, percent, size)
    app.jinja_env.filters.update({each.__name__: each for each in filters})
    app.jinja_env.globals.update(asset=asset)
    app.context_processor(_common)


def breakable(text: object) -> Markup:
    """Lets a browser break a long name after its punctuation; copying gives the text itself.

    The mark at the beginning tells style sheets that this text may be broken anywhere, when it has to. No text stays no
    text, so that templates can say something in its place.
    """
    if not text:
        return Markup("")
    pieces = _BREAK_AFTER.split(text.unescape() if isinstance(text, Markup) else str(text))
    marked = (Markup("{}<wbr>").format(piece) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces))
    return Markup("<wbr>") + Markup("").join(marked)


def inside(label: object) -> str:
    """A label as it stands inside of a sentence: "access key ID" for "Access key ID"."""
    text = str(label)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def ago(then: datetime, now: datetime) -> str:
    """A point in time as people say it: "3 days ago", "in 5 minutes"."""
    said = _span(now - then, direction=True)
    if said:
        return said
    return gettext("just now") if now >= then else gettext("in less than a minute")


def when(then: datetime | None) -> Markup:
    """A date: relative to read, absolute on hover and for screen readers."""
    if then is None:
        return Markup("—")
    exact = moment(then)
    return Markup(
        '<time datetime="{iso}" title="{exact}">{ago}<span class="visually-hidden"> ({exact})</span></time>'
    ).format(iso=then.isoformat(), exact=exact, ago=ago(then, context().now))


def age(since: datetime) -> Markup:
    """How long something has existed: "3 days" to read, since when on hover and for screen readers."""
    span = _span(context().now - since, direction=False) or gettext("under a minute")
    return Markup(
        '<time datetime="{iso}" title="{exact}">{span}<span class="visually-hidden"> {exact}</span></time>'
    ).format(iso=since.isoformat(), exact=gettext("since %(date)s", date=moment(since)), span=span)


def moment(then: datetime) -> str:
    """A date with its time of day."""
    return str(format_datetime(then.astimezone(UTC), language().moment, locale=language().locale))


def day(then: date) -> str:
    """A date; of a point in time, the one in UTC."""
    return _date(then, language().day)


def short_day(then: date) -> str:
    """A date without its year, where there is little room."""
    return _date(then, language().short_day)


def clock(then: datetime) -> str:
    """A time of day, rounded up to the next minute."""
    up = then.astimezone(UTC) + timedelta(seconds=59)
    return str(format_datetime(up, language().minute, locale=language().locale))


def number(value: float) -> str:
    """A number with its thousands marked."""
    return str(format_decimal(value, locale=language().locale))


def percent(share: float) -> str:
    """A share of 1, as a percentage."""
    return str(format_percent(share, locale=language().locale))


def size(count: float) -> str:
    """A number of bytes in the unit that keeps it short: "12 bytes", "1.4 MB"."""
    amount, unit = next((each for each in _SIZES if count >= each[0]), _SIZES[-1])
    length = "long" if unit == "byte" else "short"
    return str(format_unit(round(count / amount, 1), f"digital-{unit}", length, locale=language().locale))


def _date(then: date, pattern: str) -> str:
    plain = then.astimezone(UTC) if isinstance(then, datetime) else then
    return str(format_date(plain, pattern, locale=language().locale))


def _span(past: timedelta, *, direction: bool) -> str:
    """A stretch of time in its largest unit, rounded down; nothing when it is under a minute.

    Args:
        direction: says too on which side of now it ends.
    """
    seconds = past.total_seconds()
    for length, unit in _UNITS:
        count = int(abs(seconds) // length)
        if count:
            away = timedelta(seconds=math.copysign(count * length, -seconds))
            return str(_format_span(away, granularity=unit, add_direction=direction, locale=language().locale))
    return ""


def asset(name: str) -> str:
    """The address of a static file of ours; it changes with the file, so browsers may keep it for long."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _common() -> dict[str, Any]:
    viewer = caller()
    return {"viewer": viewer, "sections": sections() if viewer else (), "request_id": context().request_id}
