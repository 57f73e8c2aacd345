"""Signing in with a second factor, through the forms."""

from __future__ import annotations

import pytest
from flask import Flask

from adapter.server.tree import DEMO_PASSWORD
from tests.authenticators import Authenticator
from tests.web.conftest import Do
from tests.web.factors import CODE, CONFIRM, CREDENTIALS, WRONG, App, attribute, begin, hidden, prove, sign_in
from tests.web.visitor import HOME, ORIGIN, SIGN_IN, Visitor, target, text


def session_id(visitor: Visitor) -> str | None:
    with visitor.client.session_transaction(base_url=ORIGIN) as kept:
        return kept.get("id")


def test_after_the_password_a_code_is_asked_for_and_nothing_else_opens(visitor: Visitor, app_of_ann: App) -> None:
    assert target(begin(visitor, "ann")) == ORIGIN + CODE
    assert not visitor.is_signed_in()
    assert visitor.get(CREDENTIALS).status_code == 302


def test_the_code_lets_in_and_leads_where_one_wanted_to_go(visitor: Visitor, app_of_ann: App) -> None:
    visitor.sign_in("ann", path=f"{SIGN_IN}?next={CREDENTIALS}")
    assert target(prove(visitor, app_of_ann.code())) == ORIGIN + CREDENTIALS
    assert visitor.is_signed_in()


def test_a_code_with_spaces_is_taken(visitor: Visitor, app_of_ann: App) -> None:
    begin(visitor, "ann")
    code = app_of_ann.code()
    prove(visitor, f" {code[:3]} {code[3:]} ")
    assert visitor.is_signed_in()


def test_a_wrong_code_is_told_beside_its_field(visitor: Visitor, app_of_ann: App) -> None:
    begin(visitor, "ann")
    response = prove(visitor, WRONG)
    assert response.status_code == 403
    assert 'id="proof_code-error"' in response.get_data(as_text=True)
    assert "Each code works once" in text(response)


def test_an_empty_form_asks_for_the_code(visitor: Visitor, app_of_ann: App) -> None:
    begin(visitor, "ann")
    assert visitor.submit(CODE, {}).status_code == 422


def test_without_the_password_there_is_no_page_for_codes(visitor: Visitor, app_of_ann: App) -> None:
    assert target(visitor.get(CODE)) == ORIGIN + SIGN_IN
    visitor.get(SIGN_IN)
    assert visitor.submit(CODE, {"proof_code": app_of_ann.code()}, page=SIGN_IN).status_code == 302
    assert not visitor.is_signed_in()


def test_a_code_that_let_somebody_in_lets_nobody_else_in(
    visitor: Visitor, another_visitor: Visitor, app_of_ann: App
) -> None:
    for each in (visitor, another_visitor):
        begin(each, "ann")
    code = app_of_ann.code()
    prove(visitor, code)
    prove(another_visitor, code)
    assert visitor.is_signed_in()
    assert not another_visitor.is_signed_in()


def test_a_copy_of_the_half_done_cookie_is_worth_only_the_password(
    visitor: Visitor, another_visitor: Visitor, app_of_ann: App
) -> None:
    begin(visitor, "ann")
    kept = visitor.cookie() or ""
    prove(visitor, app_of_ann.code())
    another_visitor.client.set_cookie("bindery", kept)
    assert not another_visitor.is_signed_in()
    assert another_visitor.get(CODE).status_code == 200


def test_the_session_has_a_new_id_after_the_second_factor_and_after_each_proof(
    visitor: Visitor, app_of_ann: App
) -> None:
    begin(visitor, "ann")
    assert session_id(visitor) is None
    prove(visitor, app_of_ann.code())
    first = session_id(visitor)
    copy = visitor.cookie()
    visitor.submit(CONFIRM, {"proof_code": app_of_ann.code()})
    second = session_id(visitor)
    assert first
    assert second
    assert first != second
    thief = Visitor(visitor.app)
    thief.client.set_cookie("bindery", copy or "")
    assert not thief.is_signed_in()
    assert visitor.is_signed_in()


def test_a_session_planted_before_is_gone(visitor: Visitor, app_of_ann: App) -> None:
    visitor.sign_in("job")
    before = session_id(visitor)
    visitor.sign_out()
    begin(visitor, "ann")
    prove(visitor, app_of_ann.code())
    assert session_id(visitor) != before


def test_after_five_wrong_codes_the_right_one_is_not_looked_at(visitor: Visitor, app_of_ann: App) -> None:
    begin(visitor, "ann")
    for _ in range(5):
        last = prove(visitor, WRONG)
    assert "too many wrong codes" in text(last)
    prove(visitor, app_of_ann.code())
    assert not visitor.is_signed_in()


def test_the_limit_on_codes_holds_from_every_address_and_host(do: Do, app: Flask, app_of_ann: App) -> None:
    for number in range(5):
        guesser = Visitor(app, address=f"198.51.100.{number}")
        begin(guesser, "ann")
        prove(guesser, WRONG)
    ann = Visitor(app, address="203.0.113.9")
    begin(ann, "ann")
    assert not prove(ann, app_of_ann.code()).location
    assert not ann.is_signed_in()


def test_a_recovery_code_stands_in_once(visitor: Visitor, another_visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    page = visitor.submit(f"{CREDENTIALS}/recovery-codes", {}).get_data(as_text=True)
    code = page.split('class="recovery-codes"><li>', 1)[1].split("</li>", 1)[0]
    begin(another_visitor, "ann")
    another_visitor.submit(CODE, {"proof_recovery": code.lower()})
    assert "9 recovery codes left" in text(another_visitor.get(HOME))
    third = Visitor(visitor.app)
    begin(third, "ann")
    assert "has been used" in text(third.submit(CODE, {"proof_recovery": code}))
    assert not third.is_signed_in()


def test_a_passkey_that_was_made_in_the_console_signs_in(visitor: Visitor, passkey_of_ben: Authenticator) -> None:
    begin(visitor, "ben")
    answer = passkey_of_ben.prove(attribute(visitor.get(CODE), "data-passkey-use"))
    visitor.submit(CODE, {"proof_passkey": answer})
    assert visitor.is_signed_in()


def test_a_passkey_s_answer_can_not_be_replayed(
    visitor: Visitor, another_visitor: Visitor, passkey_of_ben: Authenticator
) -> None:
    for each in (visitor, another_visitor):
        begin(each, "ben")
    answer = passkey_of_ben.prove(attribute(visitor.get(CODE), "data-passkey-use"))
    visitor.submit(CODE, {"proof_passkey": answer})
    refused = another_visitor.submit(CODE, {"proof_passkey": answer})
    assert "could not be verified" in text(refused)
    assert not another_visitor.is_signed_in()


def test_whatever_is_sent_as_a_passkey_is_refused_calmly(visitor: Visitor, passkey_of_ben: Authenticator) -> None:
    begin(visitor, "ben")
    for answer in ("{}", "[]", "x", '{"rawId": 1}', "{" * 5000):
        assert visitor.submit(CODE, {"proof_passkey": answer}).status_code in {403, 429}


def test_a_code_is_asked_for_before_a_new_password_is(visitor: Visitor, do: Do, app_of_ann: App) -> None:
    do("update_login_profile", user_name="ann", password=DEMO_PASSWORD, password_reset_required=True)
    assert target(begin(visitor, "ann")) == ORIGIN + CODE
    assert target(visitor.get("/console/new-password")) == ORIGIN + SIGN_IN
    assert target(prove(visitor, app_of_ann.code())) == f"{ORIGIN}/console/new-password"
    fields = {"old": DEMO_PASSWORD, "new": "Chosen-by-me-22", "confirm": "Chosen-by-me-22"}
    visitor.submit("/console/new-password", fields)
    assert visitor.is_signed_in()


@pytest.mark.parametrize("address", [CODE, CONFIRM])
def test_a_form_from_elsewhere_is_refused(visitor: Visitor, app_of_ann: App, address: str) -> None:
    begin(visitor, "ann")
    fields = hidden(visitor.get(CODE)) | {"proof_code": app_of_ann.code()}
    assert visitor.post(address, fields, origin="https://evil.example").status_code == 403
    assert visitor.post(address, {"proof_code": app_of_ann.code()}).status_code == 400
    assert not visitor.is_signed_in()


def test_unknown_people_and_those_with_mfa_look_the_same_from_outside(visitor: Visitor, app_of_ann: App) -> None:
    known = visitor.sign_in("ann", "wrong")
    unknown = visitor.sign_in("nobody-there", "wrong")
    assert (known.status_code, text(known)) == (unknown.status_code, text(unknown))
