"""The policy simulator: what somebody may do, tried without doing it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter import IamError
from web.console.access.simulation import (
    KINDS,
    MOST_ACTIONS,
    TYPES,
    Key,
    Outcome,
    expanded,
    resource_forms,
    service_choices,
    simulate,
    suggested_keys,
)
from web.console.components import command, crumbs, do, may
from web.console.refusals import Problem, explain
from web.throttle import Throttle

_MOST_KEYS = 40
_MOST_LINES = 400
_SPARE_KEYS = 1


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/access/simulator", "simulator", simulator, methods=["GET"])


def simulator() -> ResponseReturnValue:
    """Asks for a principal, actions, resources and circumstances, and tells what would be decided and by what."""
    kind, name = request.args.get("kind", "user"), request.args.get("name", "").strip()[:128]
    kind = kind if kind in KINDS else "user"
    patterns, services = _lines("actions"), [each for each in request.args.getlist("service") if each]
    resources, keys = _lines("resources"), _given_keys()
    arn, problem = _arn(kind, name) if name else (None, None)
    actions, unknown = expanded(patterns, services)
    if arn and not problem:
        keys = suggested_keys(arn, keys, name if kind == "user" else None, fill=not request.args.getlist("key"))
    outcomes, refused = _tried(arn, actions, resources, keys)
    problem = refused or problem
    page = render_template(
        "console/access/simulator.html",
        kind=kind,
        kinds=KINDS,
        name=name,
        arn=arn,
        patterns=patterns,
        chosen_services=services,
        services=service_choices(),
        resources=resources,
        resource_forms=resource_forms(actions),
        keys=[*keys, *([Key("")] * _SPARE_KEYS)],
        types=TYPES,
        outcomes=outcomes,
        allowed_count=sum(outcome.is_allowed for outcome in outcomes),
        unknown=unknown,
        is_cut=len(actions) > MOST_ACTIONS,
        problem=problem,
        can_ask=may(simulate=("simulate_principal_policy", _example(arn)))["simulate"],
        crumbs=crumbs(here=gettext("Policy simulator")),
        command=command(
            "iam", "simulate-principal-policy", policy_source_arn=arn or "ARN", action_names=actions[:3] or "ACTION"
        ),
    )
    return page, problem.status if problem else 200


def _tried(
    arn: str | None, actions: Sequence[str], resources: Sequence[str], keys: Sequence[Key]
) -> tuple[list[Outcome], Problem | None]:
    """What would be decided, once it is known about whom and what, or why that may not be asked."""
    if not arn or not actions:
        return [], None
    try:
        return simulate(arn, actions[:MOST_ACTIONS], resources, keys), None
    except IamError as error:
        return [], explain(error)


def _example(arn: str | None) -> dict[str, object]:
    """Parameters for asking whether the reader may simulate at all."""
    return {"policy_source_arn": arn or "arn:aws:iam::123456789012:user/x", "action_names": ["iam:GetUser"]}


def _lines(name: str) -> list[str]:
    text = request.args.get(name, "").replace(",", "\n") if name == "actions" else request.args.get(name, "")
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[:_MOST_LINES]


def _given_keys() -> list[Key]:
    parts = (request.args.getlist(part) for part in ("key", "type", "values"))
    rows = zip(*parts, strict=False)
    return [
        Key(name.strip(), kind if kind in TYPES else "string", values)
        for name, kind, values in rows
        if name.strip() and values.strip()
    ][:_MOST_KEYS]


def _arn(kind: str, name: str) -> tuple[str | None, Problem | None]:
    """The ARN of whom is asked about; an ARN can be entered as well."""
    if name.startswith("arn:"):
        return name, None
    try:
        found = do(f"get_{kind}", **{f"{kind}_name": name})
    except IamError as error:
        return None, explain(error)
    return str(found[kind]["arn"]), None
