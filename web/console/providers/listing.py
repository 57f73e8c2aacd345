"""The list of identity providers."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.components import Action, Params, command, crumbs, do, may_some
from web.console.providers.kinds import KINDS, OIDC, SAML, name_of
from web.throttle import Throttle

_ANY: dict[str, tuple[str, Params]] = {
    OIDC.key: (OIDC.operation("create"), {"url": "https://provider.example"}),
    SAML.key: (SAML.operation("create"), {"name": "x", "saml_metadata_document": "x" * 1000}),
}
"""Stands for any provider where it is only asked whether somebody may add some."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/providers", "providers", providers, methods=["GET"])


def providers() -> ResponseReturnValue:
    """Shows the providers of both kinds."""
    found = [
        {"name": name_of(each["arn"]), "arn": each["arn"], "kind": kind.title, "valid_until": each.get("valid_until")}
        for kind, member in ((OIDC, "open_id_connect_provider_list"), (SAML, "saml_provider_list"))
        for each in do(kind.operation("list") + "s")[member]
    ]
    allowed = may_some(**_ANY)
    return render_template(
        "console/providers/list.html",
        found=sorted(found, key=lambda each: each["name"].casefold()),
        actions=[
            Action(
                str(kind.adding),
                url_for("console.create_provider", kind=kind.key),
                allowed[kind.key],
                f"iam:Create{kind.action}",
                "primary" if kind is OIDC else "plain",
                "plus",
            )
            for kind in reversed(KINDS.values())
        ],
        crumbs=crumbs(here=gettext("Identity providers")),
        command=command("iam", "list-open-id-connect-providers"),
        create_command=OIDC.command("create", url="URL", client_id_list="CLIENT_ID"),
    )
