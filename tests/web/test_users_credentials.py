"""Passwords, keys and devices of users, as administrators look after them."""

from __future__ import annotations

from tests.directory.authenticator import enrolled
from tests.web.conftest import Do
from tests.web.people import follow, secret_on, user
from tests.web.visitor import Visitor, text


def test_a_generated_password_is_shown_once_and_works(bob: Visitor, another_visitor: Visitor) -> None:
    response = bob.submit(user("joy", "/password"), {"how": "generated"})
    password = secret_on(response, "Password")
    assert response.headers["Cache-Control"] == "no-store"
    assert another_visitor.sign_in("joy", password).location == "/console/"
    assert password not in text(bob.get(user("joy", "/credentials")))


def test_a_chosen_password_has_to_meet_the_policy(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/password"), {"how": "own", "password": "x"})
    assert response.status_code == 400
    assert "at least" in text(response)
    assert 'value="x"' not in response.get_data(as_text=True)


def test_a_password_is_taken_away(bob: Visitor, another_visitor: Visitor) -> None:
    assert "can't sign in" in follow(bob, bob.submit(user("joy", "/password/remove"), {}))
    assert another_visitor.sign_in("joy").status_code == 403


def test_an_access_key_is_made_switched_off_and_deleted(bob: Visitor, do: Do) -> None:
    response = bob.submit(user("joy", "/keys/create"), {})
    key = do("list_access_keys", user_name="joy")["access_key_metadata"][0]["access_key_id"]
    assert len(secret_on(response, "Secret access key")) == 40
    assert key in text(response)
    assert "is now inactive" in follow(bob, bob.submit(user("joy", f"/keys/{key}/switch"), {}))
    assert f"To confirm, type {key}" in text(bob.get(user("joy", f"/keys/{key}/delete")))
    assert bob.submit(user("joy", f"/keys/{key}/delete"), {"typed": "no"}).status_code == 422
    assert "has been deleted" in follow(bob, bob.submit(user("joy", f"/keys/{key}/delete"), {"typed": key}))
    assert do("list_access_keys", user_name="joy")["access_key_metadata"] == []


def test_a_lost_mfa_device_is_taken_away(bob: Visitor, do: Do) -> None:
    device = enrolled(do, "joy").serial
    assert "Authenticator app" in text(bob.get(user("joy", "/credentials")))
    assert "has been removed" in follow(bob, bob.submit(user("joy", f"/mfa/remove?device={device}"), {}))
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []
