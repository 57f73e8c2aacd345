"""Tables of people, groups and memberships as CSV.

What a spreadsheet would take for a formula gets an apostrophe in front, which reading takes away again: nothing
changes on the way there and back.

Source: RFC 4180; OWASP ASVS 5.0, 1.2.10.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from adapter.transfer.records import COLUMNS, REQUIRED, Content, Fault, Kind, Record, UnreadableFile

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_PROTECTED: Final = re.compile(r"'+[=+\-@\t\r\n]")
_DELIMITERS: Final = ",;\t"
_LONGEST_CELL: Final = 10_000


def table(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """A table, line by line, with CRLF line ends."""
    yield _line(header)
    for row in rows:
        yield _line([protect(row.get(column) or "") for column in header])


def protect(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def read_table(text: str) -> Content:
    """What a table holds; its first line says of which kind it is.

    Raises:
        UnreadableFile: it is no such table.
    """
    rows = _rows(text)
    _, first = next(rows, (0, None))
    if first is None:
        raise UnreadableFile("The file is empty.")
    header = [cell.strip().casefold().replace(" ", "_") for cell in first]
    kind = _kind(header)
    records: list[Record] = []
    faults: list[Fault] = []
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        found = _record(line, kind, header, row)
        (records if isinstance(found, Record) else faults).append(found)  # type: ignore[arg-type]
    return Content(records=tuple(records), faults=tuple(faults))


def _kind(header: Sequence[str]) -> Kind:
    """The kind of record whose required columns are all there, those with most columns first."""
    for kind in sorted(Kind, key=lambda kind: -len(REQUIRED[kind])):
        if set(REQUIRED[kind]) <= set(header):
            unknown = [name for name in header if name not in COLUMNS[kind]]
            if unknown or len(set(header)) != len(header):
                wanted = ", ".join(COLUMNS[kind])
                raise UnreadableFile(
                    f"The columns of a {kind} are {wanted}, each at most once; not {unknown or header}."
                )
            return kind
    raise UnreadableFile(
        "The first line has to name the columns: user_name of people, group_name of groups, both of who is in which."
    )


def _record(line: int, kind: Kind, header: Sequence[str], row: Sequence[str]) -> Record | Fault:
    if len(row) != len(header):
        return Fault(line, row[0][:80], f"{len(row)} cells in place of {len(header)}")
    cells = {name: unprotected(cell.strip()) for name, cell in zip(header, row, strict=True)}
    return Record(line, kind, {name: cell for name, cell in cells.items() if cell})


def unprotected(cell: str) -> str:
    """What `protect` was given."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the line that it begins at."""
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(f"The file is no CSV: line {reader.line_num}: {error}.") from error
        if row is None:
            return
        if any(len(cell) > _LONGEST_CELL for cell in row):
            raise UnreadableFile(f"Line {line} has a cell of more than {_LONGEST_CELL:,} characters.")
        yield line, row
        line = reader.line_num + 1


def _line(cells: Sequence[str]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerow(cells)
    return target.getvalue()
