"""The page of one user: key facts, and a tab for each thing that one does with users."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from adapter.errors import AccessDenied
from web.console import holders
from web.console.components import Action, Params, Result, Tab, asker, command, crumbs, do, may
from web.console.refusals import Problem, explain
from web.console.secrets_once import sign_in_url
from web.throttle import Throttle

_TABS = (
    ("permissions", "Permissions", "console.user"),
    ("groups", "Groups", "console.user_groups"),
    ("tags", "Tags", "console.user_tags"),
    ("credentials", "Security credentials", "console.user_credentials"),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/users/<name>", "user", permissions, methods=get)
    console.add_url_rule("/users/<name>/groups", "user_groups", groups, methods=get)
    console.add_url_rule("/users/<name>/tags", "user_tags", tags, methods=get)
    console.add_url_rule("/users/<name>/credentials", "user_credentials", credentials, methods=get)
    console.add_url_rule("/users/<name>/ldif", "user_ldif", ldif, methods=get)


def permissions(name: str) -> ResponseReturnValue:
    """What the user may do, and what each policy is attached via."""
    return _page(
        name,
        "permissions",
        holders.allowed_calls(holders.USER, name)
        | {
            "bound": ("put_user_permissions_boundary", {"user_name": name, "permissions_boundary": holders.ANY_ARN}),
            "unbound": ("delete_user_permissions_boundary", {"user_name": name}),
        },
        "list_policies_for_user",
        command("iam", "list-attached-user-policies", user_name=name),
    )


def groups(name: str) -> ResponseReturnValue:
    """The groups that the user is in."""
    return _page(
        name,
        "groups",
        {
            "join": ("add_user_to_group", {"user_name": name, "group_name": "x"}),
            "leave": ("remove_user_from_group", {"user_name": name, "group_name": "x"}),
        },
        "list_policies_for_user",
        command("iam", "list-groups-for-user", user_name=name),
    )


def tags(name: str) -> ResponseReturnValue:
    """The user's tags."""
    wanted: dict[str, tuple[str, Params]] = {
        "tag": ("tag_user", {"user_name": name, "tags": []}),
        "untag": ("untag_user", {"user_name": name, "tag_keys": ["x"]}),
    }
    return _page(name, "tags", wanted, None, command("iam", "list-user-tags", user_name=name))


def credentials(name: str) -> ResponseReturnValue:
    """Password and access keys."""
    user = {"user_name": name}
    key = user | {"access_key_id": "A" * 20}
    wanted: dict[str, tuple[str, Params]] = {
        "set_password": ("create_login_profile", user | {"password": "x"}),
        "reset_password": ("update_login_profile", user),
        "remove_password": ("delete_login_profile", user),
        "create_key": ("create_access_key", user),
        "update_key": ("update_access_key", key | {"status": "Inactive"}),
        "delete_key": ("delete_access_key", key),
        "remove_device": ("deactivate_mfa_device", user | {"serial_number": "x" * 9}),
    }
    return _page(
        name, "credentials", wanted, "describe_credentials", command("iam", "list-access-keys", user_name=name)
    )


def ldif(name: str) -> ResponseReturnValue:
    """The user's entry as it stands in the directory."""
    found = do("describe_user_entry", user_name=name)
    return render_template(
        "console/components/ldif.html",
        title=name,
        ldif=found["ldif"],
        crumbs=holders.USER.crumbs(name, "Entry as LDIF"),
    )


def _page(
    name: str, tab: str, wanted: dict[str, tuple[str, Params]], reads: str | None, aws: str
) -> ResponseReturnValue:
    """A tab: the facts above, and what its own operation tells, or why that is refused."""
    user = do("describe_user", user_name=name)["user"]
    found, problem = _read(reads, user["user_name"]) if reads else ({}, None)
    allowed = may(**wanted, **_page_calls(user))
    return render_template(
        f"console/users/{tab}.html",
        user=user,
        name=user["user_name"],
        tab=tab,
        tabs=_tabs(user["user_name"]),
        found=found,
        problem=problem,
        allowed=allowed,
        is_oneself=asker().dn == user["dn"],
        crumbs=crumbs(("Users", "console.users"), here=user["user_name"]),
        actions=_actions(user["user_name"], allowed),
        sign_in_url=sign_in_url(),
        command=aws,
    )


def _read(operation: str, name: str) -> tuple[Result, Problem | None]:
    try:
        return do(operation, user_name=name), None
    except AccessDenied as error:
        return {}, explain(error)


def _page_calls(user: dict[str, Any]) -> dict[str, tuple[str, Params]]:
    name = {"user_name": user["user_name"]}
    return {"edit": ("update_user", name), "delete": ("delete_user", name)}


def _tabs(name: str) -> list[Tab]:
    return [Tab(key, label, url_for(endpoint, name=name)) for key, label, endpoint in _TABS]


def _actions(name: str, allowed: dict[str, bool]) -> list[Action]:
    edit = url_for("console.edit_user", name=name)
    delete = url_for("console.delete_user", name=name)
    return [
        Action("Edit", edit, allowed["edit"], "iam:UpdateUser", icon="edit"),
        Action("Delete", delete, allowed["delete"], "iam:DeleteUser", "danger", "trash"),
    ]
