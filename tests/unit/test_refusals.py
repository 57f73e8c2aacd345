"""What strangers were refused does not fill the trail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapter.trail.audit import AuditRecord, AuditTrail
from adapter.trail.refusals import OVERALL, PER_ADDRESS, Refusals

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Trail:
    """A trail and the refusals in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._refusals = Refusals(AuditTrail(path))

    def refuse(self, address: str, seconds: int = 0) -> None:
        record = AuditRecord(
            time=NOON + timedelta(seconds=seconds),
            request_id="",
            account_id="",
            actor="(hidden)",
            event="Authenticate",
            outcome="InvalidClientTokenId",
            source_ip=address,
        )
        self._refusals.write(record)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._path.read_text().splitlines()]


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path / "audit.jsonl")


def test_an_address_leaves_a_few_a_minute(trail: Trail) -> None:
    for _ in range(100):
        trail.refuse("192.0.2.1")
    trail.refuse("192.0.2.2")
    assert [event["source_ip"] for event in trail.events] == ["192.0.2.1"] * PER_ADDRESS + ["192.0.2.2"]


def test_the_next_minute_s_first_tells_how_many_were_passed_over(trail: Trail) -> None:
    for seconds in (*range(59), 60, 61):
        trail.refuse("192.0.2.1", seconds)
    assert [event["params"] for event in trail.events[PER_ADDRESS:]] == [{"passed_over": 59 - PER_ADDRESS}, {}]


def test_a_household_of_ipv6_is_one_address(trail: Trail) -> None:
    for number in range(100):
        trail.refuse(f"2001:db8::{number:x}")
    assert len(trail.events) == PER_ADDRESS


def test_all_addresses_together_leave_no_more_than_a_trail_can_bear(trail: Trail) -> None:
    for number in range(1000):
        trail.refuse(f"192.0.2.{number % 250}")
    assert len(trail.events) == OVERALL


def test_what_many_addresses_were_refused_is_counted_in_bounded_memory(trail: Trail) -> None:
    for number in range(12_000):
        trail.refuse(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    trail.refuse("192.0.2.1", 60)
    assert trail.events[-1]["params"] == {"passed_over": 12_000 - OVERALL - 10_000}
