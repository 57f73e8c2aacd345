"""How values look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web import languages
from web.console.access_graph import DIRECTLY, Way, break_name, draw
from web.presentation import ago, breakable, clock, day, inside, moment, number, percent, size

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@contextmanager
def reading(accepted: str) -> Iterator[None]:
    """A request of somebody whose browser asks for some languages; no directory is needed to show a value."""
    app = Flask("web")
    app.config["LANGUAGE_COOKIE_NAME"] = "bindery-language"
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": accepted}):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    with reading("en"):
        yield


@pytest.fixture
def chinese() -> Iterator[None]:
    with reading("zh-CN"):
        yield


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


@given(st.text(min_size=1, max_size=200))
def test_a_name_in_a_picture_fits_its_box_and_keeps_its_end(name: str) -> None:
    lines = break_name(name)
    assert len(lines) <= 3
    assert all(len(line) <= 21 for line in lines)
    assert name.endswith(lines[-1].lstrip("…"))


@pytest.mark.parametrize(
    ("label", "words"),
    [("Access key ID", "access key ID"), ("MFA code", "MFA code"), ("访问密钥 ID", "访问密钥 ID"), ("", "")],
)
def test_a_label_inside_of_a_sentence_begins_small_unless_it_is_an_abbreviation(label: str, words: str) -> None:
    assert inside(label) == words


@given(st.text("开发与测试人员𠮷abcXYZ0189_+=,.@-", min_size=1, max_size=128))
def test_a_chinese_name_fits_its_box_too(name: str) -> None:
    lines = break_name(name)
    assert len(lines) <= 3
    assert all(sum(1 if letter.isascii() or letter == "…" else 2 for letter in line) <= 21 for line in lines)
    assert name.endswith(lines[-1].lstrip("…"))


def test_a_chinese_name_is_broken_after_any_of_its_letters() -> None:
    assert break_name("华东区域开发与测试人员 Shanghai") == ("华东区域开发与测试人", "员 Shanghai")


def test_the_graph_leads_from_the_user_over_groups_to_policies() -> None:
    picture = draw("joy", {"dev": "Developers"}, [Way("arn:p", "p", "group dev"), Way("arn:p", "p", DIRECTLY)])
    assert picture is not None
    assert [(node.kind, node.name) for node in picture.nodes] == [
        ("user", "joy"),
        ("group", "Developers"),
        ("direct", "Attached directly"),
        ("policy", "p"),
    ]
    assert len(picture.edges) == 4


def test_inline_policies_of_one_name_stay_apart() -> None:
    ways = [Way("dev p", "p", "group dev"), Way("test p", "p", "group test")]
    picture = draw("joy", {"dev": "dev", "test": "test"}, ways)
    assert picture is not None
    assert sum(node.kind == "policy" for node in picture.nodes) == 2


def test_boxes_lie_inside_the_picture_and_not_on_each_other() -> None:
    picture = draw("joy", {f"g{n}": f"group-{n}" * 8 for n in range(9)}, [Way("p", "p", "group g1")])
    assert picture is not None
    for node in picture.nodes:
        assert node.y >= 0
        assert node.y + node.height <= picture.height
        assert node.x + node.width <= picture.width
    groups = sorted((node for node in picture.nodes if node.kind == "group"), key=lambda node: node.y)
    for upper, lower in pairwise(groups):
        assert upper.y + upper.height < lower.y


def test_nothing_is_drawn_where_there_is_nothing() -> None:
    assert draw("nobody", {}, []) is None


def test_what_nobody_could_read_is_left_to_the_table() -> None:
    assert draw("joy", {}, [Way(str(n), str(n), DIRECTLY) for n in range(100)]) is None


def test_edges_are_paths() -> None:
    picture = draw("joy", {"dev": "dev"}, [])
    assert picture is not None
    assert all(re.fullmatch(r"M\d+ \d+ C(\d+ \d+ ){2}\d+ \d+", edge) for edge in picture.edges)


def test_no_text_stays_no_text() -> None:
    assert not breakable("")
    assert not breakable(None)
