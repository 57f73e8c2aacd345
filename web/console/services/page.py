"""The page of one service: key facts, its actions, its resources and condition keys, the policies that name it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter.errors import AccessDenied
from adapter.services.definition import AccessLevel
from web.console.components import Action, Result, crumbs, do, may
from web.console.lists import SIZES, Column, list_state
from web.console.policies.words import PLACES
from web.console.refusals import explain
from web.console.services.common import operator_command, service_crumbs, service_tabs
from web.throttle import Throttle

_OPEN_UP_TO = 60
"""Actions of a service with more are folded, level by level."""
_LONGEST_SEARCH = 128


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    get = ["GET"]
    console.add_url_rule("/services/<prefix>", "service", actions, methods=get)
    console.add_url_rule("/services/<prefix>/resources", "service_resources", resources, methods=get)
    console.add_url_rule("/services/<prefix>/policies", "service_policies", policies, methods=get)
    console.add_url_rule("/services/<prefix>/ldif", "service_ldif", ldif, methods=get)
    console.add_url_rule("/services/<prefix>/definition.json", "service_definition", definition, methods=get)


def actions(prefix: str) -> ResponseReturnValue:
    """The actions by what kind of access they give, all of them or those in whose name a text is found."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    found = do("get_service", prefix=prefix)
    every = found["service"].get("actions", [])
    chosen = [each for each in every if text.casefold() in each["name"].casefold()]
    levels = {level: [each for each in chosen if each["access_level"] == level] for level in AccessLevel}
    return _page(
        found,
        "actions",
        text=text,
        chosen=chosen,
        levels={level: those for level, those in levels.items() if those},
        is_open=bool(text) or len(chosen) <= _OPEN_UP_TO,
        has_kinds=any(each["resource_types"] for each in chosen),
        has_keys=any(each["condition_keys"] for each in chosen),
    )


def resources(prefix: str) -> ResponseReturnValue:
    """What ARNs of its resources look like, its condition keys, and where it is."""
    found = do("get_service", prefix=prefix)
    codes = found["service"].get("regions", [])
    return _page(found, "resources", regions=[(code, PLACES.get(code)) for code in codes])


def policies(prefix: str) -> ResponseReturnValue:
    """The managed policies that name the service."""
    found = do("get_service", prefix=prefix)
    state = list_state("naming", "console.service_policies", (Column("name", gettext("Policy")),), prefix=prefix)
    named, problem = {}, None
    try:
        named = do("list_policies_naming_service", prefix=prefix, marker=state.marker, max_items=state.size)
    except AccessDenied as error:
        problem = explain(error)
    return _page(found, "policies", named=named, problem=problem, state=state, sizes=SIZES)


def ldif(prefix: str) -> ResponseReturnValue:
    """The service's entry as it stands in the directory."""
    found = do("describe_service_entry", prefix=prefix)
    return render_template(
        "console/components/ldif.html",
        title=prefix,
        ldif=found["ldif"],
        crumbs=service_crumbs(prefix, prefix, gettext("Entry as LDIF")),
    )


def definition(prefix: str) -> ResponseReturnValue:
    """What the service says of itself, as a file that can be registered again."""
    table = json.loads(do("get_service", prefix=prefix)["service"].get("definition", "{}"))
    return Response(
        json.dumps(table, indent=2, ensure_ascii=False) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{prefix}.json"'},
    )


def _page(found: Result, tab: str, **more: object) -> ResponseReturnValue:
    service = found["service"]
    prefix = service["prefix"]
    return render_template(
        f"console/services/{tab}.html",
        service=service,
        prefix=prefix,
        tab=tab,
        tabs=service_tabs(prefix),
        crumbs=crumbs((gettext("Services"), "console.services"), here=service["title"]),
        actions=_actions(service) if found["can_change"] and service["can_be_registered"] else [],
        operator=operator_command("register", f"{prefix}.json") if service["can_be_registered"] else None,
        **more,
    )


def _actions(service: Result) -> list[Action]:
    prefix = service["prefix"]
    allowed = may(
        register=("register_service", {"prefix": prefix, "definition": "{}"}),
        remove=("deregister_service", {"prefix": prefix}),
    )
    words = gettext("Change definition") if service["is_registered"] else gettext("Register a definition")
    register = url_for("console.register_service", prefix=prefix)
    change = Action(words, register, allowed["register"], "bindery:RegisterService", icon="edit")
    remove = Action(
        gettext("Remove"),
        url_for("console.remove_service", prefix=prefix),
        allowed["remove"],
        "bindery:DeregisterService",
        "danger",
        "trash",
    )
    return [change, remove] if service["is_registered"] else [change]
