"""Where to go next, when a request says it."""

from __future__ import annotations

from urllib.parse import urlsplit

_HOME = "/console/"
_LONGEST_PATH = 1000
"""A cookie has to hold it while a sign-in is half done."""


def local_path(text: str | None) -> str:
    """Where to go after sign-in: a path of the console, never another site.

    Browsers take `//host`, `/\\host` and tabs inside for the beginning of a host name, so none of these passes.
    """
    if not text or len(text) > _LONGEST_PATH or not text.startswith(_HOME) or not text.isprintable():
        return _HOME
    if "\\" in text or "//" in text:
        return _HOME
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else _HOME
