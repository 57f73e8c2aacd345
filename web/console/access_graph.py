"""The access graph: from a user over groups and policies to services, as geometry that a template draws in SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from unicodedata import east_asian_width

from flask_babel import gettext

DIRECTLY = "directly"
_GROUP = "group "
_LINE_HEIGHT = 17
_PADDING = 13
_GAP = 14
_MAX_LINES = 3
_MAX_NODES = 60
_WIDE = (
    r"\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\U00020000-\U0003fffd"
)
"""Letters that stand without spaces between words, so that lines may end after any of them."""

Column = dict[str, tuple[str, str]]
"""By a key that edges refer to: a box's kind and name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide things are.

    Attributes:
        letters: so many fit into a line of a box.
    """

    column_x: tuple[int, ...]
    node_width: int
    letters: int

    @property
    def width(self) -> int:
        """Of the whole picture."""
        return self.column_x[-1] + self.node_width


NARROW = Layout((0, 310, 620), 226, 21)
"""Three columns: user, groups, policies."""
WIDE = Layout((0, 256, 512, 768), 196, 18)
"""Four columns: with services."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box with a name in it, broken into lines."""

    kind: str
    name: str
    lines: tuple[str, ...]
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
        return self.y + _PADDING + _LINE_HEIGHT * line + 12


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the lines between them."""

    nodes: tuple[Node, ...]
    edges: tuple[str, ...]
    height: int
    width: int


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


@dataclass(frozen=True, slots=True)
class Reached:
    """A service that a policy speaks of.

    Attributes:
        policy: as in `Way`.
        allows: False where the policy denies something of it.
    """

    policy: str
    service: str
    allows: bool


def draw(
    user: str, groups: Mapping[str, str], reaching: Iterable[Way], reached: Iterable[Reached] | None = None
) -> Picture | None:
    """Lays the graph out.

    Args:
        user: the user's name.
        groups: the labels of the user's groups, by name.
        reaching: how policies reach the user.
        reached: which services policies speak of; None leaves services out.

    Returns:
        None when there is nothing to draw, or too much to be read.
    """
    layout = NARROW if reached is None else WIDE
    ways, services = list(dict.fromkeys(reaching)), list(dict.fromkeys(reached or ()))
    between = {f"{_GROUP}{name}": ("group", label) for name, label in groups.items()}
    if any(way.via == DIRECTLY for way in ways):
        between[DIRECTLY] = ("direct", gettext("Attached directly"))
    policies = {way.policy: ("policy", way.name) for way in ways}
    columns: tuple[Column, ...] = ({user: ("user", user)}, between, policies, _service_column(services))
    if sum(map(len, columns[1:])) not in range(1, _MAX_NODES):
        return None
    height = max(_column_height(column, layout) for column in columns)
    placed = [_place(column, x, height, layout) for column, x in zip(columns, layout.column_x, strict=False)]
    edges = [_edge(placed[0][user], node) for node in placed[1].values()]
    edges += [_edge(placed[1][way.via], placed[2][way.policy]) for way in ways if way.via in placed[1]]
    edges += [_edge(placed[2][one.policy], placed[3][_service_key(one)]) for one in services]
    return Picture(tuple(node for column in placed for node in column.values()), tuple(edges), height, layout.width)


def _service_column(services: Iterable[Reached]) -> Column:
    kinds = {True: "service", False: "denied"}
    return {
        _service_key(one): (
            kinds[one.allows],
            one.service if one.allows else gettext("Deny: %(service)s", service=one.service),
        )
        for one in sorted(services, key=lambda each: (each.allows, each.service.casefold()))
    }


def _service_key(one: Reached) -> str:
    return f"{one.allows} {one.service}"


def break_name(name: str, letters: int = NARROW.letters) -> tuple[str, ...]:
    """Breaks a name into lines that fit a box, after punctuation if possible; a very long one keeps both its ends."""
    lines = [""]
    for piece in _pieces(letters).findall(name):
        if _room(lines[-1]) + _room(piece) > letters:
            lines.append("")
        lines[-1] += piece
    lines = [line for line in lines if line]
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], f"…{_end(name, letters - 1)}"]
    return tuple(lines)


def _room(text: str) -> int:
    """So many letters' room it takes; one of Chinese takes that of two.

    Source: Unicode Standard Annex #11 (East Asian Width).
    """
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _end(name: str, letters: int) -> str:
    """As much of a name's end as fits."""
    end = name[-letters:]
    while _room(end) > letters:
        end = end[1:]
    return end


@cache
def _pieces(letters: int) -> re.Pattern[str]:
    capitals, word = rf"[A-Z]{{1,{letters - 1}}}(?![a-z])", rf"[A-Z]?[^\W_A-Z{_WIDE}]{{1,{letters - 2}}}"
    return re.compile(rf"(?:{capitals}|{word})[^a-zA-Z0-9{_WIDE}]?|.", re.DOTALL)


def _place(column: Column, x: int, height: int, layout: Layout) -> dict[str, Node]:
    y = (height - _column_height(column, layout)) // 2
    nodes = {}
    for key, (kind, name) in column.items():
        nodes[key] = Node(kind, name, break_name(name, layout.letters), x, y, layout.node_width)
        y += nodes[key].height + _GAP
    return nodes


def _height(lines: tuple[str, ...]) -> int:
    return 2 * _PADDING + _LINE_HEIGHT * len(lines)


def _column_height(column: Column, layout: Layout) -> int:
    return sum(_height(break_name(name, layout.letters)) + _GAP for _, name in column.values()) - _GAP if column else 0


def _edge(start: Node, end: Node) -> str:
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) // 2
    return f"M{x1} {start.middle} C{x1 + bend} {start.middle} {x2 - bend} {end.middle} {x2} {end.middle}"
