"""A bar of several parts, as geometry that a template draws in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
_GAP = 2
_LEAST = 6
"""Even a single one among thousands can be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar: what it stands for, how many, and where it is."""

    words: str
    count: int
    kind: str
    x: int
    width: int


def bars(parts: Sequence[tuple[str, int, str]]) -> tuple[Bar, ...]:
    """Lays parts out side by side; one that counts nothing has no width.

    Args:
        parts: what each stands for, its count, its kind.
    """
    total = sum(count for _, count, _ in parts)
    shown = [count for _, count, _ in parts if count]
    room = WIDTH - _GAP * max(0, len(shown) - 1) - _LEAST * len(shown)
    laid, x = [], 0
    for words, count, kind in parts:
        width = _LEAST + room * count // total if count else 0
        laid.append(Bar(words, count, kind, x, width))
        x += width + _GAP if count else 0
    return tuple(laid)
