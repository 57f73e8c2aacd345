"""Change sequence numbers."""

from datetime import UTC, datetime

import pytest

from adapter.ldap import csn

NUMBER = "20261120131959.250000Z#000001#00a#000000"


def test_it_tells_when_a_change_was_made_and_where() -> None:
    assert csn.time_of(NUMBER) == datetime(2026, 11, 20, 13, 19, 59, 250_000, UTC)
    assert csn.server_of(NUMBER) == "00a"


@pytest.mark.parametrize(
    "text", ["", "#", "###", "20261320131959Z#000001#000#000000", "yesterday#1#000#0", "ÿ#1#000#0"]
)
def test_a_text_that_is_none_has_no_time(text: str) -> None:
    assert csn.time_of(text) is None


@pytest.mark.parametrize("text", ["", "20261120131959Z", "20261120131959Z#000001#000"])
def test_a_text_that_is_none_has_no_server(text: str) -> None:
    assert csn.server_of(text) == ""
