"""Signing in and out through the forms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Do
from tests.web.visitor import HOME, ORIGIN, ROOT_SIGN_IN, SIGN_IN, Visitor, is_ours, target, text
from web.console.paths import local_path

STORY = {
    "bob": ("Administrators", "AdministratorAccess", "Group admin"),
    "alice": ("Administrators", "AdministratorAccess", "Group admin"),
    "job": ("Development personnel", "ECSReadOnlyAccess", "Group TestPersonnel"),
    "joy": ("Development personnel", "ECSFullAccess", "Group DevelopmentPersonnel"),
    "ray": ("Test personnel", "ECSReadOnlyAccess", "Group TestPersonnel"),
}


@pytest.mark.parametrize(("name", "seen"), STORY.items())
def test_everybody_of_the_story_signs_in_and_sees_who_they_are(
    visitor: Visitor, name: str, seen: tuple[str, ...]
) -> None:
    assert target(visitor.sign_in(name)) == ORIGIN + HOME
    page = text(visitor.get(HOME))
    assert f"arn:aws:iam::123456789012:user/{name}" in page
    for words in seen:
        assert words in page


def test_the_root_user_signs_in_by_email(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in_as_root(demo_directory.root_email, demo_directory.root_password)
    page = text(visitor.get(HOME))
    assert "arn:aws:iam::123456789012:root" in page
    assert "Root is for emergencies" in page


def test_the_root_user_signs_in_by_account_id(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in_as_root(demo_directory.account_id, demo_directory.root_password)
    assert visitor.is_signed_in()


def test_a_user_signs_in_by_account_alias(visitor: Visitor, do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    visitor.account = "acme"
    visitor.sign_in("bob")
    assert visitor.is_signed_in()


def test_spaces_around_names_do_not_matter(visitor: Visitor) -> None:
    visitor.account = f" {visitor.account} "
    visitor.sign_in(" bob ")
    assert visitor.is_signed_in()


def test_spaces_around_a_password_matter(visitor: Visitor) -> None:
    assert visitor.sign_in("bob", " Bindery-demo-1").status_code == 403


def test_the_account_is_remembered_for_the_next_sign_in(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    visitor.sign_out()
    assert f'value="{visitor.account}"' in visitor.get(SIGN_IN).get_data(as_text=True)


def test_a_failed_sign_in_remembers_no_account(visitor: Visitor) -> None:
    visitor.sign_in("bob", "wrong")
    assert visitor.cookie("bindery-account") is None


def test_a_link_can_name_the_account(visitor: Visitor) -> None:
    assert 'value="acme"' in visitor.get(f"{SIGN_IN}?account=acme").get_data(as_text=True)


def test_what_was_typed_stays_but_never_the_password(visitor: Visitor) -> None:
    page = visitor.sign_in("bob", "not-the-password").get_data(as_text=True)
    assert 'value="bob"' in page
    assert "not-the-password" not in page


@pytest.mark.parametrize("path", [SIGN_IN, ROOT_SIGN_IN])
def test_an_empty_form_is_answered_with_an_error_beside_each_field(visitor: Visitor, path: str) -> None:
    response = visitor.submit(path, {})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    for name in ("account", "password"):
        assert f'href="#{name}"' in page
        assert f'id="{name}-error"' in page


def test_an_empty_password_is_refused_before_anybody_asks_the_directory(visitor: Visitor, demo_directory: Any) -> None:
    visitor.get(SIGN_IN)
    demo_directory.server.stop()
    assert visitor.sign_in("bob", "").status_code == 422


def test_pages_lead_to_sign_in_and_back(visitor: Visitor) -> None:
    wanted = target(visitor.get("/console/?from=mail"))
    assert wanted.startswith(ORIGIN + SIGN_IN)
    response = visitor.sign_in("bob", path=wanted.removeprefix(ORIGIN))
    assert target(response) == f"{ORIGIN}/console/?from=mail"


def test_the_front_door_leads_to_the_console(visitor: Visitor) -> None:
    assert target(visitor.get("/")) == ORIGIN + HOME


def test_somebody_who_is_signed_in_does_not_see_the_sign_in_page(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    assert target(visitor.get(SIGN_IN)) == ORIGIN + HOME


FOREIGN = [
    "https://evil.example/console/",
    "//evil.example/console/",
    "/\\evil.example",
    "/console/\\evil.example",
    "/console//evil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "/console/\r\nSet-Cookie: a=b",
    "/elsewhere",
    "console/",
    "",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_sign_in_leads_to_no_other_place(visitor: Visitor, address: str) -> None:
    hidden = visitor.client.get(SIGN_IN, query_string={"next": address})
    assert hidden.status_code == 200
    page = visitor.get(SIGN_IN).get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    fields = {"csrf_token": token, "account": visitor.account, "name": "bob", "password": "Bindery-demo-1"}
    response = visitor.post(SIGN_IN, fields, query_string={"next": address})
    assert target(response) == ORIGIN + HOME


@given(st.text(max_size=40) | st.text(max_size=30).map("/console/".__add__))
def test_whatever_next_says_it_is_a_path_of_the_console(address: str) -> None:
    found = local_path(address)
    assert found.startswith("/console/")
    assert is_ours(ORIGIN + found)
    assert "\\" not in found
    assert "//" not in found
