"""The list of groups."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, command, crumbs, do, may_some
from web.console.lists import SIZES, Column, list_state
from web.throttle import Throttle

COLUMNS = (
    Column("name", lazy_gettext("Name"), fixed=True),
    Column("group_name", lazy_gettext("Group name")),
    Column("policies", lazy_gettext("Policies")),
    Column("created", lazy_gettext("Created")),
    Column("path", lazy_gettext("Path"), shown=False),
    Column("arn", lazy_gettext("ARN"), shown=False),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/groups", "groups", groups, methods=["GET"])


def groups() -> ResponseReturnValue:
    """Shows the groups, all of them or those that a text is found in."""
    state = list_state("groups", "console.groups", COLUMNS)
    found = do("search_groups", **state.query)
    allowed = may_some(create=("create_group", {"group_name": "x"}))
    create = url_for("console.create_group")
    return render_template(
        "console/groups/list.html",
        state=state,
        found=found,
        sizes=SIZES,
        crumbs=crumbs(here=gettext("User groups")),
        actions=[Action(gettext("Create group"), create, allowed["create"], "iam:CreateGroup", "primary", "plus")],
        command=command("iam", "list-groups"),
        create_command=command("iam", "create-group", group_name="NAME"),
    )
