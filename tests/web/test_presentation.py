"""How values look."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.console.access_graph import DIRECTLY, Way, break_name, draw
from web.presentation import ago, breakable, clock

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
def test_points_in_time_are_said_as_people_say_them(past: timedelta, words: str) -> None:
    assert ago(NOW - past, NOW) == words


def test_a_time_of_day_is_never_too_early() -> None:
    assert clock(NOW + timedelta(seconds=1)) == "06:01 UTC"


@given(st.text())
def test_a_breakable_name_is_the_same_text(name: str) -> None:
    assert Markup(str(breakable(name)).replace("<wbr>", "")).unescape() == name


def test_an_arn_breaks_after_its_colons_and_slashes() -> None:
    assert breakable("arn:aws:iam::1:user/eng/bob") == "arn:<wbr>aws:<wbr>iam::<wbr>1:<wbr>user/<wbr>eng/<wbr>bob"


@given(st.text(min_size=1, max_size=200))
def test_a_name_in_a_picture_fits_its_box_and_keeps_its_end(name: str) -> None:
    lines = break_name(name)
    assert len(lines) <= 3
    assert all(len(line) <= 21 for line in lines)
    assert name.endswith(lines[-1].lstrip("…"))


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
