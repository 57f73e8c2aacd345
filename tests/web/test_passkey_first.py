"""Signing in by a passkey alone: it stands for name, password and second factor, and is guarded as they are."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from adapter.server.tree import DEMO_PASSWORD
from tests.authenticators import PRESENT, Authenticator
from tests.racing import at_once
from tests.web.conftest import Do
from tests.web.factors import CODE, CREDENTIALS, SELF_SERVICE, attribute, begin, hidden, make_passkey, make_person
from tests.web.test_refusals import disable
from tests.web.visitor import HOME, NEW_PASSWORD, ORIGIN, SIGN_IN, Visitor, target, text

BY_PASSKEY = f"{SIGN_IN}/passkey"
RACERS = 8


@pytest.fixture
def passkey(do: Do, app: Flask) -> Authenticator:
    """Of ben, who made it in the console."""
    make_person(do, "ben", SELF_SERVICE)
    return make_passkey(app, "ben")


def answer_of(visitor: Visitor, passkey: Authenticator) -> str:
    return passkey.prove(attribute(visitor.get(SIGN_IN), "data-passkey-use"))


def enter(visitor: Visitor, passkey: Authenticator) -> TestResponse:
    answer = answer_of(visitor, passkey)
    return send(visitor, answer)


def send(visitor: Visitor, answer: str, query: str = "") -> TestResponse:
    return visitor.submit(f"{BY_PASSKEY}{query}", {"answer": answer}, page=SIGN_IN)


def test_a_passkey_tells_who_it_is_and_lets_in(visitor: Visitor, passkey: Authenticator) -> None:
    assert target(enter(visitor, passkey)) == ORIGIN + HOME
    assert "user/ben" in text(visitor.get(HOME))


def test_it_counts_as_a_second_factor(visitor: Visitor, passkey: Authenticator) -> None:
    enter(visitor, passkey)
    assert "Create an access key" in text(visitor.get(f"{CREDENTIALS}/keys/create"))
    assert "Signed in with MFA" in text(visitor.get(CREDENTIALS))


def test_it_leads_where_one_wanted_to_go_and_nowhere_else(visitor: Visitor, passkey: Authenticator) -> None:
    answer = answer_of(visitor, passkey)
    assert target(send(visitor, answer, "?next=/console/credentials")) == ORIGIN + CREDENTIALS
    visitor.sign_out()
    answer = answer_of(visitor, passkey)
    assert target(send(visitor, answer, "?next=//evil.example/")) == ORIGIN + HOME


def test_an_answer_is_good_once(visitor: Visitor, another_visitor: Visitor, passkey: Authenticator) -> None:
    answer = answer_of(visitor, passkey)
    send(visitor, answer)
    assert send(another_visitor, answer).status_code == 403
    assert not another_visitor.is_signed_in()


def test_an_answer_to_the_question_for_a_second_factor_is_none_here(visitor: Visitor, passkey: Authenticator) -> None:
    begin(visitor, "ben")
    answer = passkey.prove(attribute(visitor.get(CODE), "data-passkey-use"))
    assert send(visitor, answer).status_code == 403
    assert not visitor.is_signed_in()


def test_an_answer_from_here_is_no_second_factor(
    visitor: Visitor, another_visitor: Visitor, passkey: Authenticator
) -> None:
    answer = answer_of(another_visitor, passkey)
    begin(visitor, "ben")
    visitor.submit(CODE, {"proof_passkey": answer})
    assert not visitor.is_signed_in()


def test_a_passkey_that_nobody_unlocked_is_refused(visitor: Visitor, passkey: Authenticator) -> None:
    passkey.flags = PRESENT
    assert enter(visitor, passkey).status_code == 403


def test_who_is_disabled_stays_outside(visitor: Visitor, passkey: Authenticator, demo_directory: Any) -> None:
    disable(demo_directory, "ben", "000001010000Z")
    assert enter(visitor, passkey).status_code == 403


def test_without_console_access_a_passkey_opens_nothing(visitor: Visitor, passkey: Authenticator, do: Do) -> None:
    do("delete_login_profile", user_name="ben")
    assert enter(visitor, passkey).status_code == 403


def test_a_passkey_that_was_removed_opens_nothing(visitor: Visitor, passkey: Authenticator, do: Do) -> None:
    for device in do("list_mfa_devices", user_name="ben")["mfa_devices"]:
        do("deactivate_mfa_device", user_name="ben", serial_number=device["serial_number"])
    assert enter(visitor, passkey).status_code == 403


def test_a_new_password_is_chosen_first_where_that_is_owed(visitor: Visitor, passkey: Authenticator, do: Do) -> None:
    do("update_login_profile", user_name="ben", password=DEMO_PASSWORD, password_reset_required=True)
    assert target(enter(visitor, passkey)) == ORIGIN + NEW_PASSWORD
    assert not visitor.is_signed_in()


def test_a_stranger_s_passkey_and_a_wrong_answer_look_the_same(visitor: Visitor, passkey: Authenticator) -> None:
    wrong = answer_of(visitor, passkey).replace('"rawId": "', '"rawId": "AA')
    unknown = Authenticator(ORIGIN, passkey_id=b"nobody-has-this-one")
    told = [text(send(visitor, answer)) for answer in (wrong, answer_of(visitor, unknown))]
    assert told[0] == told[1]
    assert "could not be verified" in told[0]


@pytest.mark.parametrize("answer", ["", "{}", "[]", "x", '{"rawId": 1}', '{"rawId": "*"}', "{" * 5000, "a" * 70_000])
def test_whatever_is_sent_is_refused_calmly(visitor: Visitor, passkey: Authenticator, answer: str) -> None:
    assert send(visitor, answer).status_code == 403


def test_attempts_are_limited_by_address_because_they_name_nobody(app: Flask, passkey: Authenticator) -> None:
    guesser, ben = Visitor(app, address="198.51.100.1"), Visitor(app, address="198.51.100.2")
    assert [send(guesser, "{}").status_code for _ in range(6)] == [403] * 5 + [429]
    assert target(enter(ben, passkey)) == ORIGIN + HOME


def test_of_many_who_send_one_answer_at_once_exactly_one_gets_in(app: Flask, passkey: Authenticator) -> None:
    racers = [Visitor(app, address=f"198.51.100.{number}") for number in range(RACERS)]
    fields = [hidden(racer.get(SIGN_IN)) for racer in racers]
    answer = answer_of(racers[0], passkey)
    at_once(RACERS, lambda number: racers[number].post(BY_PASSKEY, fields[number] | {"answer": answer}))
    assert [racer.is_signed_in() for racer in racers].count(True) == 1


def test_it_is_written_down_with_who_it_was(visitor: Visitor, passkey: Authenticator, demo_directory: Any) -> None:
    enter(visitor, passkey)
    trail = (demo_directory.data / "audit.jsonl").read_text()
    line = [each for each in trail.splitlines() if "ConsoleLogin" in each][-1].replace(": ", ":")
    assert "user/ben" in line
    assert '"outcome":"ok"' in line
    assert '"factor":"mfa"' in line


def test_at_an_ip_address_the_button_is_not_offered(app: Flask) -> None:
    page = app.test_client().get(SIGN_IN, base_url="http://127.0.0.1:8000").get_data(as_text=True)
    assert "data-passkey-use" not in page
