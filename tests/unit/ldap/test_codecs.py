"""Values look in the directory as the schema's documentation says, and come back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.ldap import codecs
from adapter.models import InlinePolicy, KeyStatus, PolicyVersion, Tag

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TIMES = st.datetimes(timezones=st.just(UTC))
NAMES = TEXT.filter(lambda name: name and " " not in name)


@given(TEXT)
def test_text_comes_back(text: str) -> None:
    assert codecs.TEXT.decode(codecs.encode_text(text)) == text


@given(TIMES)
def test_a_time_comes_back(moment: datetime) -> None:
    assert codecs.decode_time(codecs.encode_time(moment)) == moment


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    moment = datetime(2026, 11, 20, 6, 2, 11, 120, timezone(timedelta(hours=2)))
    assert codecs.encode_time(moment) == b"20261120040211.000120Z"


@pytest.mark.parametrize("written", [b"20261120060211Z", b"20261120060211.0Z", b"20261120060211,000Z"])
def test_every_spelling_of_a_fraction_is_read(written: bytes) -> None:
    assert codecs.decode_time(written) == datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [b"", b"Z", b"2026Z", b"20261120060211", b"20261320060211Z", b"20261120060211+0100", b"20261120060211.Z", b"\xff"],
)
def test_what_is_no_time_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        codecs.decode_time(wrong)


@given(st.builds(Tag, key=TEXT.filter(lambda key: "%" not in key), value=TEXT))
def test_a_tag_comes_back(tag: Tag) -> None:
    assert codecs.decode_tag(codecs.encode_tag(tag)) == tag


def test_an_equals_sign_in_a_tags_key_is_written_as_a_code() -> None:
    assert codecs.encode_tag(Tag(key="a=b", value="c=d")) == b"a%3Db=c=d"


def test_a_tag_with_a_percent_sign_in_its_key_is_refused() -> None:
    with pytest.raises(ValueError, match="percent"):
        codecs.encode_tag(Tag(key="a%3Db", value=""))


@given(st.builds(InlinePolicy, policy_name=NAMES, policy_document=TEXT))
def test_an_inline_policy_comes_back(policy: InlinePolicy) -> None:
    assert codecs.decode_inline(codecs.encode_inline(policy)) == policy


@given(
    st.builds(PolicyVersion, version_id=st.integers(1, 10**6).map(lambda n: f"v{n}"), document=TEXT, create_date=TIMES)
)
def test_a_policy_version_comes_back(version: PolicyVersion) -> None:
    assert codecs.decode_version(codecs.encode_version(version)) == version


@given(NAMES.filter(str.isascii), st.integers())
def test_a_quota_comes_back(name: str, value: int) -> None:
    assert codecs.decode_quota(codecs.encode_quota((name, value))) == (name, value)


@given(st.booleans())
def test_truth_comes_back(value: bool) -> None:
    assert codecs.decode_bool(codecs.encode_bool(value)) is value


@given(st.integers(0, 10_000))
def test_days_are_kept_as_seconds(days: int) -> None:
    encoded = codecs.DAYS.encode(days)
    assert encoded == str(days * 86_400).encode()
    assert codecs.DAYS.decode(encoded) == days


def test_the_root_path_is_kept_by_absence() -> None:
    assert codecs.encode_path("/") is None
    assert codecs.encode_path("/eng/") == b"/eng/"


def test_disabled_is_a_lock_without_end() -> None:
    assert codecs.DISABLED.encode(True) == b"000001010000Z"
    assert codecs.DISABLED.encode(False) is None
    assert codecs.DISABLED.decode(b"20261120060211Z") is False


def test_a_status_comes_back() -> None:
    assert [codecs.STATUS.decode(codecs.STATUS.encode(status) or b"") for status in KeyStatus] == list(KeyStatus)


DECODERS = [
    codecs.decode_text,
    codecs.decode_time,
    codecs.decode_bool,
    codecs.decode_path,
    codecs.decode_tag,
    codecs.decode_inline,
    codecs.decode_version,
    codecs.decode_quota,
    codecs.decode_entry_uuid,
    codecs.STATUS.decode,
    codecs.INT.decode,
    codecs.DAYS.decode,
]


@pytest.mark.parametrize("decode", DECODERS)
@given(octets=st.binary(max_size=60))
def test_any_octets_are_a_value_or_refused_as_no_value(decode: object, octets: bytes) -> None:
    assert callable(decode)
    try:
        decode(octets)
    except ValueError:
        return
