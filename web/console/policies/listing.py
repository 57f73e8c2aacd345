"""The list of managed policies."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, Tab, command, crumbs, do, may_some
from web.console.lists import SIZES, Column, list_state
from web.throttle import Throttle

COLUMNS = (
    Column("name", lazy_gettext("Policy name"), fixed=True),
    Column("kind", lazy_gettext("Type")),
    Column("attachments", lazy_gettext("Attached to")),
    Column("description", lazy_gettext("Description")),
    Column("boundaries", lazy_gettext("Boundary of"), shown=False),
    Column("updated", lazy_gettext("Changed"), shown=False),
    Column("path", lazy_gettext("Path"), shown=False),
    Column("arn", lazy_gettext("ARN"), shown=False),
)
_SCOPES = {
    "all": ("All", lazy_gettext("All policies")),
    "customer": ("Local", lazy_gettext("Customer-managed")),
    "system": ("AWS", lazy_gettext("System-defined")),
}


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/policies", "policies", policies, methods=["GET"], defaults={"scope": "all"})
    console.add_url_rule("/policies/<any(customer,system):scope>", "policies", policies, methods=["GET"])


def policies(scope: str) -> ResponseReturnValue:
    """Shows managed policies, all of them or those of one kind, or those whose name has a text in it."""
    state = list_state("policies", "console.policies", COLUMNS, scope=scope)
    wire_scope, _ = _SCOPES[scope]
    found = do("search_policies", scope=wire_scope, **state.query)
    allowed = may_some(create=("create_policy", {"policy_name": "x", "policy_document": "{}"}))
    create = Action(
        gettext("Create policy"),
        url_for("console.create_policy"),
        allowed["create"],
        "iam:CreatePolicy",
        "primary",
        "plus",
    )
    return render_template(
        "console/policies/list.html",
        state=state,
        found=found,
        sizes=SIZES,
        scope=scope,
        scopes=[Tab(key, label, url_for("console.policies", scope=key)) for key, (_, label) in _SCOPES.items()],
        crumbs=crumbs(here=gettext("Policies")),
        actions=[create],
        command=command("iam", "list-policies", scope=wire_scope),
        create_command=command("iam", "create-policy", policy_name="NAME", policy_document="file://policy.json"),
    )
