"""How benchmarks measure and print."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def say(text: str = "") -> None:
    """Prints a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Rates:
    """How often something was done in a second, in each of some rounds."""

    rounds: tuple[float, ...]

    @property
    def usual(self) -> float:
        """The median."""
        return statistics.median(self.rounds)

    def times(self, other: Rates) -> float:
        """How many times as often as something else, which was measured in the same rounds: the median of the rounds.

        What else the machine does changes from one minute to the next; within a round it slows both down alike.
        """
        return statistics.median(own / its for own, its in zip(self.rounds, other.rounds, strict=True))


def beside(name: str, one: Rates, other: Rates) -> list[str | float]:
    """A row of a table: two rates, and how many times as much the first is."""
    return [name, one.usual, other.usual, one.times(other)]


def in_turns(acts: Sequence[Callable[[], float]], rounds: int) -> list[Rates]:
    """Measures several things in short turns, one after the other, again and again."""
    found = [[act() for act in acts] for _ in range(rounds)]
    return [Rates(column) for column in zip(*found, strict=True)]


def rate(act: Callable[[], object], seconds: float = 1.0, rounds: int = 3) -> float:
    """How often something can be done in a second: the best of some rounds, as other work only ever slows it down."""
    best = 0.0
    for _ in range(rounds):
        done, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < seconds / rounds or not done:
            act()
            done += 1
        best = max(best, done / spent)
    return best


def table(head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> None:
    """Prints rows in columns; numbers as whole numbers, or with two digits where they are small."""
    texts = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
    for row in texts:
        first, *others = (
            cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        say("  ".join([first, *others]))
    say()


def _text(cell: str | float) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}"
