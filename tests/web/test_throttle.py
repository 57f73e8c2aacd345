"""How often passwords may be guessed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.web.visitor import SIGN_IN, Visitor, text
from web.throttle import address, plain

ALLOWED = 5


def _fail(visitor: Visitor, name: str = "bob", times: int = ALLOWED) -> None:
    for _ in range(times):
        assert visitor.sign_in(name, "wrong-password").status_code == 403


def test_after_too_many_failures_not_even_the_right_password_is_looked_at(visitor: Visitor) -> None:
    _fail(visitor)
    response = visitor.sign_in("bob")
    assert response.status_code == 429
    assert not visitor.is_signed_in()


def test_the_page_says_when_to_try_again(visitor: Visitor) -> None:
    _fail(visitor)
    response = visitor.sign_in("bob")
    assert "Try again after" in text(response)
    assert 0 < int(response.headers["Retry-After"]) <= 301


def test_the_page_says_so_in_chinese(visitor: Visitor) -> None:
    visitor.client.set_cookie("bindery-language", "zh-Hans")
    _fail(visitor)
    page = text(visitor.sign_in("bob"))
    assert "尝试次数过多" in page
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", page), page


def test_the_limit_is_the_users_whatever_address_the_guesses_come_from(app: Flask, demo_directory: Any) -> None:
    for number in range(ALLOWED):
        _fail(Visitor(app, address=f"192.0.2.{number}"), times=1)
    assert Visitor(app, address="192.0.2.99").sign_in("bob").status_code == 429


def test_others_sign_in_meanwhile(visitor: Visitor, another_visitor: Visitor) -> None:
    _fail(visitor)
    another_visitor.sign_in("alice")
    assert another_visitor.is_signed_in()


def test_another_spelling_of_a_name_counts_as_the_same(visitor: Visitor) -> None:
    for name in ("bob", "BOB", "b\u00adob", " bob", "\uff42ob"):
        visitor.sign_in(name, "wrong-password")
    assert visitor.sign_in("Bob").status_code == 429


def test_an_unknown_name_is_throttled_like_a_known_one(visitor: Visitor) -> None:
    _fail(visitor, "nobody")
    assert visitor.sign_in("nobody").status_code == 429


def test_the_address_has_a_limit_of_its_own(visitor: Visitor) -> None:
    for number in range(30):
        _fail(visitor, f"user{number}", times=1)
    assert visitor.sign_in("bob").status_code == 429


def test_successes_do_not_count(visitor: Visitor) -> None:
    for _ in range(ALLOWED + 2):
        assert visitor.sign_in("bob").status_code == 302
        visitor.sign_out()


def test_forms_that_are_not_filled_in_do_not_count(visitor: Visitor) -> None:
    for _ in range(ALLOWED + 2):
        assert visitor.submit(SIGN_IN, {"account": visitor.account, "name": "bob"}).status_code == 422
    assert visitor.sign_in("bob").status_code == 302


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_household_counts_as_one(remote: str, counted: str) -> None:
    with Flask(__name__).test_request_context(environ_base={"REMOTE_ADDR": remote}):
        assert address() in {counted, counted.replace("192.0.2.7", "c000:207")}


@given(st.text(max_size=30))
def test_one_spelling_stands_for_all(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    assert plain(f"  {name}\u200b ") == plain(name)
