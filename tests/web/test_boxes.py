"""Pictures of boxes with names in them: the access graph, and how names fit."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from web.console.access_graph import DIRECTLY, Way, draw
from web.console.boxes import break_name

LETTERS = 21


@given(st.text(min_size=1, max_size=200))
def test_a_name_in_a_picture_fits_its_box_and_keeps_its_end(name: str) -> None:
    lines = break_name(name, LETTERS)
    assert len(lines) <= 3
    assert all(len(line) <= LETTERS for line in lines)
    assert name.endswith(lines[-1].lstrip("…"))


@given(st.text("开发与测试人员𠮷abcXYZ0189_+=,.@-", min_size=1, max_size=128))
def test_a_chinese_name_fits_its_box_too(name: str) -> None:
    lines = break_name(name, LETTERS)
    assert len(lines) <= 3
    assert all(sum(1 if letter.isascii() or letter == "…" else 2 for letter in line) <= LETTERS for line in lines)
    assert name.endswith(lines[-1].lstrip("…"))


def test_a_chinese_name_is_broken_after_any_of_its_letters() -> None:
    assert break_name("华东区域开发与测试人员 Shanghai", LETTERS) == ("华东区域开发与测试人", "员 Shanghai")


def test_the_graph_leads_from_the_user_over_groups_to_policies() -> None:
    picture = draw("joy", {"dev": "Developers"}, [Way("arn:p", "p", "group dev"), Way("arn:p", "p", DIRECTLY)])
    assert picture is not None
    assert [(box.label.kind, box.label.name) for box in picture.boxes] == [
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
    assert sum(box.label.kind == "policy" for box in picture.boxes) == 2


def test_boxes_lie_inside_the_picture_and_not_on_each_other() -> None:
    picture = draw("joy", {f"g{n}": f"group-{n}" * 8 for n in range(9)}, [Way("p", "p", "group g1")])
    assert picture is not None
    for box in picture.boxes:
        assert box.y >= 0
        assert box.y + box.height <= picture.height
        assert box.x + box.width <= picture.width
    groups = sorted((box for box in picture.boxes if box.label.kind == "group"), key=lambda box: box.y)
    for upper, lower in pairwise(groups):
        assert upper.y + upper.height < lower.y


def test_only_a_name_that_is_cut_is_told_in_full_elsewhere() -> None:
    picture = draw("joy", {"short": "short", "long": "long-" * 20}, [])
    assert picture is not None
    assert [box.label.name[:5] for box in picture.boxes if box.is_cut] == ["long-"]


def test_nothing_is_drawn_where_there_is_nothing() -> None:
    assert draw("nobody", {}, []) is None


def test_what_nobody_could_read_is_left_to_the_table() -> None:
    assert draw("joy", {}, [Way(str(n), str(n), DIRECTLY) for n in range(100)]) is None


def test_edges_are_paths() -> None:
    picture = draw("joy", {"dev": "dev"}, [])
    assert picture is not None
    assert all(re.fullmatch(r"M\d+ \d+ C(\d+ \d+ ){2}\d+ \d+", edge) for edge in picture.edges)
