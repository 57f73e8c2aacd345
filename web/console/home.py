"""The home page: who am I, and what gives me which permissions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from adapter import CallerKind
from web.console.access_graph import Way, draw
from web.current import context, iam
from web.throttle import Throttle

Policy = dict[str, Any]
"""A policy as `describe_caller` answers it."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/", "home", home, methods=["GET"])


def home() -> ResponseReturnValue:
    """Shows the caller, their groups and the policies that reach them."""
    caller = current_user.caller
    found = iam().execute(caller, "describe_caller", {}, context())
    reaching = [policy for policy in found["policies"] if not policy["boundary"]]
    ways = [Way(_identity(policy), policy["policy_name"], policy["via"]) for policy in reaching]
    return render_template(
        "console/home.html",
        caller=caller,
        is_root=caller.kind is CallerKind.ROOT,
        account=found["account"],
        user=found.get("user"),
        groups=found["groups"],
        policies=_merged(reaching),
        boundary=next((policy for policy in found["policies"] if policy["boundary"]), None),
        picture=draw(caller.name, {group["group_name"]: _label(group) for group in found["groups"]}, ways),
    )


def _label(group: dict[str, Any]) -> str:
    return str(group.get("display_name") or group["group_name"])


def _identity(policy: Policy) -> str:
    """Tells policies apart: an inline one has no ARN and belongs to its holder."""
    return policy["policy_arn"] or f"{policy['via']} {policy['policy_name']}"


def _merged(reaching: list[Policy]) -> list[dict[str, Any]]:
    """One row a policy, however many ways it comes by."""
    ways: dict[str, list[Policy]] = {}
    for policy in reaching:
        ways.setdefault(_identity(policy), []).append(policy)
    return [{"policy": same[0], "via": [policy["via"] for policy in same]} for same in ways.values()]
