"""The picture of how changes reach the servers."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import Do
from web.console.directory.replication import draw, lag

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def change(behind: float, server_id: str = "001") -> dict[str, Any]:
    return {"server_id": server_id, "csn": f"20260101000000.000000Z#000000#{server_id}#000000", "behind": behind}


def server(name: str, *behind: float, status: str = "ok") -> dict[str, Any]:
    return {"uri": f"ldaps://{name}", "status": status, "changes": [change(each) for each in behind]}


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Any:
    with app.test_request_context():
        yield


def test_a_single_server_is_one_box_with_how_far_it_has_come() -> None:
    picture = draw([change(0)], [server("one", 0)])
    assert picture is not None
    assert [(box.label.kind, box.label.told) for box in picture.boxes] == [
        ("good", "20260101000000.000000Z#000000#001#000000")
    ]
    assert picture.edges == ()


def test_every_server_says_how_far_behind_it_is() -> None:
    picture = draw(
        [change(0), change(0, "002")],
        [server("one", 0), server("two", 0, 7.4), server("three", 600), server("four", status="no route")],
    )
    assert picture is not None
    told = {box.lines[0]: (box.label.kind, box.label.told) for box in picture.boxes if box.label.kind != "provider"}
    assert told == {
        "ldaps://one": ("good", "Up to date"),
        "ldaps://two": ("warn", "7 seconds behind"),
        "ldaps://three": ("warn", "10 minutes behind"),
        "ldaps://four": ("bad", "Does not answer"),
    }
    assert len(picture.edges) == 2 * 3


def test_boxes_lie_in_the_picture_and_not_on_each_other() -> None:
    picture = draw([change(0)], [server(f"a-long-name-{number}.directory.example.org", 0) for number in range(5)])
    assert picture is not None
    for left in {box.x for box in picture.boxes}:
        column = [box for box in picture.boxes if box.x == left]
        assert all(above.y + above.height < below.y for above, below in pairwise(column))
    assert all(box.x + box.width <= picture.width for box in picture.boxes)
    assert all(box.y + box.height <= picture.height for box in picture.boxes)


def test_of_no_server_nothing_is_drawn() -> None:
    assert draw([change(0)], []) is None


@pytest.mark.parametrize(("seconds", "words"), [(0, "Up to date"), (5, "Up to date"), (60, "60 seconds behind")])
def test_a_lag_is_said_in_words(seconds: float, words: str) -> None:
    assert lag(seconds) == words


def test_a_real_server_tells_how_far_it_has_come(do: Do) -> None:
    (only,) = do("describe_directory")["servers"]
    assert only["status"] == "ok"
    assert [each["behind"] for each in only["changes"]] == [0]
