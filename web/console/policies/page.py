"""The page of one managed policy: what it gives, its document, its versions, its tags."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter.errors import AccessDenied
from adapter.policy import MalformedDocument, read_document
from adapter.services.access import ServiceAccess, service_accesses
from web.console.components import Action, Result, command, do, may
from web.console.documents import readable
from web.console.policies.common import (
    asked_arn,
    change_calls,
    is_system,
    name_of,
    policy_crumbs,
    policy_tabs,
    version_number,
)
from web.console.refusals import Problem, explain
from web.current import services
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/policies/policy", "policy", permissions, methods=get)
    console.add_url_rule("/policies/policy/versions", "policy_versions", versions, methods=get)
    console.add_url_rule("/policies/policy/tags", "policy_tags", tags, methods=get)
    console.add_url_rule("/policies/policy/ldif", "policy_ldif", ldif, methods=get)


def permissions() -> ResponseReturnValue:
    """What the policy gives, as a summary and as its document."""
    arn = asked_arn()
    policy = do("get_policy", policy_arn=arn)["policy"]
    text, problem = _document(arn, policy["default_version_id"])
    return policy_page(
        "permissions",
        policy,
        command("iam", "get-policy-version", policy_arn=arn, version_id=policy["default_version_id"]),
        problem,
        document=text,
        accesses=_accesses(text) if text else (),
    )


def versions() -> ResponseReturnValue:
    """The versions that are kept, newest first."""
    arn = asked_arn()
    policy = do("get_policy", policy_arn=arn)["policy"]
    found: list[dict[str, Any]] = []
    problem = None
    try:
        found = sorted(do("list_policy_versions", policy_arn=arn)["versions"], key=version_number, reverse=True)
    except AccessDenied as error:
        problem = explain(error)
    return policy_page(
        "versions", policy, command("iam", "list-policy-versions", policy_arn=arn), problem, versions=found
    )


def tags() -> ResponseReturnValue:
    """The policy's tags."""
    arn = asked_arn()
    policy = do("get_policy", policy_arn=arn)["policy"]
    return policy_page("tags", policy, command("iam", "list-policy-tags", policy_arn=arn), None)


def ldif() -> ResponseReturnValue:
    """The policy's entry as it stands in the directory."""
    arn = asked_arn()
    found = do("describe_policy_entry", policy_arn=arn)
    return render_template(
        "console/components/ldif.html",
        title=name_of(arn),
        ldif=found["ldif"],
        crumbs=policy_crumbs(arn, gettext("Entry as LDIF")),
    )


def policy_page(tab: str, policy: Result, aws: str, problem: Problem | None, **more: Any) -> str:
    """A tab of the page: the facts above, and what the tab has to show or why that is refused."""
    arn = policy["arn"]
    allowed = may(**change_calls(arn))
    return render_template(
        f"console/policies/{tab}.html",
        policy=policy,
        arn=arn,
        is_system=is_system(arn),
        tab=tab,
        tabs=policy_tabs(arn),
        problem=problem,
        allowed=allowed,
        crumbs=policy_crumbs(arn),
        actions=[] if is_system(arn) else _actions(arn, allowed),
        command=aws,
        **more,
    )


def _actions(arn: str, allowed: dict[str, bool]) -> list[Action]:
    edit, delete = url_for("console.edit_policy", arn=arn), url_for("console.delete_policy", arn=arn)
    return [
        Action(gettext("Edit"), edit, allowed["edit"], "iam:CreatePolicyVersion", icon="edit"),
        Action(gettext("Delete"), delete, allowed["delete"], "iam:DeletePolicy", "danger", "trash"),
    ]


def _document(arn: str, version_id: str) -> tuple[str, Problem | None]:
    try:
        found = do("get_policy_version", policy_arn=arn, version_id=version_id)["policy_version"]
    except AccessDenied as error:
        return "", explain(error)
    return readable(found["document"]), None


def _accesses(text: str) -> tuple[ServiceAccess, ...]:
    """The summary; nothing for a document that somebody wrote past the rules."""
    try:
        return service_accesses(read_document(text, kind="identity"), services())
    except MalformedDocument:
        return ()
