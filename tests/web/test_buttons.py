"""Buttons for making something: offered to whoever may make some, whatever it will be called."""

from __future__ import annotations

import pytest

from tests.documents import READ_ONLY, allow, document
from tests.web.conftest import Do
from tests.web.factors import make_person
from tests.web.visitor import Visitor, text

OWN = "arn:aws:iam::123456789012:user/team-a/*"


def _statement(action: str, resource: str = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize(
    ("policy", "is_offered"),
    [
        (allow("iam:CreateUser", OWN), True),
        (allow("iam:CreateUser", Condition={"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}), True),
        (allow("iam:CreateUser", Condition={"StringEquals": {"aws:RequestTag/team": "a"}}), True),
        (allow("iam:CreateUser", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), False),
        (allow("iam:CreateGroup", OWN), False),
        (
            document(
                _statement("iam:CreateUser", OWN), {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}
            ),
            False,
        ),
    ],
)
def test_a_right_to_some_names_is_enough_for_the_button(
    visitor: Visitor, do: Do, policy: str, is_offered: bool
) -> None:
    make_person(do, "kim", READ_ONLY)
    do("put_user_policy", user_name="kim", policy_name="some", policy_document=policy)
    visitor.sign_in("kim")
    page = visitor.get("/console/users")
    assert ('href="/console/create-user"' in page.get_data(as_text=True)) is is_offered
    assert ("You may not iam:CreateUser Why?" in text(page)) is not is_offered


def test_a_boundary_without_the_action_leaves_no_name(visitor: Visitor, do: Do) -> None:
    make_person(do, "kim", READ_ONLY)
    do("put_user_policy", user_name="kim", policy_name="some", policy_document=allow("iam:CreateUser", OWN))
    do("put_user_permissions_boundary", user_name="kim", permissions_boundary=READ_ONLY)
    visitor.sign_in("kim")
    assert "You may not iam:CreateUser" in text(visitor.get("/console/users"))


def test_a_denial_of_one_name_is_none_of_all(visitor: Visitor, do: Do) -> None:
    make_person(do, "kim", READ_ONLY)
    one = "arn:aws:iam::123456789012:user/root"
    both = document(_statement("iam:CreateUser"), {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": one})
    do("put_user_policy", user_name="kim", policy_name="some", policy_document=both)
    visitor.sign_in("kim")
    assert 'href="/console/create-user"' in visitor.get("/console/users").get_data(as_text=True)
