"""List pages: which columns, which order, which page; all of it in the address, so that a list can be bookmarked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.console.sign_in import local_path

SIZES = (25, 50, 100)
_DEFAULT_SIZE = 50
_MAX_TEXT = 128
_MAX_TRAIL = 20
_CHOICE_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        key: names it in addresses, cookies and templates.
        sortable: its header sorts the list.
        fixed: can't be hidden.
        shown: whether somebody sees it who has chosen nothing.
        why_not: why it can't be sorted by at the moment, for its header.
    """

    key: str
    label: str
    sortable: bool = False
    fixed: bool = False
    shown: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """What a reader has asked of a list.

    Attributes:
        name: of the list, such as `users`; its choice of columns is kept under it.
        endpoint: of its page.
        text: what the list is searched for.
        sort: a column's key.
        trail: the markers of the pages up to this one; empty on the first page.
        values: further parameters of the address that belong to the page.
    """

    name: str
    endpoint: str
    columns: tuple[Column, ...]
    visible: frozenset[str]
    size: int
    sort: str
    text: str = ""
    descending: bool = False
    trail: tuple[str, ...] = ()
    page: int = 1
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def marker(self) -> str | None:
        """Where this page starts, for the operation."""
        return self.trail[-1] if self.trail else None

    @property
    def query(self) -> dict[str, Any]:
        """What the operation is asked that finds the rows: the text, and which page."""
        return {"text": self.text or None, "marker": self.marker, "max_items": self.size}

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns of the table."""
        return tuple(column for column in self.columns if column.fixed or column.key in self.visible)

    def url(self) -> str:
        """The address of the list as it is."""
        given = {
            "q": self.text or None,
            "sort": f"{'-' if self.descending else ''}{self.sort}" if self._is_sorted_otherwise else None,
            "at": list(self.trail) or None,
            "page": self.page if self.page > 1 else None,
        }
        return url_for(self.endpoint, **self.values, **given)

    @property
    def _is_sorted_otherwise(self) -> bool:
        return self.descending or self.sort != self.columns[0].key

    def sorted_by(self, key: str) -> str:
        """The address of the list sorted by a column; by the same one again, the other way round."""
        turned = key == self.sort and not self.descending
        return replace(self, sort=key, descending=turned, trail=(), page=1).url()

    def order(self, key: str) -> str | None:
        """How a column is sorted, as `aria-sort` says it."""
        if key != self.sort:
            return None
        return "descending" if self.descending else "ascending"

    def next_url(self, marker: str) -> str:
        """The address of the next page."""
        return replace(self, trail=(*self.trail, marker)[-_MAX_TRAIL:], page=self.page + 1).url()

    def previous_url(self) -> str | None:
        """The address of the page before; None on the first page."""
        if not self.trail:
            return None
        kept = self.trail[:-1]
        return replace(self, trail=kept, page=self.page - 1 if kept else 1).url()

    def clear_url(self) -> str:
        """The address without the search."""
        return replace(self, text="", trail=(), page=1).url()


def list_state(name: str, endpoint: str, columns: Sequence[Column], /, **values: str) -> ListState:
    """What this request asks of a list.

    Args:
        name: under which the choice of columns is kept.
        endpoint: of the list's page.
        columns: all there are; the first one is what the list is sorted by unless asked otherwise.
        values: further parameters of the address that belong to the page.
    """
    visible, size = _chosen(name, columns)
    asked = request.args.get("sort", "")
    sortable = {column.key for column in columns if column.sortable}
    sort = asked.removeprefix("-")
    return ListState(
        name=name,
        endpoint=endpoint,
        columns=tuple(columns),
        visible=visible,
        size=size,
        sort=sort if sort in sortable else columns[0].key,
        descending=asked.startswith("-") and sort in sortable,
        text=request.args.get("q", "").strip()[:_MAX_TEXT],
        trail=tuple(request.args.getlist("at"))[-_MAX_TRAIL:],
        page=max(1, request.args.get("page", 1, type=int)),
        values=values,
    )


def add_pages(console: Blueprint, _throttle: Any) -> None:
    """Adds where choices of columns are sent to."""
    console.add_url_rule("/columns", "choose_columns", choose_columns, methods=["POST"])


def choose_columns() -> ResponseReturnValue:
    """Remembers which columns of a list somebody wants to see, and how long its pages are."""
    name = request.form.get("list", "")
    if not name.isalpha() or len(name) > 32:
        abort(400)
    chosen = [key for key in request.form.getlist("columns") if key.replace("_", "").isalnum()]
    response = redirect(local_path(request.form.get("next")))
    response.set_cookie(
        _cookie(name),
        ".".join([request.form.get("size", str(_DEFAULT_SIZE)), *chosen])[:1000],
        max_age=_CHOICE_LIFE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie(name: str) -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-columns-{name}"


def _chosen(name: str, columns: Sequence[Column]) -> tuple[frozenset[str], int]:
    """The columns and the size of a page that somebody has chosen."""
    kept = request.cookies.get(_cookie(name))
    if kept is None:
        return frozenset(column.key for column in columns if column.shown), _DEFAULT_SIZE
    size, *chosen = kept.split(".")
    wanted = int(size) if size.isascii() and size.isdigit() else _DEFAULT_SIZE
    return frozenset(chosen), wanted if wanted in SIZES else _DEFAULT_SIZE
