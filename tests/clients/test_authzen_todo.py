"""A to-do application and an API gateway that ask the decision point, as the working group tries decision points.

Source: OpenID AuthZEN working group, interoperability scenarios "Todo application" and "API gateway".
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.clients.conftest import Api
from tests.clients.decision_point import DecisionPoint, action, user
from tests.documents import document

ROLES: Final = {
    "rick@the-citadel.com": ("admin", "evil_genius"),
    "morty@the-citadel.com": ("editor",),
    "summer@the-smiths.com": ("editor",),
    "beth@the-smiths.com": ("viewer",),
    "jerry@the-smiths.com": ("viewer",),
}
_TODOS: Final = "arn:aws:todo::123456789012:todo/*"
_PEOPLE: Final = "arn:aws:user::123456789012:user/*"
_ROUTES: Final = "arn:aws:route::123456789012:route/"
_OWN: Final = {"StringEquals": {"resource:ownerID": "${aws:username}"}}


def _allow(actions: list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


_VIEW: Final = [
    _allow(["todo:can_read_todos"], _TODOS),
    _allow(["user:can_read_user"], _PEOPLE),
    _allow(["route:GET"], [f"{_ROUTES}/todos", f"{_ROUTES}/users/*"]),
]
_EDIT: Final = [
    *_VIEW,
    _allow(["todo:can_create_todo"], _TODOS),
    _allow(["todo:can_update_todo", "todo:can_delete_todo"], _TODOS, Condition=_OWN),
    _allow(["route:POST"], f"{_ROUTES}/todos"),
    _allow(["route:PUT", "route:DELETE"], f"{_ROUTES}/todos/*"),
]
POLICIES: Final = {
    "viewer": document(*_VIEW),
    "editor": document(*_EDIT),
    "admin": document(*_EDIT, _allow(["todo:can_delete_todo"], _TODOS)),
    "evil_genius": document(*_EDIT, _allow(["todo:can_update_todo"], _TODOS)),
}


@pytest.fixture(scope="module")
def point(api: Api) -> DecisionPoint:
    iam = api.client("iam")
    for role, text in POLICIES.items():
        iam.create_group(GroupName=f"todo-{role}")
        iam.put_group_policy(GroupName=f"todo-{role}", PolicyName=role, PolicyDocument=text)
    for name, roles in ROLES.items():
        iam.create_user(UserName=name)
        for role in roles:
            iam.add_user_to_group(UserName=name, GroupName=f"todo-{role}")
    return DecisionPoint(api, api.root_key)


def _todo(owner: str = "") -> dict[str, Any]:
    return {"type": "todo", "id": "7240d0db", **({"properties": {"ownerID": owner}} if owner else {})}


@pytest.mark.parametrize("name", ROLES)
def test_everybody_reads_people_and_todos(point: DecisionPoint, name: str) -> None:
    person = {"type": "user", "id": "beth@the-smiths.com"}
    assert point.evaluate(user(name), action("can_read_user"), person)["decision"] is True
    assert point.evaluate(user(name), action("can_read_todos"), _todo())["decision"] is True


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("rick@the-citadel.com", (True, True, True, True)),
        ("morty@the-citadel.com", (True, True, False, False)),
        ("summer@the-smiths.com", (True, True, False, False)),
        ("beth@the-smiths.com", (False, False, False, False)),
        ("jerry@the-smiths.com", (False, False, False, False)),
    ],
)
def test_what_somebody_may_do_with_todos(point: DecisionPoint, name: str, rights: tuple[bool, ...]) -> None:
    may_create, may_change_own, may_update_others, may_delete_others = rights
    someone_else = "zoe@the-citadel.com"
    asked = [
        ("can_create_todo", "", may_create),
        ("can_update_todo", name, may_change_own),
        ("can_delete_todo", name, may_change_own),
        ("can_update_todo", someone_else, may_update_others),
        ("can_delete_todo", someone_else, may_delete_others),
    ]
    items = [{"action": action(what), "resource": _todo(owner)} for what, owner, _ in asked]
    answers = point.evaluate_all(subject=user(name), evaluations=items)["evaluations"]
    assert [answer["decision"] for answer in answers] == [expected for _, _, expected in asked]


@pytest.mark.parametrize(
    ("name", "method", "route", "expected"),
    [
        ("beth@the-smiths.com", "GET", "/todos", True),
        ("beth@the-smiths.com", "GET", "/users/{userId}", True),
        ("beth@the-smiths.com", "POST", "/todos", False),
        ("morty@the-citadel.com", "POST", "/todos", True),
        ("morty@the-citadel.com", "PUT", "/todos/{todoId}", True),
        ("morty@the-citadel.com", "DELETE", "/todos/{todoId}", True),
        ("jerry@the-smiths.com", "DELETE", "/todos/{todoId}", False),
    ],
)
def test_a_gateway_asks_about_routes(point: DecisionPoint, name: str, method: str, route: str, expected: bool) -> None:
    answer = point.evaluate(user(name), action(method), {"type": "route", "id": route})
    assert answer["decision"] is expected
