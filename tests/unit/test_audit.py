"""The audit trail is appended to, hides secrets and shows tampering."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapter.trail.audit import AuditRecord, AuditTrail, without_secrets
from adapter.trail.files import archives, snapshot
from adapter.trail.verification import verify_trail


def record(event: str = "iam:CreateUser") -> AuditRecord:
    return AuditRecord(
        time=datetime(2026, 1, 2, tzinfo=UTC),
        request_id="r",
        account_id="123456789012",
        actor="bob",
        event=event,
        outcome="ok",
    )


def write_many(path: Path, count: int) -> None:
    for number in range(count):
        AuditTrail(path).write(record(f"event {number}"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def test_a_record_is_one_line_of_json(path: Path) -> None:
    AuditTrail(path).write(record())
    (line,) = path.read_text().splitlines()
    assert json.loads(line)["event"] == "iam:CreateUser"


def test_only_the_owner_may_read_the_trail(path: Path) -> None:
    AuditTrail(path).write(record())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_untouched_trail_has_no_faults(path: Path) -> None:
    write_many(path, 20)
    assert list(verify_trail(path)) == []


def test_a_changed_line_shows_at_the_next(path: Path) -> None:
    write_many(path, 5)
    lines = path.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace("event 1", "event X")
    path.write_text("".join(lines))
    assert list(verify_trail(path)) == [("audit.jsonl", 3)]


def test_a_removed_line_shows(path: Path) -> None:
    write_many(path, 5)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2] + lines[3:]))
    assert list(verify_trail(path)) == [("audit.jsonl", 3)]


def test_a_line_torn_by_a_kill_keeps_to_itself(path: Path) -> None:
    write_many(path, 2)
    with path.open("ab") as trail:
        trail.write(b'{"half":')
    AuditTrail(path).write(record("after"))
    assert json.loads(path.read_text().splitlines()[-1])["event"] == "after"


def test_processes_that_write_at_once_keep_the_chain_whole(path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(write_many, [path] * 4, [25] * 4))
    assert len(path.read_text().splitlines()) == 100
    assert list(verify_trail(path)) == []


def test_a_line_longer_than_the_first_look_back_is_found(path: Path) -> None:
    trail = AuditTrail(path)
    trail.write(record("x" * 200_000))
    trail.write(record())
    assert list(verify_trail(path)) == []


def small(path: Path, most_files: int | None = None) -> AuditTrail:
    """A trail whose files are full after a few lines."""
    return AuditTrail(path, file_size=1500, most_files=most_files)


def write_small(path: Path, count: int) -> None:
    for number in range(count):
        small(path).write(record(f"event {number}"))


def lines_of(path: Path) -> int:
    with snapshot(path) as trail:
        return sum(len((trail.full.get(number) or path).read_bytes().splitlines()) for number in trail.numbers)


def test_a_full_file_gets_a_number_and_the_chain_runs_on(path: Path) -> None:
    write_small(path, 30)
    assert [number for number, _ in archives(path)] == list(range(1, len(archives(path)) + 1))
    assert len(archives(path)) > 3
    assert path.stat().st_size < 2500
    assert list(verify_trail(path)) == []


def test_a_new_file_says_which_one_it_continues(path: Path) -> None:
    write_small(path, 12)
    head = json.loads(path.read_bytes().splitlines()[0])
    assert head["event"] == "bindery:BeginTrailFile"
    assert head["params"] == {"continues": archives(path)[-1][1].name}


def test_a_line_taken_from_the_end_of_a_full_file_shows(path: Path) -> None:
    write_small(path, 12)
    first = archives(path)[0][1]
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:-1]))
    assert list(verify_trail(path)) == [("audit-000002.jsonl", 1)]


def test_a_full_file_taken_away_shows(path: Path) -> None:
    write_small(path, 20)
    archives(path)[1][1].unlink()
    assert list(verify_trail(path)) == [("audit-000003.jsonl", 1)]


def test_the_oldest_file_taken_away_shows_when_the_trail_did_not_say_so(path: Path) -> None:
    write_small(path, 20)
    archives(path)[0][1].unlink()
    assert list(verify_trail(path)) == [("audit-000002.jsonl", 1)]


def test_the_oldest_files_make_room_and_the_trail_says_so(path: Path) -> None:
    for number in range(40):
        small(path, most_files=2).write(record(f"event {number}"))
    assert len(archives(path)) == 2
    assert archives(path)[0][0] > 1
    assert list(verify_trail(path)) == []


def test_processes_that_fill_files_at_once_lose_nothing(path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(write_small, [path] * 4, [25] * 4))
    assert lines_of(path) == 100 + len(archives(path))
    assert list(verify_trail(path)) == []


def test_a_file_that_was_not_begun_before_a_crash_is_begun_by_the_next_writer(path: Path) -> None:
    write_small(path, 3)
    path.rename(path.with_name("audit-000001.jsonl"))
    small(path).write(record("after"))
    assert list(verify_trail(path)) == []


def test_secrets_are_hidden() -> None:
    assert without_secrets({"user_name": "bob", "password": "s3cret"}, frozenset({"password"})) == {
        "user_name": "bob",
        "password": "(hidden)",
    }


def test_an_absurdly_long_value_is_cut() -> None:
    assert len(without_secrets({"user_name": "x" * 10_000_000}, frozenset())["user_name"]) < 20_000
