"""The page of one user: key facts, and a tab for each thing that one does with users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.errors import AccessDenied
from web.console import holders
from web.console.account.reading import unless_denied
from web.console.binding import MODES
from web.console.components import Action, Params, Permission, Result, Tab, asker, command, crumbs, do, may
from web.console.lists import Column, list_state
from web.console.refusals import Problem, explain
from web.console.secrets_once import sign_in_url
from web.throttle import Throttle

Read = Callable[[dict[str, Any]], Result]
"""Reads what a tab shows of a user."""

_SERVICE_COLUMNS = (
    Column("service", lazy_gettext("Service"), fixed=True),
    Column("last", lazy_gettext("Last attempt")),
    Column("region", lazy_gettext("Region")),
)
_TABS = (
    ("permissions", lazy_gettext("Permissions"), "console.user"),
    ("groups", lazy_gettext("Groups"), "console.user_groups"),
    ("tags", lazy_gettext("Tags"), "console.user_tags"),
    ("credentials", lazy_gettext("Security credentials"), "console.user_credentials"),
    ("access", lazy_gettext("Access"), "console.user_access"),
    ("accessed", lazy_gettext("Last accessed"), "console.user_accessed"),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/users/<name>", "user", permissions, methods=get)
    console.add_url_rule("/users/<name>/groups", "user_groups", groups, methods=get)
    console.add_url_rule("/users/<name>/tags", "user_tags", tags, methods=get)
    console.add_url_rule("/users/<name>/credentials", "user_credentials", credentials, methods=get)
    console.add_url_rule("/users/<name>/last-accessed", "user_accessed", accessed, methods=get)
    console.add_url_rule("/users/<name>/ldif", "user_ldif", ldif, methods=get)


def permissions(name: str) -> ResponseReturnValue:
    """What the user may do, and what each policy is attached via."""
    return user_page(
        name,
        "permissions",
        holders.allowed_calls(holders.USER, name)
        | {
            "bound": ("put_user_permissions_boundary", {"user_name": name, "permissions_boundary": holders.ANY_ARN}),
            "unbound": ("delete_user_permissions_boundary", {"user_name": name}),
        },
        _by("list_policies_for_user"),
        command("iam", "list-attached-user-policies", user_name=name),
    )


def groups(name: str) -> ResponseReturnValue:
    """The groups that the user is in."""
    return user_page(
        name,
        "groups",
        {
            "join": ("add_user_to_group", {"user_name": name, "group_name": "x"}),
            "leave": ("remove_user_from_group", {"user_name": name, "group_name": "x"}),
        },
        _by("list_policies_for_user"),
        command("iam", "list-groups-for-user", user_name=name),
    )


def tags(name: str) -> ResponseReturnValue:
    """The user's tags."""
    wanted: dict[str, tuple[str, Params]] = {
        "tag": ("tag_user", {"user_name": name, "tags": []}),
        "untag": ("untag_user", {"user_name": name, "tag_keys": ["x"]}),
    }
    return user_page(name, "tags", wanted, None, command("iam", "list-user-tags", user_name=name))


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
        "bind": ("update_user_bind_settings", user),
    }

    def binding() -> Result:
        found: Result = do("get_user_bind_settings", user_name=name)["bind_settings"]
        return found

    aws = command("iam", "list-access-keys", user_name=name)
    bound, _ = unless_denied(binding)
    return user_page(name, "credentials", wanted, _by("describe_credentials"), aws, bound=bound, modes=MODES)


def accessed(name: str) -> ResponseReturnValue:
    """The services that the user may use, and when each was last tried; what was never used can be taken away."""
    state = list_state("accessed", "console.user_accessed", _SERVICE_COLUMNS, name=name)

    def read(user: dict[str, Any]) -> Result:
        job = do("generate_service_last_accessed_details", arn=user["arn"])["job_id"]
        return do("get_service_last_accessed_details", job_id=job, marker=state.marker, max_items=state.size)

    aws = command("iam", "generate-service-last-accessed-details", arn="ARN")
    return user_page(name, "accessed", {}, read, aws, state=state)


def ldif(name: str) -> ResponseReturnValue:
    """The user's entry as it stands in the directory."""
    found = do("describe_user_entry", user_name=name)
    return render_template(
        "console/components/ldif.html",
        title=name,
        ldif=found["ldif"],
        crumbs=holders.USER.crumbs(name, gettext("Entry as LDIF")),
    )


def user_page(
    name: str, tab: str, wanted: dict[str, tuple[str, Params]], read: Read | None, aws: str, **more: object
) -> ResponseReturnValue:
    """A tab: the facts above, and what its own operation tells, or why that is refused."""
    user = do("describe_user", user_name=name)["user"]
    found, problem = _tried(read, user) if read else ({}, None)
    allowed = may(**wanted, **_page_calls(user))
    return render_template(
        f"console/users/{tab}.html",
        user=user,
        name=user["user_name"],
        tab=tab,
        tabs=user_tabs(user["user_name"]),
        found=found,
        problem=problem,
        allowed=allowed,
        is_oneself=asker().dn == user["dn"],
        crumbs=crumbs((gettext("Users"), "console.users"), here=user["user_name"]),
        actions=_actions(user["user_name"], allowed),
        sign_in_url=sign_in_url(),
        command=aws,
        **more,
    )


def _by(operation: str) -> Read:
    """Reads what an operation answers about the user."""
    return lambda user: do(operation, user_name=user["user_name"])


def _tried(read: Read, user: dict[str, Any]) -> tuple[Result, Problem | None]:
    try:
        return read(user), None
    except AccessDenied as error:
        return {}, explain(error)


def _page_calls(user: dict[str, Any]) -> dict[str, tuple[str, Params]]:
    name = {"user_name": user["user_name"]}
    return {"edit": ("update_user", name), "delete": ("delete_user", name)}


def user_tabs(name: str) -> list[Tab]:
    """The tabs of a user's page."""
    return [Tab(key, label, url_for(endpoint, name=name)) for key, label, endpoint in _TABS]


def _actions(name: str, allowed: dict[str, Permission]) -> list[Action]:
    edit = url_for("console.edit_user", name=name)
    delete = url_for("console.delete_user", name=name)
    return [
        Action(gettext("Edit"), edit, allowed["edit"], "iam:UpdateUser", icon="edit"),
        Action(gettext("Delete"), delete, allowed["delete"], "iam:DeleteUser", "danger", "trash"),
    ]
