"""The audit trail is appended to, hides secrets and shows tampering."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapter.audit import AuditRecord, AuditTrail, verify_trail, without_secrets


def record(event: str = "iam:CreateUser") -> AuditRecord:
    return AuditRecord(
        time=datetime(2026, 1, 2, tzinfo=UTC), request_id="r", account_id="123456789012", actor="bob", event=event,
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
    assert list(verify_trail(path)) == [3]


def test_a_removed_line_shows(path: Path) -> None:
    write_many(path, 5)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2] + lines[3:]))
    assert list(verify_trail(path)) == [3]


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


def test_secrets_are_hidden() -> None:
    assert without_secrets({"user_name": "bob", "password": "s3cret"}, frozenset({"password"})) == {
        "user_name": "bob",
        "password": "(hidden)",
    }


def test_an_absurdly_long_value_is_cut() -> None:
    assert len(without_secrets({"user_name": "x" * 10_000_000}, frozenset())["user_name"]) < 20_000
