"""Signing in with a second factor, through the forms."""

from __future__ import annotations

import base64
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from adapter import Iam
from adapter.crypto.totp import code_at, current_step
from adapter.server.tree import DEMO_PASSWORD
from tests.authenticators import Authenticator
from tests.web.conftest import Do
from tests.web.factors import (
    CODE,
    CONFIRM,
    CREDENTIALS,
    SELF_SERVICE,
    WRONG,
    App,
    attribute,
    begin,
    give_app,
    grow_old,
    hidden,
    make_passkey,
    make_person,
    prove,
    sign_in,
)
from tests.web.visitor import HOME, ORIGIN, SIGN_IN, Visitor, target, text

KEYS = f"{CREDENTIALS}/keys/create"


@pytest.fixture
def app_of_ann(do: Do) -> App:
    """Ann's authenticator app; she may look after her own credentials."""
    make_person(do, "ann", SELF_SERVICE)
    return give_app(do, "ann")


@pytest.fixture
def passkey_of_ben(do: Do, app: Flask) -> Authenticator:
    """Ben's authenticator, with a passkey that he made in the console."""
    make_person(do, "ben", SELF_SERVICE)
    return make_passkey(app, "ben")


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


def test_a_fresh_sign_in_needs_no_further_proof(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    assert "Secret access key" in text(visitor.submit(KEYS, {}))


def test_after_five_minutes_a_key_takes_another_code_and_then_goes_on(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    page = visitor.get(KEYS)
    grow_old(visitor)
    asked = visitor.post(KEYS, hidden(page))
    assert asked.status_code == 403
    assert "than five minutes old" in text(asked)
    assert "AKIA" not in text(asked)
    fields = hidden(asked)
    again = visitor.post(CONFIRM, fields | {"proof_code": app_of_ann.code()})
    assert again.status_code == 307
    assert again.location == KEYS
    assert "Secret access key" in text(visitor.post(KEYS, fields))


def test_a_page_that_leads_to_a_key_asks_first(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    grow_old(visitor)
    assert target(visitor.get(KEYS)) == f"{ORIGIN}{CONFIRM}?proof_to={KEYS}"
    answer = visitor.submit(f"{CONFIRM}?proof_to={KEYS}", {"proof_code": app_of_ann.code()})
    assert target_of_see_other(answer) == KEYS


def target_of_see_other(response: Any) -> str:
    assert response.status_code == 303, text(response)
    return str(response.location)


def test_a_wrong_proof_keeps_what_was_sent(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    address = f"{CREDENTIALS}/app-passwords/create"
    page = visitor.get(address)
    grow_old(visitor)
    asked = visitor.post(address, hidden(page) | {"service": "mail"})
    refused = visitor.post(CONFIRM, hidden(asked) | {"proof_code": WRONG})
    assert refused.status_code == 403
    again = visitor.post(CONFIRM, hidden(refused) | {"proof_code": app_of_ann.code()})
    assert again.status_code == 307
    assert hidden(refused)["service"] == "mail"


def test_the_password_is_no_proof_for_somebody_with_a_device(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    grow_old(visitor)
    response = visitor.submit(CONFIRM, {"proof_password": DEMO_PASSWORD})
    assert response.status_code == 403
    assert visitor.get(KEYS).status_code == 302


def test_without_a_device_the_password_is_asked_for_again(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    grow_old(visitor)
    assert visitor.submit(CONFIRM, {"proof_password": "wrong"}).status_code == 403
    answer = visitor.submit(f"{CONFIRM}?proof_to={KEYS}", {"proof_password": DEMO_PASSWORD})
    assert target_of_see_other(answer) == KEYS
    assert "Secret access key" in text(visitor.submit(KEYS, {}))


def test_a_proof_leads_to_no_other_site(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    address = f"{CONFIRM}?proof_to=https://evil.example/console/"
    assert target_of_see_other(visitor.submit(address, {"proof_password": DEMO_PASSWORD})) == HOME


def test_an_administrator_is_asked_as_well_before_giving_others_credentials(visitor: Visitor, do: Do) -> None:
    visitor.sign_in("bob")
    address = "/console/users/job/keys/create"
    page = visitor.get(address)
    grow_old(visitor)
    asked = visitor.post(address, hidden(page))
    assert "than five minutes old" in text(asked)
    assert do("list_access_keys", user_name="job")["access_key_metadata"] == []


def test_creating_a_user_asks_before_the_first_step(visitor: Visitor, do: Do) -> None:
    visitor.sign_in("bob")
    page = visitor.get("/console/create-user")
    grow_old(visitor)
    asked = visitor.post("/console/create-user", hidden(page) | {"user_name": "zoe"})
    assert "than five minutes old" in text(asked)


def test_guessing_passwords_in_a_session_is_limited(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    statuses = [visitor.submit(CONFIRM, {"proof_password": f"wrong-{each}"}).status_code for each in range(6)]
    assert statuses[:5] == [403] * 5
    assert statuses[5] == 429


def test_where_mfa_is_required_everything_leads_to_enrolment(visitor: Visitor, do: Do) -> None:
    make_person(do, "cleo")
    do("update_sign_in_settings", mfa_required=True)
    begin(visitor, "cleo")
    for address in (HOME, CREDENTIALS, "/console/users", KEYS):
        assert target(visitor.get(address)) == f"{ORIGIN}/console/enrol"
    assert "Set up MFA" in text(visitor.get("/console/enrol"))


def test_somebody_without_any_rights_enrols_and_is_in(visitor: Visitor, do: Do) -> None:
    make_person(do, "cleo")
    do("update_sign_in_settings", mfa_required=True)
    begin(visitor, "cleo")
    enrol(visitor)
    assert visitor.is_signed_in()
    assert "10 recovery codes" not in text(visitor.get(CREDENTIALS))
    assert "Your recovery codes" in text(visitor.submit(f"{CREDENTIALS}/recovery-codes", {}))


def enrol(visitor: Visitor) -> App:
    """Adds an authenticator app in the console."""
    page = visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "Phone"})
    shown = re.findall(r'class="id">(?:<wbr>)?([A-Z2-7 ]{39})<', page.get_data(as_text=True))[0]
    seed = base64.b32decode(shown.replace(" ", ""))
    app = App("", seed, current_step(datetime.now(UTC)) - 2)
    done = visitor.post(f"{CREDENTIALS}/mfa/app/codes", hidden(page) | app_codes(app))
    assert done.status_code == 302, text(done)
    return app


def app_codes(app: App) -> dict[str, str]:
    first = app.last + 1
    app.last = first + 1
    return {"code1": code_at(app.seed, first), "code2": code_at(app.seed, first + 1)}


def test_enrolment_without_the_password_is_refused(visitor: Visitor, do: Do, app_of_ann: App) -> None:
    begin(visitor, "ann")
    for address in ("/console/enrol", f"{CREDENTIALS}/mfa/app", f"{CREDENTIALS}/mfa/passkey"):
        assert target(visitor.get(address)).startswith(ORIGIN + SIGN_IN)
    answer = visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "x"}, page=CODE)
    assert target(answer).startswith(ORIGIN + SIGN_IN)


def test_a_second_device_takes_a_fresh_proof_of_the_first(visitor: Visitor, app_of_ann: App) -> None:
    sign_in(visitor, "ann", app_of_ann)
    grow_old(visitor)
    for address in (f"{CREDENTIALS}/mfa/app", f"{CREDENTIALS}/mfa/passkey", f"{CREDENTIALS}/mfa/add"):
        assert target(visitor.get(address)).startswith(ORIGIN + CONFIRM)


def test_a_session_from_before_a_device_can_not_add_another(visitor: Visitor, do: Do) -> None:
    make_person(do, "ann", SELF_SERVICE)
    begin(visitor, "ann")
    give_app(do, "ann")
    assert target(visitor.get(f"{CREDENTIALS}/mfa/app")).startswith(ORIGIN + CONFIRM)


def test_somebody_else_s_enrolment_page_is_of_no_use(
    visitor: Visitor, another_visitor: Visitor, do: Do, app_of_ann: App
) -> None:
    make_person(do, "cleo", SELF_SERVICE)
    begin(another_visitor, "cleo")
    page = another_visitor.submit(f"{CREDENTIALS}/mfa/app", {"label": "Phone"})
    sign_in(visitor, "ann", app_of_ann)
    own = hidden(visitor.get(f"{CREDENTIALS}/mfa/app"))
    stolen = own | {"kept": hidden(page)["kept"], "code1": "123456", "code2": "234567"}
    assert target(visitor.post(f"{CREDENTIALS}/mfa/app/codes", stolen)) == f"{ORIGIN}{CREDENTIALS}/mfa/app"


def test_no_secret_of_a_second_factor_is_in_any_log(
    visitor: Visitor, do: Do, iam: Iam, demo_directory: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make_person(do, "ann", SELF_SERVICE)
    caplog.set_level(logging.DEBUG)
    begin(visitor, "ann")
    app = enrol(visitor)
    page = visitor.submit(f"{CREDENTIALS}/recovery-codes", {}).get_data(as_text=True)
    codes = page.split('class="recovery-codes"', 1)[1].split("</ol>")[0].split("<li>")[1:]
    key = hidden(visitor.submit(KEYS, {}))["content"]
    secrets = [base64.b32encode(app.seed).decode(), key, *(code.split("<")[0] for code in codes)]
    written = caplog.text + Path(demo_directory.data / "audit.jsonl").read_text()
    assert "ann" in written
    for secret in secrets:
        assert secret not in written
        assert secret.replace("-", "") not in written


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
