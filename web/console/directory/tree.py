"""The account's part of the tree, opened as far as the way to one entry, which is shown as LDIF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.errors import NoSuchEntity, ValidationError
from web.console.components import Result, crumbs, do
from web.throttle import Throttle

_SIZE: Final = 50
_ICONS: Final = (
    ("inetorgperson", "person"),
    ("account", "person"),
    ("groupofnames", "group"),
    ("groupofuniquenames", "group"),
    ("posixgroup", "group"),
    ("iampolicy", "policy"),
    ("iamaccesskey", "key"),
    ("iamrole", "lock"),
    ("iammfadevice", "clock"),
    ("pwdpolicy", "fence"),
    ("organizationalunit", "folder"),
    ("organization", "folder"),
    ("domain", "folder"),
    ("dcobject", "folder"),
)
"""Object classes and the icons that entries of them have; the first that fits."""
_MISSING: Final = lazy_gettext("There is no such entry in this part of the tree. It may have been deleted or renamed.")


@dataclass(frozen=True, slots=True)
class Branch:
    """An entry as the tree shows it.

    Attributes:
        branches: what lies below it, where it is open.
        total: how many entries lie below it, where that is known.
        next_url, first_url: other pages of what lies below it.
    """

    name: str
    url: str
    icon: str
    is_open: bool = False
    is_chosen: bool = False
    has_children: bool = False
    branches: tuple[Branch, ...] = ()
    total: int | None = None
    is_cut: bool = False
    next_url: str | None = None
    first_url: str | None = None


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/tree", "tree", tree, methods=["GET"])


def tree() -> ResponseReturnValue:
    """Shows the tree and one entry of it."""
    wanted = request.args.get("dn", "").strip()
    marker = request.args.get("from") or None
    problem = ""
    try:
        found = do("describe_entry", dn=wanted or None, marker=marker, max_items=_SIZE)
    except (NoSuchEntity, ValidationError):
        problem, marker = _MISSING, None
        found = do("describe_entry", max_items=_SIZE)
    page = render_template(
        "console/directory/tree.html",
        root=_grow(found, marker),
        entry=found["entry"],
        kind=_kind(found["entry"]["classes"]),
        wanted=wanted,
        problem=problem,
        crumbs=crumbs((gettext("Directory server"), "console.directory"), here=gettext("Tree")),
    )
    return page, 404 if problem else 200


def _grow(found: Result, marker: str | None) -> Branch:
    """The tree from its top, or from as far up as the answer goes, down to the chosen entry and what lies below."""
    levels = found["levels"]
    grown = _branch(found, len(levels) - 1, None, marker)
    for place in range(len(levels) - 2, -1, -1):
        grown = _branch(found, place, grown, marker)
    return grown


def _branch(found: Result, place: int, below: Branch | None, marker: str | None) -> Branch:
    """An open branch of the tree.

    Args:
        found: the answer.
        place: which of its levels.
        below: the open branch on the level below it.
        marker: where the page begins that the answer is of.
    """
    level, entry = found["levels"][place], found["entry"]
    is_last = place == len(found["levels"]) - 1
    started_at = marker if place == _paged_level(found) else None
    nodes = [_leaf(node, started_at) for node in level["nodes"]]
    branches = _put_in(nodes, below) if below else nodes
    return Branch(
        name=level["name"] if place else level["dn"],
        url=_url(level["dn"], marker if is_last and not entry["has_children"] else None),
        icon=_icon(entry["classes"]) if is_last else "folder",
        is_open=True,
        is_chosen=is_last,
        has_children=bool(branches),
        branches=tuple(branches),
        total=level["total"],
        is_cut=level["is_cut"],
        next_url=_url(level["dn"], level["marker"]) if level["marker"] else None,
        first_url=_url(level["dn"], None) if started_at else None,
    )


def _paged_level(found: Result) -> int:
    """The number of the level that the marker is of: below the chosen entry, or beside it when nothing is below."""
    last = len(found["levels"]) - 1
    return last if found["entry"]["has_children"] or not last else last - 1


def _put_in(nodes: list[Branch], grown: Branch) -> list[Branch]:
    """The level above with the open branch in its place; at the end when it lies on another page."""
    if any(node.name == grown.name for node in nodes):
        return [grown if node.name == grown.name else node for node in nodes]
    return [*nodes, grown]


def _leaf(node: dict[str, Any], marker: str | None) -> Branch:
    url = _url(node["dn"], None if node["has_children"] else marker)
    return Branch(node["name"], url, _icon(node["classes"]), has_children=node["has_children"])


def _url(dn: str, marker: str | None) -> str:
    return url_for("console.tree", dn=dn, **({"from": marker} if marker else {}), _anchor="entry-here")


def _icon(classes: tuple[str, ...]) -> str:
    present = {name.lower() for name in classes}
    return next((icon for name, icon in _ICONS if name in present), "policy")


def _kind(classes: tuple[str, ...]) -> str:
    """The object classes in the order that says most: structural ones of ours and of people first."""
    return ", ".join(name for name in classes if name.lower() != "top")
