"""The home page: who am I, and what gives me which permissions?"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from adapter.caller import CallerKind
from web.console.access_graph import draw
from web.current import context, iam
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/", "home", home, methods=["GET"])


def home() -> ResponseReturnValue:
    """Shows the caller, their groups and the policies that reach them."""
    caller = current_user.caller
    found = iam().execute(caller, "describe_caller", {}, context())
    reaching = [policy for policy in found["policies"] if not policy.boundary]
    boundary = next((policy for policy in found["policies"] if policy.boundary), None)
    picture = draw(caller.name, [group.group_name for group in found["groups"]], [(p.policy_name, p.via) for p in reaching])
    return render_template(
        "console/home.html",
        caller=caller,
        is_root=caller.kind is CallerKind.ROOT,
        account=found["account"],
        user=found["user"],
        groups=found["groups"],
        policies=_merged(reaching),
        boundary=boundary,
        picture=picture,
    )


def _merged(reaching: list) -> list[dict[str, object]]:
    """One row a policy, however many ways it comes by."""
    rows: dict[tuple[str, str | None, str], dict[str, object]] = {}
    for policy in reaching:
        own = policy.via if policy.kind == "inline" else ""
        row = rows.setdefault((policy.policy_name, policy.policy_arn, own), {"policy": policy, "via": []})
        row["via"].append(policy.via)
    return list(rows.values())
