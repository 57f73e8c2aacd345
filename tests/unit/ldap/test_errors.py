"""Result codes become our errors."""

from __future__ import annotations

import logging

import pytest

from adapter.errors import InvalidInput, ServiceFailure, ServiceUnavailable
from adapter.ldap import errors


@pytest.mark.parametrize(
    ("code", "diagnostic", "expected"),
    [
        (16, "modify/delete: member: no such value", errors.Stale),
        (122, "", errors.Stale),
        (20, "modify/add: member: value #0 already exists", errors.AlreadyThere),
        (68, "", errors.AlreadyThere),
        (19, "some attributes not unique", errors.AlreadyThere),
        (19, "non-unique attributes found with (|(uid=bob))", errors.AlreadyThere),
        (19, "add breaks constraint on iamPath", InvalidInput),
        (21, "mail: value #0 invalid per syntax", InvalidInput),
        (34, "invalid DN", InvalidInput),
        (64, "", InvalidInput),
        (65, "attribute 'iamTag' not allowed", errors.ClassMissing),
        (32, "", errors.NotThere),
        (10, "", errors.NotWritable),
        (3, "", ServiceUnavailable),
        (51, "", ServiceUnavailable),
        (52, "", ServiceUnavailable),
        (50, "no write access to parent", ServiceFailure),
        (80, "internal error", ServiceFailure),
        (4711, "", ServiceFailure),
    ],
)
def test_a_result_code_becomes_an_error(code: int, diagnostic: str, expected: type[Exception]) -> None:
    assert type(errors.refusal(code, diagnostic)) is expected


@pytest.mark.parametrize("code", [19, 21, 34, 50, 80])
def test_what_the_server_says_is_not_shown(code: int) -> None:
    assert "secret" not in str(errors.refusal(code, "secret"))


def test_what_nobody_expects_is_logged_with_the_servers_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        errors.refusal(80, "index corrupt")
    assert "index corrupt" in caplog.text
