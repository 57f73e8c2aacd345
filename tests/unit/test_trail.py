"""The audit trail is read backwards, from any place, and never as a whole."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.errors import ValidationError
from adapter.trail.audit import AuditRecord, AuditTrail
from adapter.trail.files import Place, as_trail_file
from adapter.trail.reader import Event, Look, Reading, line_before, look_back, read_event
from adapter.trail.tally import SignInTally

START = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNT = "123456789012"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def write(path: Path, number: int, *, every: timedelta = timedelta(hours=1), **more: str) -> None:
    told = {"account_id": ACCOUNT, "actor": "bob", "event": f"event {number}", "outcome": "ok"} | more
    record = AuditRecord(time=START + number * every, request_id="r", **told)  # type: ignore[arg-type]
    AuditTrail(path, file_size=2000).write(record)


def everything(event: Event) -> bool:
    return event.account_id == ACCOUNT


def names(reading: Reading) -> list[str]:
    return [event.event for event in reading.events]


def test_the_newest_comes_first_through_all_files(path: Path) -> None:
    for number in range(40):
        write(path, number)
    assert names(look_back(path, everything, Look(count=100))) == [f"event {number}" for number in reversed(range(40))]


def test_pages_follow_each_other_while_others_write(path: Path) -> None:
    for number in range(40):
        write(path, number)
    found, before = [], None
    for more in range(100):
        reading = look_back(path, everything, Look(count=7, before=before))
        found += names(reading)
        write(path, 1000 + more)
        before = reading.following
        if before is None:
            break
    assert found == [f"event {number}" for number in reversed(range(40))]


def test_a_look_back_ends_when_it_has_looked_at_enough(path: Path) -> None:
    for number in range(40):
        write(path, number)
    reading = look_back(path, lambda _event: False, Look(count=5, budget=1000))
    assert reading.is_cut
    assert reading.following is not None
    assert reading.looked_back_to is not None
    assert START + timedelta(hours=33) < reading.looked_back_to < START + timedelta(hours=39)


def test_a_trail_that_is_not_there_has_no_events(path: Path) -> None:
    assert look_back(path, everything, Look(count=5)) == Reading(events=[])


@settings(deadline=None, max_examples=30)
@given(first=st.integers(-2, 64), span=st.integers(0, 30))
def test_a_time_is_found_without_reading_what_is_younger(
    tmp_path_factory: pytest.TempPathFactory, first: int, span: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "sixty" / "audit.jsonl"
    if not path.parent.exists():
        path.parent.mkdir()
        for number in range(60):
            write(path, number)
    since, until = START + timedelta(hours=first), START + timedelta(hours=first + span)
    reading = look_back(path, everything, Look(count=100, since=since, until=until))
    expected = [f"event {number}" for number in reversed(range(60)) if first <= number < first + span]
    assert names(reading) == expected


def test_what_is_younger_costs_nothing(path: Path) -> None:
    for number in range(200):
        write(path, number)
    until = START + timedelta(hours=3)
    assert names(look_back(path, everything, Look(count=10, until=until, budget=1500))) == [
        "event 2",
        "event 1",
        "event 0",
    ]


@settings(deadline=None)
@given(lines=st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b"") + b"\n")))
def test_lines_come_backwards_with_where_they_begin(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines"
    path.write_bytes(b"".join(lines))
    with path.open("rb") as file:
        trail = as_trail_file(path, file)
        found = list(trail.lines_before(trail.size))
        assert [line for _, line in reversed(found)] == lines
        assert all(trail.line_at(offset) == line for offset, line in found)


def test_a_line_longer_than_a_step_is_read(path: Path) -> None:
    write(path, 1, actor="x" * 300_000)
    write(path, 2)
    assert names(look_back(path, everything, Look(count=5))) == ["event 2", "event 1"]


def test_an_event_is_found_by_its_place(path: Path) -> None:
    for number in range(20):
        write(path, number)
    for event in look_back(path, everything, Look(count=100)).events:
        assert read_event(path, event.place) == event
    assert read_event(path, Place(1, 3)) is None
    assert read_event(path, Place(99, 0)) is None


def test_the_line_before_an_event_may_be_in_another_file(path: Path) -> None:
    for number in range(20):
        write(path, number)
    assert line_before(path, Place(1, 0)) == b""
    before = line_before(path, Place(2, 0))
    assert before is not None
    assert before == path.with_name("audit-000001.jsonl").read_bytes().splitlines(keepends=True)[-1]


def test_half_a_line_is_passed_over(path: Path) -> None:
    write(path, 1)
    with path.open("ab") as trail:
        trail.write(b'{"half":')
    write(path, 2)
    assert names(look_back(path, everything, Look(count=5))) == ["event 2", "event 1"]


def test_a_line_of_another_shape_is_passed_over(path: Path) -> None:
    write(path, 1)
    with path.open("ab") as trail:
        for odd in ([], {"time": "yesterday"}, {"time": START.isoformat(), "resources": 5, "params": "x"}, "text", 5):
            trail.write(json.dumps(odd).encode() + b"\n")
    assert names(look_back(path, everything, Look(count=5))) == ["event 1"]


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "a-b", "1-2-3", "1-9999999999999999", "²-1"])
def test_a_text_that_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Place.parse(text)


def test_sign_ins_are_counted_by_day_and_account(path: Path) -> None:
    day = timedelta(days=1)
    for number in range(6):
        write(path, number, every=day, event="ConsoleLogin", outcome="ok" if number % 2 else "wrong")
    write(path, 5, every=day, event="ConsoleLogin", account_id="999999999999")
    write(path, 5, every=day, event="ConsoleLogin", outcome="code owed")
    write(path, 5, every=day, event="iam:CreateUser")
    counted = SignInTally(path).of(ACCOUNT, date(2026, 1, 6), 4)
    assert counted.days == tuple(date(2026, 1, number) for number in (3, 4, 5, 6))
    assert counted.succeeded == (0, 1, 0, 1)
    assert counted.refused == (1, 0, 1, 0)
    assert counted.counted_since == date(2026, 1, 3)


def test_what_has_been_counted_is_counted_once_while_files_fill(path: Path) -> None:
    tally = SignInTally(path)
    for number in range(30):
        write(path, number, every=timedelta(minutes=1), event="ConsoleLogin")
        assert tally.of(ACCOUNT, date(2026, 1, 1), 1).succeeded == (number + 1,)
