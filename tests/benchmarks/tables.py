"""How benchmarks measure and print."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence


def say(text: str = "") -> None:
    """Prints a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


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
