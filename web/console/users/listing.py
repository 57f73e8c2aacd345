"""The list of users."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.errors import InvalidInput, ValidationError
from web.console.components import Action, Permission, Result, command, crumbs, do, may_some
from web.console.lists import SIZES, Column, ListState, list_state
from web.throttle import Throttle

COLUMNS = (
    Column("name", lazy_gettext("User name"), sortable=True, fixed=True),
    Column("display_name", lazy_gettext("Display name"), sortable=True),
    Column("email", lazy_gettext("E-mail"), sortable=True, shown=False),
    Column("groups", lazy_gettext("Groups")),
    Column("activity", lazy_gettext("Last activity")),
    Column("mfa", lazy_gettext("MFA")),
    Column("password", lazy_gettext("Password age")),
    Column("keys", lazy_gettext("Active key age")),
    Column("created", lazy_gettext("Created"), sortable=True, shown=False),
    Column("path", lazy_gettext("Path"), shown=False),
    Column("arn", lazy_gettext("ARN"), shown=False),
)
_ORDERS = {"name": "UserName", "display_name": "DisplayName", "email": "Email", "created": "CreateDate"}
_TOO_MANY = lazy_gettext("More than 1,000 users can be sorted by user name only; search first")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/users", "users", users, methods=["GET"])


def users() -> ResponseReturnValue:
    """Shows the users, all of them or those that a text is found in."""
    state = list_state("users", "console.users", COLUMNS)
    try:
        found = _find(state)
    except (InvalidInput, ValidationError):
        state = replace(state, sort=COLUMNS[0].key, descending=False, trail=(), page=1)
        found = _find(state)
    if not found["can_sort"] and not state.text:
        state = replace(state, columns=tuple(_by_name_only(column) for column in state.columns))
    allowed = may_some(
        create=("create_user", {"user_name": "x"}),
        delete=("delete_user", {"user_name": "x"}),
    )
    return render_template(
        "console/users/list.html",
        state=state,
        found=found,
        sizes=SIZES,
        crumbs=crumbs(here=gettext("Users")),
        actions=_actions(allowed),
        allowed=allowed,
        command=command("iam", "list-users"),
        create_command=command("iam", "create-user", user_name="NAME"),
    ), HTTPStatus.OK


def _find(state: ListState) -> Result:
    asked: dict[str, Any] = {"sort_by": _ORDERS[state.sort], "descending": state.descending}
    return do("search_users", **state.query, **asked)


def _by_name_only(column: Column) -> Column:
    if column.key == COLUMNS[0].key or not column.sortable:
        return column
    return replace(column, sortable=False, why_not=_TOO_MANY)


def _actions(allowed: dict[str, Permission]) -> list[Action]:
    return [
        Action(
            gettext("Create from a file"),
            url_for("console.create_users"),
            allowed["create"],
            "iam:CreateUser",
            icon="upload",
        ),
        Action(
            gettext("Create user"),
            url_for("console.create_user"),
            allowed["create"],
            "iam:CreateUser",
            "primary",
            "plus",
        ),
    ]
