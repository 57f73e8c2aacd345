"""Pages of lists that are sorted by name.

A marker says after which name the next page starts. It therefore stays good while others create and delete, on every
host and over restarts; an LDAP paging cookie would not (it lives and dies with its connection).
"""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from adapter.errors import ValidationError
from adapter.ldap import Noun, Store, Where
from adapter.models import Account, Record

T = TypeVar("T")
M = TypeVar("M", bound=Record)

DEFAULT_PAGE = 100
_MARKER_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for.

    Attributes:
        marker: what the page before ended with; None for the first.
        max_items: at most so many (1 to 1,000).
    """

    marker: str | None = None
    max_items: int | None = None

    def read(self, store: Store, noun: Noun[M], account: Account, *where: Where) -> tuple[list[M], dict[str, Any]]:
        """The records of this page, straight from the directory, and the members that tell whether there are more.

        Raises:
            ValidationError: the marker is none of ours.
        """
        after = read_marker(self.marker) if self.marker else None
        found, is_more = store.page(noun, account, *where, after=after, size=self.max_items or DEFAULT_PAGE)
        return found, _more(noun.name_of(found[-1]).casefold() if is_more else None)

    def cut(self, items: Sequence[T], name: Callable[[T], str]) -> tuple[Sequence[T], dict[str, Any]]:
        """The items of this page and the members of the answer that tell whether there are more.

        Args:
            items: everything, sorted by the case-folded name.
            name: the name of one item.

        Raises:
            ValidationError: the marker is none of ours.
        """
        after = read_marker(self.marker) if self.marker else None
        start = bisect_right(items, after, key=lambda item: name(item).casefold()) if after is not None else 0
        end = start + (self.max_items or DEFAULT_PAGE)
        chosen = items[start:end]
        return chosen, _more(name(chosen[-1]).casefold() if end < len(items) else None)


def _more(last: str | None) -> dict[str, Any]:
    """What an answer says of the next page, given the case-folded name that this one ends with; None ends the list."""
    return {"is_truncated": False} if last is None else {"is_truncated": True, "marker": make_marker(last)}


def make_marker(name: str) -> str:
    """An opaque marker: go on after this name."""
    return base64.urlsafe_b64encode(f"{_MARKER_VERSION}{name}".encode()).decode().rstrip("=")


def read_marker(marker: str) -> str:
    """The name that a marker stands for.

    Raises:
        ValidationError: the marker is none of ours.
    """
    try:
        text = base64.b64decode(marker + "=" * (-len(marker) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    if not text.startswith(_MARKER_VERSION):
        raise ValidationError("Invalid Marker.")
    return text.removeprefix(_MARKER_VERSION)
