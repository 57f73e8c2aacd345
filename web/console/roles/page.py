"""The page of one role: what it may do, who may assume it, its tags."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter.errors import AccessDenied
from web.console import fields, holders
from web.console.components import Action, Params, Permission, Tab, asker, command, crumbs, do, may
from web.console.documents import readable
from web.console.refusals import Problem, explain
from web.console.roles.forms import DURATIONS
from web.console.roles.trust import needs_external_id, trusted_by
from web.throttle import Throttle

_TABS = (
    ("permissions", lazy_gettext("Permissions"), "console.role"),
    ("trust", lazy_gettext("Trust relationships"), "console.role_trust"),
    ("tags", lazy_gettext("Tags"), "console.role_tags"),
)
_LINKED = "/aws-service-role/"


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/roles/<name>", "role", permissions, methods=get)
    console.add_url_rule("/roles/<name>/trust", "role_trust", trust, methods=get)
    console.add_url_rule("/roles/<name>/tags", "role_tags", tags, methods=get)
    console.add_url_rule("/roles/<name>/ldif", "role_ldif", ldif, methods=get)


def permissions(name: str) -> ResponseReturnValue:
    """What whoever assumes the role may do."""
    wanted = holders.allowed_calls(holders.ROLE, name) | {
        "bound": ("put_role_permissions_boundary", {"role_name": name, "permissions_boundary": holders.ANY_ARN}),
        "unbound": ("delete_role_permissions_boundary", {"role_name": name}),
    }
    found: dict[str, Any] = {}
    problem = None
    try:
        found = do("list_policies_for_role", role_name=name)
    except AccessDenied as error:
        problem = explain(error)
    aws = command("iam", "list-attached-role-policies", role_name=name)
    return _page(name, "permissions", wanted, aws, problem, found=found)


def trust(name: str) -> ResponseReturnValue:
    """Who may assume the role, and what for."""
    wanted: dict[str, tuple[str, Params]] = {
        "trust": ("update_assume_role_policy", {"role_name": name, "policy_document": "{}"})
    }
    return _page(name, "trust", wanted, command("iam", "get-role", role_name=name))


def tags(name: str) -> ResponseReturnValue:
    """The role's tags."""
    wanted: dict[str, tuple[str, Params]] = {
        "tag": ("tag_role", {"role_name": name, "tags": []}),
        "untag": ("untag_role", {"role_name": name, "tag_keys": ["x"]}),
    }
    return _page(name, "tags", wanted, command("iam", "list-role-tags", role_name=name))


def ldif(name: str) -> ResponseReturnValue:
    """The role's entry as it stands in the directory."""
    found = do("describe_role_entry", role_name=name)
    above = holders.ROLE.crumbs(name, gettext("Entry as LDIF"))
    return render_template("console/components/ldif.html", title=name, ldif=found["ldif"], crumbs=above)


def session_words(seconds: int) -> fields.Text:
    """How long a session lasts, in words."""
    known = dict(DURATIONS).get(str(seconds))
    return known or gettext("%(num)s minutes", num=seconds // 60)


def _page(
    name: str,
    tab: str,
    wanted: dict[str, tuple[str, Params]],
    aws: str,
    problem: Problem | None = None,
    **more: Any,
) -> ResponseReturnValue:
    role = do("get_role", role_name=name)["role"]
    name = role["role_name"]
    edited = {"role_name": name, "max_session_duration": 3600}
    allowed = may(**wanted, edit=("update_role", edited), delete=("delete_role", {"role_name": name}))
    is_linked = role["path"].startswith(_LINKED)
    return render_template(
        f"console/roles/{tab}.html",
        role=role,
        name=name,
        is_linked=is_linked,
        tab=tab,
        tabs=[Tab(key, label, url_for(endpoint, name=name)) for key, label, endpoint in _TABS],
        trusted=trusted_by(role["assume_role_policy_document"], asker().account_id),
        needs_external_id=needs_external_id(role["assume_role_policy_document"]),
        document=readable(role["assume_role_policy_document"]),
        session=session_words(role["max_session_duration"]),
        problem=problem,
        allowed=dict.fromkeys(allowed, False) if is_linked else allowed,
        crumbs=crumbs((gettext("Roles"), "console.roles"), here=name),
        actions=[] if is_linked else _actions(name, allowed),
        command=aws,
        **more,
    )


def _actions(name: str, allowed: dict[str, Permission]) -> list[Action]:
    edit, delete = url_for("console.edit_role", name=name), url_for("console.delete_role", name=name)
    return [
        Action(gettext("Edit"), edit, allowed["edit"], "iam:UpdateRole", icon="edit"),
        Action(gettext("Delete"), delete, allowed["delete"], "iam:DeleteRole", "danger", "trash"),
    ]
