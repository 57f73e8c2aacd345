"""Markers stay good while others create and delete."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.errors import ValidationError
from adapter.operations.paging import Page, make_marker, read_marker


def walk(names: list[str], size: int) -> list[str]:
    seen: list[str] = []
    marker = None
    while True:
        chosen, more = Page(marker, size).cut(names, str)
        seen += chosen
        if not more["is_truncated"]:
            return seen
        marker = more["marker"]


@given(st.sets(st.text(min_size=1, max_size=8).map(str.casefold)), st.integers(1, 5))
def test_pages_together_are_the_whole_list(names: set[str], size: int) -> None:
    ordered = sorted({name.casefold() for name in names})
    assert walk(ordered, size) == ordered


def test_a_page_holds_a_hundred_by_default() -> None:
    chosen, more = Page().cut([f"{n:03}" for n in range(101)], str)
    assert (len(chosen), more["is_truncated"]) == (100, True)


def test_the_last_page_says_so_and_has_no_marker() -> None:
    assert Page(None, 2).cut(["a", "b"], str) == (["a", "b"], {"is_truncated": False})


def test_what_is_deleted_between_pages_makes_nothing_appear_twice_or_go_missing() -> None:
    first, more = Page(None, 2).cut(["a", "b", "c", "d"], str)
    second, _ = Page(more["marker"], 2).cut(["a", "c", "d"], str)
    assert [*first, *second] == ["a", "b", "c", "d"]


def test_names_that_differ_in_case_keep_their_place() -> None:
    _, more = Page(None, 1).cut(["Alice", "bob"], str)
    assert Page(more["marker"], 1).cut(["Alice", "bob"], str)[0] == ["bob"]


@given(st.text(max_size=300))
def test_a_marker_gives_back_its_name(name: str) -> None:
    try:
        marker = make_marker(name)
    except UnicodeEncodeError:
        return
    assert read_marker(marker) == name


@given(st.text(max_size=40))
def test_a_foreign_marker_is_refused_clearly(marker: str) -> None:
    with suppress(ValidationError):
        read_marker(marker)


def test_garbage_is_no_marker() -> None:
    with pytest.raises(ValidationError):
        read_marker("§§§")
