"""What is kept of the attempts to use services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapter.ldap import codecs
from adapter.models import LastAccess
from adapter.usage.services import PRECISION, TRACKED_FOR, merged

NOW = datetime(2026, 11, 20, 7, 15, tzinfo=UTC)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
ACCESSES = st.builds(
    LastAccess,
    service=WORDS,
    action=st.just("") | WORDS.filter(lambda word: word != "*"),
    time=st.datetimes(timezones=st.just(UTC)),
    region=WORDS,
)


def access(action: str, *, service: str = "iam", after: timedelta = timedelta()) -> LastAccess:
    return LastAccess(service=service, action=action, time=NOW + after, region="eu-central-1")


def test_an_attempt_counts_for_the_action_and_for_the_service() -> None:
    assert {(each.service, each.action) for each in merged((), [access("GetUser")])} == {
        ("iam", ""),
        ("iam", "GetUser"),
    }


def test_an_attempt_within_a_quarter_of_an_hour_changes_nothing() -> None:
    known = merged((), [access("GetUser")])
    assert merged(known, [access("GetUser", after=PRECISION - timedelta(seconds=1))]) is known


def test_a_later_attempt_takes_the_place_of_the_one_before() -> None:
    found = merged(merged((), [access("GetUser")]), [access("GetUser", after=PRECISION)])
    assert {each.time for each in found} == {NOW + PRECISION}
    assert len(found) == 2


def test_what_is_too_old_goes() -> None:
    found = merged(merged((), [access("GetUser")]), [access("ListUsers", after=TRACKED_FOR + timedelta(days=1))])
    assert {each.action for each in found} == {"", "ListUsers"}


def test_there_are_never_more_values_than_are_kept_and_services_go_last() -> None:
    found = merged((), [access(f"Action{number}") for number in range(1000)])
    assert len(found) == 400
    assert "" in {each.action for each in found}


@given(ACCESSES)
def test_an_access_comes_back_from_the_directory(one: LastAccess) -> None:
    encoded = codecs.ACCESS.encode(one)
    assert encoded is not None
    assert codecs.ACCESS.decode(encoded) == one
