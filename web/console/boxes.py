"""Boxes with names in them, in columns with lines between them: geometry that a template draws in SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from unicodedata import east_asian_width

_LINE_HEIGHT: Final = 17
_PADDING: Final = 13
_INDENT: Final = 14
_MAX_LINES: Final = 3
_WIDE: Final = (
    r"\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\U00020000-\U0003fffd"
)
"""Letters that stand without spaces between words, so that lines may end after any of them."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a box says, before it has a place.

    Attributes:
        kind: what the box stands for; its look depends on it.
        told: a line below the name, if there is one.
    """

    kind: str
    name: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A label in its place, its name broken into lines."""

    label: Label
    lines: tuple[str, ...]
    x: int
    y: int
    width: int

    @property
    def is_cut(self) -> bool:
        """Whether the lines leave out some of a very long name."""
        return "".join(self.lines) != self.label.name

    @property
    def height(self) -> int:
        """As high as its lines need."""
        return 2 * _PADDING + _LINE_HEIGHT * (len(self.lines) + bool(self.label.told))

    @property
    def middle(self) -> int:
        """Where lines to it begin and end."""
        return self.y + self.height // 2

    @property
    def text_x(self) -> int:
        """Where its text begins."""
        return self.x + _INDENT

    def baseline(self, line: int) -> int:
        """Where a line of text stands."""
        return self.y + _PADDING + _LINE_HEIGHT * line + 12


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the lines between them."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Column:
    """Where boxes that stand below each other begin, and how wide they are.

    Attributes:
        letters: so many fit into a line of a box.
        gap: between a box and the next one.
    """

    x: int
    width: int
    letters: int
    gap: int

    def place(self, labels: Iterable[Label]) -> list[Box]:
        """One box for each label, from the top."""
        boxes, y = [], 0
        for label in labels:
            boxes.append(Box(label, break_name(label.name, self.letters), self.x, y, self.width))
            y += boxes[-1].height + self.gap
        return boxes


def bottom(boxes: Sequence[Box]) -> int:
    """How far down boxes reach."""
    return max((box.y + box.height for box in boxes), default=0)


def edge(start: Box, end: Box) -> str:
    """The path of a line from one box to another one to the right of it."""
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) // 2
    return f"M{x1} {start.middle} C{x1 + bend} {start.middle} {x2 - bend} {end.middle} {x2} {end.middle}"


def break_name(name: str, letters: int) -> tuple[str, ...]:
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
