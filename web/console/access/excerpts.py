"""Statements where they stand: a policy's document line by line, with one statement marked."""

from __future__ import annotations

from dataclasses import dataclass

from adapter.operations.simulation_answers import parsed_positions
from adapter.policy import statement_positions
from web.console.documents import pretty

_AROUND = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document: `same`, `deciding` or `denying`; a line without a number stands for those left out."""

    number: int | None
    text: str
    kind: str = "same"


def excerpt(document: str, index: int, *, allows: bool) -> tuple[Line, ...]:
    """A statement with a few lines around it; the whole document where it can't be found in it."""
    text = pretty(document)
    lines = text.split("\n")
    try:
        start, end = statement_positions(text)[index]
    except (IndexError, ValueError):
        return tuple(Line(number, line) for number, line in enumerate(lines, start=1))
    first, last = max(1, start.line - _AROUND), min(len(lines), end.line + _AROUND)
    kind = "deciding" if allows else "denying"
    shown = [
        Line(number, lines[number - 1], kind if start.line <= number <= end.line else "same")
        for number in range(first, last + 1)
    ]
    before = [Line(None, "…")] if first > 1 else []
    after = [Line(None, "…")] if last < len(lines) else []
    return (*before, *shown, *after)


def index_at(document: str, end_line: int, end_column: int) -> int | None:
    """Which statement ends at a place, as the policy simulator tells places."""
    try:
        positions = parsed_positions(document)
    except (IndexError, ValueError):
        return None
    ends = [(end.line, end.column) for _, end in positions]
    return ends.index((end_line, end_column)) if (end_line, end_column) in ends else None
