"""What the pages about one managed policy have in common: its address, the way to it, what may be done."""

from __future__ import annotations

from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext, lazy_gettext

from web.console.components import Crumb, Params, Tab

SYSTEM_ARN = "arn:aws:iam::aws:"
TABS = (
    ("permissions", lazy_gettext("Permissions"), "console.policy"),
    ("entities", lazy_gettext("Entities using it"), "console.policy_entities"),
    ("versions", lazy_gettext("Versions"), "console.policy_versions"),
    ("tags", lazy_gettext("Tags"), "console.policy_tags"),
)


def asked_arn() -> str:
    """The policy that this page is about."""
    arn = request.args.get("arn", "")
    if not (arn.startswith("arn:") and 20 <= len(arn) <= 2048):
        abort(404)
    return arn


def is_system(arn: str) -> bool:
    """Whether a policy is system-defined, so that nobody changes it."""
    return arn.startswith(SYSTEM_ARN)


def name_of(arn: str) -> str:
    """A policy's name."""
    return arn.rpartition("/")[2]


def policy_crumbs(arn: str, here: str = "") -> tuple[Crumb, ...]:
    """The way to a policy's page, or to one below it."""
    above = Crumb(gettext("Policies"), url_for("console.policies"))
    if not here:
        return above, Crumb(name_of(arn))
    return above, Crumb(name_of(arn), url_for("console.policy", arn=arn)), Crumb(here)


def policy_tabs(arn: str) -> list[Tab]:
    """The tabs of a policy's page; system-defined policies have no tags."""
    return [
        Tab(key, label, url_for(endpoint, arn=arn))
        for key, label, endpoint in TABS
        if key != "tags" or not is_system(arn)
    ]


def change_calls(arn: str) -> dict[str, tuple[str, Params]]:
    """What a policy's page asks `may` about."""
    named = {"policy_arn": arn}
    return {
        "edit": ("create_policy_version", named | {"policy_document": "{}"}),
        "delete": ("delete_policy", named),
        "default": ("set_default_policy_version", named | {"version_id": "v1"}),
        "delete_version": ("delete_policy_version", named | {"version_id": "v1"}),
        "tag": ("tag_policy", named | {"tags": []}),
        "untag": ("untag_policy", named | {"tag_keys": ["x"]}),
    }


def version_number(version: dict[str, Any]) -> int:
    """A version's number, for sorting."""
    return int(version["version_id"][1:])
