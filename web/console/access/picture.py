"""The access of one user as a picture: through which groups and policies it reaches which services."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from adapter.errors import AccessDenied
from adapter.policy import MalformedDocument, read_document
from adapter.services.access import ServiceAccess, service_accesses
from web.console.access_graph import Reached, Way, draw
from web.console.components import Result, command, crumbs, do, may
from web.console.policies.words import service_title
from web.console.refusals import explain
from web.console.users.page import user_tabs
from web.current import services
from web.throttle import Throttle

_MOST_SERVICES = 6
"""A policy that speaks of more services gets one box for all of them; the table names each."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/users/<name>/access", "user_access", access, methods=["GET"])


def access(name: str) -> ResponseReturnValue:
    """From the user over groups and policies to services."""
    user = do("describe_user", user_name=name)["user"]
    found: Result = {"policies": [], "groups": [], "boundary": None}
    problem = None
    try:
        found = do("describe_reach", policy_source_arn=user["arn"])
    except AccessDenied as error:
        problem = explain(error)
    rows = [(policy, _accesses(policy["document"])) for policy in found["policies"]]
    groups = {group["group_name"]: group["display_name"] for group in found["groups"]}
    ways = [Way(_identity(policy), policy["policy_name"], policy["via"]) for policy, _ in rows]
    reached = [one for policy, accesses in rows for one in _reached(_identity(policy), accesses)]
    example = {"policy_source_arn": user["arn"], "action_names": ["iam:GetUser"]}
    return render_template(
        "console/access/user.html",
        user=user,
        name=user["user_name"],
        tab="access",
        tabs=user_tabs(user["user_name"]),
        problem=problem,
        rows=rows,
        groups=groups,
        boundary=found["boundary"],
        picture=draw(user["user_name"], groups, ways, reached),
        can_simulate=may(simulate=("simulate_principal_policy", example))["simulate"],
        crumbs=crumbs((gettext("Users"), "console.users"), here=user["user_name"]),
        command=command("iam", "list-policies-granting-service-access", arn=user["arn"], service_namespaces="SERVICE"),
    )


def _identity(policy: dict[str, Any]) -> str:
    """Tells policies apart: an inline one has no ARN and belongs to its holder."""
    return str(policy["policy_arn"] or f"{policy['via']} {policy['policy_name']}")


def _accesses(document: str) -> tuple[ServiceAccess, ...]:
    try:
        return service_accesses(read_document(document, kind="identity"), services())
    except MalformedDocument:
        return ()


def _reached(policy: str, accesses: tuple[ServiceAccess, ...]) -> list[Reached]:
    if len(accesses) > _MOST_SERVICES:
        return [Reached(policy, ngettext("%(num)s service", "%(num)s services", len(accesses)), allows=True)]
    return [Reached(policy, service_title(each), allows=each.allows) for each in accesses]
