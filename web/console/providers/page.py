"""The page of one identity provider."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console.components import Action, Params, crumbs, do, may
from web.console.providers.kinds import OIDC, SAML, Kind, asked_provider, name_of, provider_crumbs
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/providers/provider", "provider", provider, methods=["GET"])
    console.add_url_rule("/providers/provider/ldif", "provider_ldif", ldif, methods=["GET"])


def provider() -> ResponseReturnValue:
    """Key facts, what its tokens or assertions are held to, tags."""
    kind, arn = asked_provider()
    found = do(kind.operation("get"), **kind.named(arn))
    allowed = may(**_calls(kind, arn))
    edit, delete = url_for("console.edit_provider", arn=arn), url_for("console.delete_provider", arn=arn)
    change = "UpdateSAMLProvider" if kind is SAML else "AddClientIDToOpenIDConnectProvider"
    return render_template(
        "console/providers/page.html",
        kind=kind,
        arn=arn,
        name=name_of(arn),
        found=found,
        tags=found.get("tags", []),
        is_saml=kind is SAML,
        allowed=allowed,
        actions=[
            Action(gettext("Edit"), edit, allowed["edit"], f"iam:{change}", icon="edit"),
            Action(gettext("Delete"), delete, allowed["delete"], f"iam:Delete{kind.action}", "danger", "trash"),
        ],
        crumbs=crumbs((gettext("Identity providers"), "console.providers"), here=name_of(arn)),
        command=kind.command("get", **kind.named(arn)),
    )


def ldif() -> ResponseReturnValue:
    """The provider's entry as it stands in the directory."""
    kind, arn = asked_provider()
    found = do(f"describe_{kind.noun}_entry", **kind.named(arn))
    return render_template(
        "console/components/ldif.html",
        title=name_of(arn),
        ldif=found["ldif"],
        crumbs=provider_crumbs(arn, gettext("Entry as LDIF")),
    )


def _calls(kind: Kind, arn: str) -> dict[str, tuple[str, Params]]:
    named = kind.named(arn)
    edit: tuple[str, Params] = (
        ("add_client_id_to_open_id_connect_provider", named | {"client_id": "x"})
        if kind is OIDC
        else (kind.operation("update"), named | {"saml_metadata_document": "x" * 1000})
    )
    return {
        "edit": edit,
        "delete": (kind.operation("delete"), named),
        "tag": (kind.operation("tag"), named | {"tags": []}),
        "untag": (kind.operation("untag"), named | {"tag_keys": ["x"]}),
    }
