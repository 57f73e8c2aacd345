"""A password that somebody else set has to be changed at the first sign-in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.visitor import HOME, NEW_PASSWORD, ORIGIN, SIGN_IN, Visitor, target, text

GIVEN = "Given-by-admin-1"
OWN = "Chosen-by-me-22"


@pytest.fixture
def newcomer(visitor: Visitor, do: Do) -> Visitor:
    """Somebody who has signed in with a password that an administrator gave them."""
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=GIVEN, password_reset_required=True)
    assert target(visitor.sign_in("eve", GIVEN)) == ORIGIN + NEW_PASSWORD
    return visitor


def _choose(visitor: Visitor, old: str = GIVEN, new: str = OWN, confirm: str | None = None) -> Any:
    return visitor.submit(NEW_PASSWORD, {"old": old, "new": new, "confirm": new if confirm is None else confirm})


def test_the_new_password_completes_the_sign_in(newcomer: Visitor) -> None:
    assert target(_choose(newcomer)) == ORIGIN + HOME
    page = text(newcomer.get(HOME))
    assert "user/eve" in page
    assert "Your password has been changed" in page


def test_the_new_password_counts_and_the_old_one_does_not(newcomer: Visitor, another_visitor: Visitor) -> None:
    _choose(newcomer)
    assert another_visitor.sign_in("eve", GIVEN).status_code == 403
    assert target(another_visitor.sign_in("eve", OWN)) == ORIGIN + HOME


def test_nobody_is_signed_in_before_it_is_chosen(newcomer: Visitor) -> None:
    assert not newcomer.is_signed_in()


def test_the_page_says_what_the_policy_demands(newcomer: Visitor, do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=14, require_numbers=True)
    page = text(newcomer.get(NEW_PASSWORD))
    assert "at least 14 characters" in page
    assert "a digit" in page


def test_a_password_that_breaks_the_policy_is_refused_beside_its_field(newcomer: Visitor) -> None:
    response = _choose(newcomer, new="short")
    assert response.status_code == 422
    assert 'id="new-error"' in response.get_data(as_text=True)
    assert not newcomer.is_signed_in()


def test_the_same_password_again_is_refused(newcomer: Visitor) -> None:
    assert _choose(newcomer, new=GIVEN).status_code == 422


def test_two_different_new_passwords_are_refused(newcomer: Visitor) -> None:
    response = _choose(newcomer, confirm="Chosen-by-me-33")
    assert response.status_code == 422
    assert 'id="confirm-error"' in response.get_data(as_text=True)


def test_the_old_password_has_to_be_right(newcomer: Visitor) -> None:
    response = _choose(newcomer, old="not-the-old-one")
    assert response.status_code == 403
    assert 'id="old-error"' in response.get_data(as_text=True)


def test_the_old_password_can_not_be_guessed_here_either(newcomer: Visitor) -> None:
    for _ in range(5):
        assert _choose(newcomer, old="not-the-old-one").status_code == 403
    assert _choose(newcomer).status_code == 429


def test_no_page_repeats_a_password(newcomer: Visitor) -> None:
    page = _choose(newcomer, new="short").get_data(as_text=True)
    assert GIVEN not in page
    assert "short" not in page.replace("short name", "")


def test_without_a_sign_in_there_is_nothing_to_choose(visitor: Visitor) -> None:
    assert target(visitor.get(NEW_PASSWORD)) == ORIGIN + SIGN_IN


def test_it_has_to_be_chosen_within_a_quarter_of_an_hour(newcomer: Visitor) -> None:
    with newcomer.client.session_transaction() as session:
        session["owed"] = session["owed"] | {"since": session["owed"]["since"] - 16 * 60}
    assert target(newcomer.get(NEW_PASSWORD)) == ORIGIN + SIGN_IN


def test_sign_in_leads_on_to_where_somebody_wanted_to_go(visitor: Visitor, do: Do) -> None:
    do("create_user", user_name="eve")
    do("create_login_profile", user_name="eve", password=GIVEN, password_reset_required=True)
    visitor.sign_in("eve", GIVEN, path=f"{SIGN_IN}?next=/console/?from=mail")
    assert target(_choose(visitor)) == f"{ORIGIN}/console/?from=mail"
