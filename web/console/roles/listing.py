"""The list of roles."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, asker, command, crumbs, do, may_some
from web.console.lists import SIZES, Column, list_state
from web.console.roles.trust import trusted_by
from web.throttle import Throttle

COLUMNS = (
    Column("name", lazy_gettext("Role name"), fixed=True),
    Column("trusted", lazy_gettext("Trusted")),
    Column("policies", lazy_gettext("Policies")),
    Column("used", lazy_gettext("Last used")),
    Column("description", lazy_gettext("Description"), shown=False),
    Column("created", lazy_gettext("Created"), shown=False),
    Column("path", lazy_gettext("Path"), shown=False),
    Column("arn", lazy_gettext("ARN"), shown=False),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/roles", "roles", roles, methods=["GET"])


def roles() -> ResponseReturnValue:
    """Shows the roles, all of them or those whose name has a text in it."""
    state = list_state("roles", "console.roles", COLUMNS)
    found = do("search_roles", **state.query)
    account = asker().account_id
    for role in found["roles"]:
        role["trusted"] = trusted_by(role["assume_role_policy_document"], account)
    allowed = may_some(create=("create_role", {"role_name": "x", "assume_role_policy_document": "{}"}))
    create = Action(
        gettext("Create role"), url_for("console.create_role"), allowed["create"], "iam:CreateRole", "primary", "plus"
    )
    return render_template(
        "console/roles/list.html",
        state=state,
        found=found,
        sizes=SIZES,
        crumbs=crumbs(here=gettext("Roles")),
        actions=[create],
        command=command("iam", "list-roles"),
        create_command=command("iam", "create-role", role_name="NAME", assume_role_policy_document="file://trust.json"),
    )
