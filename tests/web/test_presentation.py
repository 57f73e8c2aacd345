"""How values look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.presentation import ago, breakable, clock, day, inside, moment, number, percent, size

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3, hours=5), "3 days ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(minutes=-4, seconds=-5), "in 4 minutes"),
        (timedelta(seconds=-5), "in less than a minute"),
    ],
)
def test_points_in_time_are_said_as_people_say_them(english: None, past: timedelta, words: str) -> None:
    assert ago(NOW - past, NOW) == words


def test_a_time_of_day_is_never_too_early(english: None) -> None:
    assert clock(NOW + timedelta(seconds=1)) == "06:01 UTC"


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=5), "刚刚"),
        (timedelta(minutes=1), "1分钟前"),
        (timedelta(days=20), "20天前"),
        (timedelta(days=-70), "2个月后"),
        (timedelta(seconds=-5), "不到 1 分钟后"),
    ],
)
def test_points_in_time_are_said_in_chinese(chinese: None, past: timedelta, words: str) -> None:
    assert ago(NOW - past, NOW) == words


def test_a_date_is_written_as_english_readers_write_it(english: None) -> None:
    assert (moment(NOW), day(NOW)) == ("20 November 2026, 06:00:00 UTC", "20 November 2026")


def test_a_date_is_written_as_chinese_readers_write_it(chinese: None) -> None:
    assert (moment(NOW), day(NOW)) == ("2026年11月20日 06:00:00 UTC", "2026年11月20日")


def test_a_date_of_another_zone_is_shown_in_utc(english: None) -> None:
    assert moment(NOW.astimezone(timezone(timedelta(hours=8)))) == "20 November 2026, 06:00:00 UTC"


def test_thousands_are_marked(english: None) -> None:
    assert (number(1234567), percent(0.256)) == ("1,234,567", "26%")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 byte"), (999, "999 bytes"), (1536, "1.5 kB"), (3 * 1024**3, "3 GB")]
)
def test_a_number_of_bytes_is_said_in_a_fitting_unit(english: None, count: int, words: str) -> None:
    assert size(count) == words


def test_a_number_of_bytes_is_said_in_chinese(chinese: None) -> None:
    assert size(12) == "12字节"


@given(st.text())
def test_a_breakable_name_is_the_same_text(name: str) -> None:
    assert Markup(str(breakable(name)).replace("<wbr>", "")).unescape() == name


@given(st.text())
def test_a_breakable_text_that_was_escaped_already_is_not_escaped_twice(name: str) -> None:
    assert breakable(Markup("{}").format(name)) == breakable(name)


def test_an_arn_breaks_after_its_colons_and_slashes() -> None:
    pieces = "<wbr>arn:<wbr>aws:<wbr>iam::<wbr>1:<wbr>user/<wbr>eng/<wbr>bob"
    assert breakable("arn:aws:iam::1:user/eng/bob") == pieces


@pytest.mark.parametrize(
    ("label", "words"),
    [("Access key ID", "access key ID"), ("MFA code", "MFA code"), ("访问密钥 ID", "访问密钥 ID"), ("", "")],
)
def test_a_label_inside_of_a_sentence_begins_small_unless_it_is_an_abbreviation(label: str, words: str) -> None:
    assert inside(label) == words


def test_no_text_stays_no_text() -> None:
    assert not breakable("")
    assert not breakable(None)
