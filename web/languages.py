"""Languages of the console: which there are, and in which one a page is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel

_KEPT_FOR = timedelta(days=365)
_MOST_RANGES = 20
"""What a browser's Accept-Language is read up to; real ones have two to six entries."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the console speaks.

    Attributes:
        tag: as HTML and HTTP name it (BCP 47).
        locale: as its folder of translations and Babel's data are named.
        name: in the language itself.
        moment: the pattern of a date with its time.
        day: the pattern of a date.
        short_day: the pattern of a date of this year, where there is little room.
        minute: the pattern of a time of day.
        ranges: what browsers call it, in small letters; longer names are cut at their dashes until one fits.
    """

    tag: str
    locale: str
    name: str
    moment: str
    day: str
    short_day: str
    minute: str
    ranges: frozenset[str]


ENGLISH = Language(
    tag="en",
    locale="en",
    name="English",
    moment="d MMMM y, HH:mm:ss 'UTC'",
    day="d MMMM y",
    short_day="d MMM",
    minute="HH:mm 'UTC'",
    ranges=frozenset({"en"}),
)
CHINESE = Language(
    tag="zh-Hans",
    locale="zh_Hans",
    name="简体中文",
    moment="y年M月d日 HH:mm:ss 'UTC'",
    day="y年M月d日",
    short_day="M月d日",
    minute="HH:mm 'UTC'",
    ranges=frozenset({"zh"}),  # zh-CN, zh-Hans-CN …; who reads Traditional Chinese reads this more easily than English
)
LANGUAGES = (ENGLISH, CHINESE)
_BY_TAG = {each.tag: each for each in LANGUAGES}
_BY_RANGE = {name: each for each in LANGUAGES for name in each.ranges}


def init_app(app: Flask) -> None:
    """Lets templates and code translate, and tells caches what a page depends on."""
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    Babel(app, default_locale=ENGLISH.locale, locale_selector=lambda: language().locale)
    app.jinja_env.globals.update(languages=LANGUAGES, language=language)
    app.after_request(_vary)


def language() -> Language:
    """The language of this answer: the reader's choice, else what the browser asks for, else English."""
    if not has_app_context():
        return ENGLISH
    if "language" not in g:
        speak(_chosen() or _asked_for() if has_request_context() else ENGLISH)
    found: Language = g.language
    return found


def speak(chosen: Language) -> None:
    """From now on speaks a language, for work that goes on when its request is over."""
    g.language = chosen


def remember(response: Response, tag: str) -> bool:
    """Keeps the reader's choice in a cookie of its own, which outlives sessions.

    Returns:
        False when there is no such language; nothing was kept.
    """
    if tag not in _BY_TAG:
        return False
    config = current_app.config
    response.set_cookie(
        config["LANGUAGE_COOKIE_NAME"],
        tag,
        max_age=_KEPT_FOR,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return True


def _chosen() -> Language | None:
    return _BY_TAG.get(request.cookies.get(current_app.config["LANGUAGE_COOKIE_NAME"], ""))


def _asked_for() -> Language:
    """The first of the browser's languages that there is.

    Source: RFC 4647 section 3.4 (lookup).
    """
    for wanted, quality in list(request.accept_languages)[:_MOST_RANGES]:
        parts = wanted.lower().replace("_", "-").split("-")
        names = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
        found = next((_BY_RANGE[name] for name in names if name in _BY_RANGE), None)
        if found and quality > 0:
            return found
    return ENGLISH


def _vary(response: Response) -> Response:
    if "language" in g:
        response.vary.update(("Accept-Language", "Cookie"))
    return response
