"""The list of services."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import Action, Tab, crumbs, do, may_some
from web.console.lists import SIZES, Column, list_state
from web.console.services.common import REGISTER, operator_command
from web.throttle import Throttle

_COLUMNS = (
    Column("title", lazy_gettext("Service"), fixed=True),
    Column("source", lazy_gettext("Source")),
    Column("actions", lazy_gettext("Actions")),
    Column("kinds", lazy_gettext("Resource types")),
    Column("registered", lazy_gettext("Registered")),
)
_SCOPES = {
    "all": (None, lazy_gettext("All services")),
    "registered": ("Registered", lazy_gettext("Registered")),
    "shipped": ("Shipped", lazy_gettext("Shipped")),
}


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/services", "services", services, methods=["GET"], defaults={"scope": "all"})
    console.add_url_rule("/services/of/<any(registered,shipped):scope>", "services", services, methods=["GET"])


def services(scope: str) -> ResponseReturnValue:
    """Shows services, all of them or those from one source, or those in whose name or prefix a text is found."""
    state = list_state("services", "console.services", _COLUMNS, scope=scope)
    source, _ = _SCOPES[scope]
    text = state.text or None
    found = do("list_services", text=text, source=source, marker=state.marker, max_items=state.size)
    allowed = may_some(register=REGISTER)["register"]
    register = Action(
        gettext("Register service"),
        url_for("console.register_service"),
        allowed,
        "bindery:RegisterService",
        "primary",
        "plus",
    )
    return render_template(
        "console/services/list.html",
        state=state,
        found=found,
        sizes=SIZES,
        scope=scope,
        scopes=[Tab(key, label, url_for("console.services", scope=key)) for key, (_, label) in _SCOPES.items()],
        crumbs=crumbs(here=gettext("Services")),
        actions=[register] if found["can_change"] else [],
        operator=operator_command("list"),
        register_command=operator_command("register", "FILE"),
    )
