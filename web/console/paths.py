"""Where to go next, when a request says it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

_HOME = "/console/"
_LONGEST_PATH = 1000
"""A cookie has to hold it while a sign-in is half done."""


def local_path(text: str | None, origins: Collection[str] = ()) -> str:
    """Where to go next: a path of the console, or an address of one of the sites that the operator has named.

    Args:
        text: where a request wants to go.
        origins: scheme and host of those sites.

    Browsers take `//host`, `/\\host` and tabs inside for the beginning of a host name, so none of these passes.
    """
    if not text or len(text) > _LONGEST_PATH or not text.isprintable() or "\\" in text:
        return _HOME
    return text if _is_of_the_console(text) or _is_of_a_site(text, origins) else _HOME


def _is_of_the_console(text: str) -> bool:
    parts = urlsplit(text)
    return text.startswith(_HOME) and "//" not in text and not parts.scheme and not parts.netloc


def _is_of_a_site(text: str, origins: Collection[str]) -> bool:
    begins_like_one = text.startswith(tuple(f"{origin}/" for origin in origins))
    return begins_like_one and text.partition("?")[0].count("//") == 1
