"""How changes reach the servers: geometry that a template draws in SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, ngettext

from web.console.access_graph import break_name

WIDTH: Final = 760
_BOX: Final = 300
_ALONE: Final = 440
_LETTER: Final = 10
_LINE: Final = 17
_PADDING: Final = 13
_GAP: Final = 18
_LATE: Final = 5.0
"""Seconds after which a change is late: replication takes a moment even when all is well."""


@dataclass(frozen=True, slots=True)
class Box:
    """A provider or a server.

    Attributes:
        kind: `provider`, `good`, `warn` or `bad`.
        lines: its name, broken into lines.
        told: how it is.
    """

    kind: str
    lines: tuple[str, ...]
    told: str
    x: int
    y: int
    width: int

    @property
    def height(self) -> int:
        """As high as its lines need."""
        return _height(self.lines)

    @property
    def middle(self) -> int:
        """Where lines to it begin and end."""
        return self.y + self.height // 2

    def baseline(self, line: int) -> int:
        """Where a line of text stands."""
        return self.y + _PADDING + _LINE * line + 12


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the ways of changes between them."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    height: int
    width: int = WIDTH


def draw(providers: Sequence[Mapping[str, Any]], servers: Sequence[Mapping[str, Any]]) -> Picture | None:
    """Lays out who takes changes, and whom they reach; a single server is one box.

    Args:
        providers, servers: as `describe_directory` answers them.

    Returns:
        None when nothing is known of either.
    """
    if not servers:
        return None
    if len(servers) == 1:
        (box,) = _column([_only(servers[0])], 0, _ALONE)
        return Picture((box,), (), box.height, _ALONE)
    reached = _column([_server(each) for each in servers], WIDTH - _BOX)
    sources = _column([_provider(each) for each in providers], 0)
    edges = tuple(_edge(source, server) for source in sources for server in reached if server.kind != "bad")
    height = max(box.y + box.height for box in (*sources, *reached))
    return Picture((*sources, *reached), edges, height)


def lag(seconds: float) -> str:
    """How far behind, as people say it."""
    if seconds <= _LATE:
        return gettext("Up to date")
    if seconds < 120:
        return ngettext("%(num)s second behind", "%(num)s seconds behind", round(seconds))
    return ngettext("%(num)s minute behind", "%(num)s minutes behind", round(seconds / 60))


def _only(each: Mapping[str, Any]) -> tuple[str, str, str]:
    """A server that no other one could be behind: how far it has come."""
    kind, name, told = _server(each)
    return kind, name, each["changes"][0]["csn"] if each["changes"] else told


def _provider(each: Mapping[str, Any]) -> tuple[str, str, str]:
    return "provider", gettext("Provider %(id)s", id=each["server_id"] or "—"), gettext("takes changes")


def _server(each: Mapping[str, Any]) -> tuple[str, str, str]:
    if each["status"] != "ok":
        return "bad", each["uri"], gettext("Does not answer")
    behind = max((change["behind"] for change in each["changes"]), default=0.0)
    return "warn" if behind > _LATE else "good", each["uri"], lag(behind)


def _column(boxes: Sequence[tuple[str, str, str]], x: int, width: int = _BOX) -> list[Box]:
    placed, y = [], 0
    for kind, name, told in boxes:
        placed.append(Box(kind, break_name(name, width // _LETTER), told, x, y, width))
        y += placed[-1].height + _GAP
    return placed


def _height(lines: tuple[str, ...]) -> int:
    return 2 * _PADDING + _LINE * (len(lines) + 1)


def _edge(start: Box, end: Box) -> str:
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) // 2
    return f"M{x1} {start.middle} C{x1 + bend} {start.middle} {x2 - bend} {end.middle} {x2} {end.middle}"
