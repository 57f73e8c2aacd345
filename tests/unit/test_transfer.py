"""Files of people, groups and memberships: what is read of them, whatever they hold."""

from __future__ import annotations

import base64
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.server import ldif
from adapter.transfer.exporting import canonical
from adapter.transfer.journal import Journal, Outcome
from adapter.transfer.ldif_file import read_ldif
from adapter.transfer.records import COLUMNS, Kind, Record, UnreadableFile
from adapter.transfer.sheets import protect, read_table, table

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
NAMES = st.text("abcXYZ019+=,.@-_", min_size=1, max_size=20)


@given(st.lists(st.fixed_dictionaries({"user_name": NAMES, "display_name": TEXT, "remarks": TEXT}), max_size=8))
def test_a_table_is_read_as_it_was_written(rows: list[dict[str, str]]) -> None:
    text = "".join(table(COLUMNS[Kind.PERSON], rows))
    found = [dict(record.params) for record in read_table(text).records]
    assert found == [{name: value for name, value in row.items() if value} for row in rows]


@given(TEXT)
def test_no_cell_begins_as_a_formula_does(cell: str) -> None:
    assert not protect(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text(max_size=300))
def test_whatever_stands_in_a_table_it_is_read_or_refused(text: str) -> None:
    try:
        content = read_table(f"user_name,email\n{text}")
    except UnreadableFile:
        return
    assert all(record.kind is Kind.PERSON and record.line > 1 for record in content.records)


@given(st.text(max_size=300), st.sampled_from(["", "dn: uid=a,o=b\n", "dn:: ", "objectClass: person\nuid: "]))
def test_whatever_stands_in_ldif_it_is_read_or_told(text: str, start: str) -> None:
    content = read_ldif(start + text)
    assert all(fault.message for fault in content.faults)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
def test_a_name_of_any_characters_is_read_from_base64(name: str) -> None:
    value = base64.b64encode(name.encode()).decode()
    content = read_ldif(f"dn: cn=x,o=b\nobjectClass: inetOrgPerson\nuid:: {value}\n")
    assert [record.params["user_name"] for record in content.records] == [name]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_of_both_kinds_are_read(end: str) -> None:
    text = end.join(["dn: uid=a,o=b", "objectClass: person", "uid: a", "mail: a@ex", " ample.org", "", ""])
    assert [dict(record.params) for record in read_ldif(text).records] == [{"user_name": "a", "email": "a@example.org"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_s_delimiter_is_seen_in_its_first_line(delimiter: str) -> None:
    text = f"group_name{delimiter}user_name\nwriters{delimiter}anna\n"
    assert [dict(record.params) for record in read_table(text).records] == [
        {"group_name": "writers", "user_name": "anna"}
    ]


def test_a_record_s_line_is_where_it_begins() -> None:
    content = read_table('user_name,remarks\nann,"one\ntwo"\nben,\n')
    assert [(record.line, record.name) for record in content.records] == [(2, "ann"), (4, "ben")]


def test_nothing_that_is_written_down_breaks_a_line(tmp_path) -> None:
    record = Record(2, Kind.PERSON, {"user_name": 'a\r\nb\u2028,"c'})
    with Journal(tmp_path / "result.csv", b"x") as journal:
        journal.note(record, Outcome.FAILED, "one\ntwo")
        assert not journal.has(record)
    lines = (tmp_path / "result.csv").read_bytes().decode().split("\r\n")
    assert len(lines) == 4
    assert next(csv.reader(io.StringIO(lines[2])))[3:] == ["failed", "one two"]


def test_what_was_done_is_known_again(tmp_path) -> None:
    record = Record(2, Kind.PERSON, {"user_name": "=ann"})
    with Journal(tmp_path / "result.csv", b"x") as journal:
        journal.note(record, Outcome.CREATED)
    with Journal(tmp_path / "result.csv", b"x") as journal:
        assert journal.has(record)
        assert not journal.has(Record(3, Kind.PERSON, {"user_name": "=ann"}))


def test_entries_come_in_one_order_without_what_their_server_keeps() -> None:
    first = [
        ldif.make_entry("uid=b,ou=x,o=y", (("uid", "b"), ("entryCSN", "1"), ("objectClass", "person"))),
        ldif.make_entry("o=y", (("o", "y"), ("contextCSN", "2"))),
        ldif.make_entry("ou=x,o=y", (("ou", "x"), ("modifiersName", "cn=a"))),
    ]
    second = [ldif.Entry(entry.dn, tuple(reversed(entry.attributes))) for entry in reversed(first)]
    assert canonical(first) == canonical(second)
    assert [entry.dn for entry in canonical(first)] == ["o=y", "ou=x,o=y", "uid=b,ou=x,o=y"]
    assert canonical(first)[2].attributes == (("objectClass", b"person"), ("uid", b"b"))
