"""The page of one group: key facts, its members, its policies."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console import holders
from web.console.components import Action, Params, Result, Tab, command, crumbs, do, may
from web.console.lists import Column, list_state
from web.throttle import Throttle

_MEMBER_COLUMNS = (
    Column("name", lazy_gettext("User name"), fixed=True),
    Column("display_name", lazy_gettext("Display name")),
    Column("email", lazy_gettext("E-mail")),
    Column("activity", lazy_gettext("Last sign-in")),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/groups/<name>", "group", members, methods=["GET"])
    console.add_url_rule("/groups/<name>/permissions", "group_permissions", permissions, methods=["GET"])
    console.add_url_rule("/groups/<name>/ldif", "group_ldif", ldif, methods=["GET"])


def members(name: str) -> ResponseReturnValue:
    """The users in the group."""
    state = list_state("members", "console.group", _MEMBER_COLUMNS, name=name)
    found = do("list_members", group_name=name, **state.query)
    wanted: dict[str, tuple[str, Params]] = {
        "join": ("add_user_to_group", {"group_name": name, "user_name": "x"}),
        "leave": ("remove_user_from_group", {"group_name": name, "user_name": "x"}),
    }
    return _page(found, "members", wanted, command("iam", "get-group", group_name=name), state=state)


def permissions(name: str) -> ResponseReturnValue:
    """What the group gives its members."""
    found = do("list_policies_for_group", group_name=name) | do("list_members", group_name=name, max_items=1)
    aws = command("iam", "list-attached-group-policies", group_name=name)
    return _page(found, "permissions", holders.allowed_calls(holders.GROUP, name), aws)


def ldif(name: str) -> ResponseReturnValue:
    """The group's entry as it stands in the directory."""
    found = do("describe_group_entry", group_name=name)
    return render_template(
        "console/components/ldif.html",
        title=name,
        ldif=found["ldif"],
        crumbs=holders.GROUP.crumbs(name, gettext("Entry as LDIF")),
    )


def _page(
    found: Result, tab: str, wanted: dict[str, tuple[str, Params]], aws: str, **more: object
) -> ResponseReturnValue:
    group = found["group"]
    name = group["group_name"]
    named = {"group_name": name}
    allowed = may(**wanted, edit=("update_group", named), delete=("delete_group", named))
    edit, delete = url_for("console.edit_group", name=name), url_for("console.delete_group", name=name)
    return render_template(
        f"console/groups/{tab}.html",
        group=group,
        name=name,
        tab=tab,
        found=found,
        allowed=allowed,
        tabs=[
            Tab("members", gettext("Users"), url_for("console.group", name=name), found["total"]),
            Tab("permissions", gettext("Permissions"), url_for("console.group_permissions", name=name)),
        ],
        crumbs=crumbs((gettext("User groups"), "console.groups"), here=name),
        actions=[
            Action(gettext("Edit"), edit, allowed["edit"], "iam:UpdateGroup", icon="edit"),
            Action(gettext("Delete"), delete, allowed["delete"], "iam:DeleteGroup", "danger", "trash"),
        ],
        back=request.full_path,
        command=aws,
        **more,
    )
