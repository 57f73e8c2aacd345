"""Files for spreadsheets: RFC 4180, with nothing in them that a spreadsheet would run as a formula.

Source: OWASP ASVS 5.0, 1.2.10.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text with CRLF line ends."""
    return csv_rows([header]) + csv_rows(rows)


def csv_rows(rows: Iterable[Sequence[str]]) -> str:
    """Lines of a table, for one that is sent in parts."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return target.getvalue()


def harmless(cell: str) -> str:
    """A cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
