"""Sign-ins over thirty days as bars: geometry that a template draws in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext

from web.presentation import number, short_day

WIDTH: Final = 960
HEIGHT: Final = 150
_LEFT, _BOTTOM, _TOP = 44, 24, 12
_GAP: Final = 6
_LEAST: Final = 2
"""However few, they show."""
_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day.

    Attributes:
        succeeded, refused: top and height of each part.
    """

    day: date
    title: str
    x: float
    width: float
    succeeded: tuple[float, float]
    refused: tuple[float, float]
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The bars and the lines behind them.

    Attributes:
        lines: height and number of each line.
    """

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    floor: float = HEIGHT - _BOTTOM
    left: int = _LEFT
    width: int = WIDTH
    height: int = HEIGHT


def draw(days: Sequence[dict[str, Any]]) -> Picture:
    """Lays the bars out.

    Args:
        days: as `describe_sign_ins` answers them.
    """
    top = _round_up(max((day["succeeded"] + day["refused"] for day in days), default=0))
    slot = (WIDTH - _LEFT) / max(1, len(days))
    floor = float(HEIGHT - _BOTTOM)

    def high(count: int) -> float:
        return max(_LEAST, round(count / top * (floor - _TOP), 1)) if count else 0.0

    bars = []
    for place, day in enumerate(days):
        good, bad = high(day["succeeded"]), high(day["refused"])
        bars.append(
            Bar(
                day=day["date"],
                title=gettext(
                    "%(day)s: %(good)s succeeded, %(bad)s refused",
                    day=short_day(day["date"]),
                    good=number(day["succeeded"]),
                    bad=number(day["refused"]),
                ),
                x=round(_LEFT + place * slot + _GAP / 2, 1),
                width=round(slot - _GAP, 1),
                succeeded=(round(floor - good, 1), good),
                refused=(round(floor - good - bad, 1), bad),
                is_labelled=(len(days) - 1 - place) % 7 == 0,
            )
        )
    halves = (top // 2, top) if top % 2 == 0 else (top,)
    return Picture(tuple(bars), tuple((round(floor - count / top * (floor - _TOP), 1), count) for count in halves))


def _round_up(count: int) -> int:
    """The next number that is 1, 2 or 5 times a power of ten; at least 4, so that single sign-ins are no towers."""
    size = 1
    while size * 10 < count:
        size *= 10
    return max(4, next(step * size for step in _STEPS if step * size >= count))
