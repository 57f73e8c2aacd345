"""How values look on a page: dates, ARNs, files with their version, and what every template knows."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from markupsafe import Markup, escape

from web.console.navigation import sections
from web.current import caller, context

_BREAK_AFTER = re.compile(r"([/:,.@_=+-]+)")
_UNITS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def init_app(app: Flask) -> None:
    """Gives templates their filters and functions."""
    app.jinja_env.filters.update(breakable=breakable, when=when, age=age, clock=clock)
    app.jinja_env.globals.update(asset=asset)
    app.context_processor(_common)


def breakable(text: str) -> Markup:
    """Lets a browser break a long name after its punctuation; copying gives the text itself."""
    pieces = _BREAK_AFTER.split(text)
    marked = (Markup("{}<wbr>").format(piece) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces))
    return Markup("").join(marked)


def ago(then: datetime, now: datetime) -> str:
    """A point in time as people say it: "3 days ago", "in 5 minutes"."""
    seconds = (now - then).total_seconds()
    for size, unit in _UNITS:
        count = int(abs(seconds) // size)
        if count:
            span = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{span} ago" if seconds > 0 else f"in {span}"
    return "just now" if seconds >= 0 else "in less than a minute"


def when(then: datetime | None) -> Markup:
    """A date: relative to read, absolute on hover and for screen readers."""
    if then is None:
        return Markup("—")
    exact = then.strftime("%d %B %Y, %H:%M:%S UTC").lstrip("0")
    return Markup(
        '<time datetime="{iso}" title="{exact}">{ago}<span class="visually-hidden"> ({exact})</span></time>'
    ).format(iso=then.isoformat(), exact=exact, ago=ago(then, context().now))


def age(since: datetime) -> Markup:
    """How long something has existed: "3 days" to read, since when on hover and for screen readers."""
    exact = since.strftime("%d %B %Y, %H:%M:%S UTC").lstrip("0")
    span = ago(since, context().now).removesuffix(" ago").replace("just now", "under a minute")
    return Markup(
        '<time datetime="{iso}" title="since {exact}">{span}<span class="visually-hidden"> since {exact}</span></time>'
    ).format(iso=since.isoformat(), exact=exact, span=span)


def clock(then: datetime) -> str:
    """A time of day, rounded up to the next minute."""
    return (then + timedelta(seconds=59)).strftime("%H:%M UTC")


def asset(name: str) -> str:
    """The address of a static file of ours; it changes with the file, so browsers may keep it for long."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _common() -> dict[str, Any]:
    viewer = caller()
    return {"viewer": viewer, "sections": sections() if viewer else (), "request_id": context().request_id}
