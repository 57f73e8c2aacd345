"""Every page of the console in Chinese: nothing on it is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.matrix import See
from tests.web.matrix_pages import PAGES
from tests.web.personas import Cast, casting
from tests.web.texts import in_page

ENGLISH = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")
NAMES = re.compile(r"bindery (up|doctor)|(Development|Test) personnel|(Amazon|AWS) [A-Z][\w ]+")
"""Commands, what others have called things, and services."""


@pytest.fixture(scope="module")
def cast(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    yield from casting(demo_template, tmp_path_factory.mktemp("chinese"))


def english_on(cast: Cast, persona: str, path: str) -> list[str]:
    visitor = cast.visitor(persona)
    visitor.client.set_cookie("bindery-language", "zh-Hans")
    answer = visitor.get(f"/console/{path}", follow_redirects=True, buffered=True)
    if answer.mimetype != "text/html":
        return []
    assert '<html lang="zh-Hans">' in answer.text
    return [text for text in in_page(answer.text) if ENGLISH.search(NAMES.sub("", text))]


@pytest.mark.parametrize("see", PAGES, ids=lambda see: f"{see.endpoint}:{see.path.partition('?')[0]}")
def test_a_page_is_chinese_for_who_may_everything_and_for_who_may_nothing(cast: Cast, see: See) -> None:
    for persona in ("bob", "nobody"):
        facts = cast.given(persona, see.given)
        path = see.path.format_map(facts)
        assert (persona, english_on(cast, persona, path)) == (persona, [])
