"""Users in the console for those who may not do everything with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.people import DOCUMENT, READ_ONLY, SYSTEM, USERS, user
from tests.web.visitor import Visitor, text


@pytest.fixture
def reader(visitor: Visitor, do: Do) -> Visitor:
    """Somebody who may look at everything and change nothing."""
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    return visitor


def test_who_may_not_change_a_user_is_offered_no_detail_to_change(reader: Visitor) -> None:
    assert "quick-edit" not in reader.get(user("joy")).get_data(as_text=True)


def test_a_reader_sees_everything_and_no_way_to_change_it(reader: Visitor) -> None:
    page = text(reader.get(user("joy")))
    assert "You may not iam:DeleteUser" in page
    assert "You may not iam:AttachUserPolicy" in page
    assert "Detach" not in page
    assert "You may not iam:CreateUser" in text(reader.get(USERS))


@pytest.mark.parametrize(
    ("path", "fields", "action"),
    [
        ("/attach", {"policies": [READ_ONLY]}, "iam:AttachUserPolicy"),
        ("/edit", {"display_name": "x", "path": "/"}, "iam:UpdateUser"),
        ("/rename", {"new_name": "x"}, "iam:UpdateUser"),
        ("/tags/edit", {"tags-0-key": "a"}, "iam:TagUser"),
        ("/boundary", {"boundary": READ_ONLY}, "iam:PutUserPermissionsBoundary"),
        ("/groups/join", {"groups": ["TestPersonnel"]}, "iam:AddUserToGroup"),
        ("/password", {"how": "generated"}, "iam:UpdateLoginProfile"),
        ("/password/remove", {}, "iam:DeleteLoginProfile"),
        ("/keys/create", {}, "iam:CreateAccessKey"),
        ("/inline", {"policy_name": "x", "document": DOCUMENT}, "iam:PutUserPolicy"),
    ],
)
def test_the_door_refuses_a_reader_and_says_what_is_missing(
    reader: Visitor, path: str, fields: dict[str, Any], action: str
) -> None:
    response = reader.submit(user("joy", path), fields)
    assert response.status_code == 403
    page = text(response)
    assert f"Action {action}" in page
    assert "No identity-based policy that reaches you allows the action" in page
    assert "Nothing was changed" in page


def test_somebody_without_rights_is_told_which_one_is_missing(visitor: Visitor, do: Do) -> None:
    do("create_user", user_name="nobody")
    do("create_login_profile", user_name="nobody", password="Bindery-demo-1")
    visitor.sign_in("nobody")
    response = visitor.get(USERS)
    assert response.status_code == 403
    assert "Action iam:ListUsers" in text(response)


def test_who_may_see_a_user_but_not_the_keys_sees_the_rest(visitor: Visitor, do: Do) -> None:
    document = DOCUMENT.replace("s3:List*", "iam:GetUser")
    do("put_user_policy", user_name="ray", policy_name="look", policy_document=document)
    visitor.sign_in("ray")
    page = text(visitor.get(user("joy", "/credentials")))
    assert "joy@example.org" in page
    assert "Action iam:ListAccessKeys" in page


def test_an_explicit_deny_is_told_apart(visitor: Visitor, do: Do) -> None:
    document = DOCUMENT.replace("Allow", "Deny").replace("s3:List*", "iam:ListUsers")
    do("put_user_policy", user_name="bob", policy_name="no", policy_document=document)
    visitor.sign_in("bob")
    assert "explicit deny in an identity-based policy" in text(visitor.get(USERS))
