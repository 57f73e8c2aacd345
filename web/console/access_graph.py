"""The access graph: from a user over groups to policies, as geometry that a template draws in SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DIRECTLY = "directly"
_DIRECT_NODE = "Attached directly"
_GROUP = "group "
_COLUMN_X = (0, 310, 620)
_NODE_WIDTH = 226
_WIDTH = _COLUMN_X[-1] + _NODE_WIDTH
_LINE_HEIGHT = 17
_PADDING = 13
_GAP = 14
_LETTERS = 21
_PIECES = re.compile(rf"[^\W_]{{1,{_LETTERS - 1}}}[^a-zA-Z0-9]?|.", re.DOTALL)
_MAX_LINES = 3
_MAX_NODES = 60

Column = dict[str, tuple[str, str]]
"""By a key that edges refer to: a box's kind and name."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box with a name in it, broken into lines."""

    kind: str
    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int = _NODE_WIDTH

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
        return self.y + _PADDING + _LINE_HEIGHT * line + 12


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the lines between them."""

    nodes: tuple[Node, ...]
    edges: tuple[str, ...]
    height: int
    width: int = _WIDTH


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which one policy reaches the user.

    Attributes:
        policy: tells policies apart, also two inline policies of one name.
        via: `directly` or `group NAME`.
    """

    policy: str
    name: str
    via: str


def draw(user: str, groups: Mapping[str, str], reaching: Iterable[Way]) -> Picture | None:
    """Lays the graph out.

    Args:
        user: the user's name.
        groups: the labels of the user's groups, by name.
        reaching: how policies reach the user.

    Returns:
        None when there is nothing to draw, or too much to be read.
    """
    ways = list(dict.fromkeys(reaching))
    between = {f"{_GROUP}{name}": ("group", label) for name, label in groups.items()}
    if any(way.via == DIRECTLY for way in ways):
        between[DIRECTLY] = ("direct", _DIRECT_NODE)
    reached = {way.policy: ("policy", way.name) for way in ways}
    columns: tuple[Column, ...] = ({user: ("user", user)}, between, reached)
    if len(columns[1]) + len(columns[2]) not in range(1, _MAX_NODES):
        return None
    height = max(map(_column_height, columns))
    placed = [_place(column, x, height) for column, x in zip(columns, _COLUMN_X, strict=True)]
    edges = [_edge(placed[0][user], node) for node in placed[1].values()]
    edges += [_edge(placed[1][way.via], placed[2][way.policy]) for way in ways if way.via in placed[1]]
    return Picture(tuple(node for column in placed for node in column.values()), tuple(edges), height)


def break_name(name: str) -> tuple[str, ...]:
    """Breaks a name into lines that fit a box, after punctuation if possible; a very long one keeps both its ends."""
    lines = [""]
    for piece in _PIECES.findall(name):
        if len(lines[-1]) + len(piece) > _LETTERS:
            lines.append("")
        lines[-1] += piece
    lines = [line for line in lines if line]
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], "…" + name[1 - _LETTERS :]]
    return tuple(lines)


def _place(column: Column, x: int, height: int) -> dict[str, Node]:
    y = (height - _column_height(column)) // 2
    nodes = {}
    for key, (kind, name) in column.items():
        nodes[key] = Node(kind, name, break_name(name), x, y)
        y += nodes[key].height + _GAP
    return nodes


def _height(lines: tuple[str, ...]) -> int:
    return 2 * _PADDING + _LINE_HEIGHT * len(lines)


def _column_height(column: Column) -> int:
    return sum(_height(break_name(name)) + _GAP for _, name in column.values()) - _GAP if column else 0


def _edge(start: Node, end: Node) -> str:
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) // 2
    return f"M{x1} {start.middle} C{x1 + bend} {start.middle} {x2 - bend} {end.middle} {x2} {end.middle}"
