"""Job ids: they tell what they stand for, and are good for one caller."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.caller import Caller, CallerKind
from adapter.crypto.sealing import Keyring, MasterKey
from adapter.operations.report_jobs import Job

BOB = Caller(
    kind=CallerKind.USER,
    account_id="123456789012",
    arn="arn:aws:iam::123456789012:user/bob",
    unique_id="AIDAAAAAAAAAAAAAAAAAA",
    name="bob",
    dn="uid=bob",
)
RING = Keyring(MasterKey(bytes(range(32))))
JOBS = st.builds(
    Job,
    kind=st.integers(0, 4),
    entry_uuid=st.uuids().map(str),
    by_action=st.booleans(),
    created=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)
JOB = Job(
    kind=0, entry_uuid="0" * 8 + "-0000-0000-0000-" + "0" * 12, by_action=True, created=datetime(2026, 1, 1, tzinfo=UTC)
)


@given(JOBS)
def test_a_job_comes_back_from_its_id(job: Job) -> None:
    job_id = job.to_id(RING, BOB)
    assert len(job_id) == 36
    assert Job.from_id(RING, BOB, job_id) == job


@pytest.mark.parametrize(
    "other",
    [
        replace(BOB, arn="arn:aws:iam::123456789012:user/eve"),
        replace(BOB, unique_id="AIDABBBBBBBBBBBBBBBBB"),
        replace(BOB, account_id="210987654321"),
    ],
)
def test_an_id_is_no_good_for_another_caller(other: Caller) -> None:
    with pytest.raises(ValueError, match="caller"):
        Job.from_id(RING, other, JOB.to_id(RING, BOB))


@given(st.integers(0, 35), st.sampled_from("AZaz09-_"))
def test_an_id_that_was_altered_is_refused(place: int, letter: str) -> None:
    job_id = JOB.to_id(RING, BOB)
    altered = job_id[:place] + letter + job_id[place + 1 :]
    if altered != job_id:
        with pytest.raises(ValueError, match="caller"):
            Job.from_id(RING, BOB, altered)


@given(st.text(min_size=36, max_size=36))
def test_text_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Job.from_id(RING, BOB, text)
