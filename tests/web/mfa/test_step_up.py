"""Dangerous forms ask for a second factor of the last five minutes, and go on with what was sent."""

from __future__ import annotations

from typing import Any

from adapter.server.tree import DEMO_PASSWORD
from tests.web.conftest import Do
from tests.web.factors import CONFIRM, CREDENTIALS, KEYS, WRONG, App, grow_old, hidden, sign_in
from tests.web.visitor import HOME, ORIGIN, Visitor, target, text


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
