"""Adding an identity provider of either kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from web.console.components import crumbs, do
from web.console.providers.forms import NewOidcProvider, NewSamlProvider
from web.console.providers.kinds import KINDS, OIDC, Kind
from web.console.refusals import Problem, attempt, beside, status_of
from web.throttle import Throttle

_FIELDS = {
    "oidc": {"EntityAlreadyExists": "url", "ValidationError": "url", "OpenIdIdpCommunicationError": "url"},
    "saml": {"EntityAlreadyExists": "provider_name", "InvalidInput": "metadata", "ValidationError": "metadata"},
}
"""Beside which field an error is said, by its code."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    address = "/create-provider/<any(oidc,saml):kind>"
    console.add_url_rule(address, "create_provider", create, methods=["GET", "POST"])


def create(kind: str) -> ResponseReturnValue:
    """Makes a provider known to the account."""
    chosen = KINDS[kind]
    form = NewOidcProvider() if chosen is OIDC else NewSamlProvider()
    problem = None
    is_valid = form.validate_on_submit()
    params = _params(form) if form.is_submitted() else {}
    if is_valid and not form.errors:
        made: dict[str, str] = {}
        problem = attempt(lambda: made.update(_make(chosen, params)))
        problem = beside(form, problem, **_FIELDS[kind])
        if made:
            flash(gettext("The provider has been added. Let a role trust it next."), "success")
            return redirect(url_for("console.provider", arn=made["arn"]))
    return _page(chosen, form, problem)


def _params(form: NewOidcProvider | NewSamlProvider) -> dict[str, Any]:
    if isinstance(form, NewOidcProvider):
        prints = form.wanted_thumbprints()
        more = {"thumbprint_list": prints} if prints else {}
        return {"url": form.url.data, "client_id_list": form.wanted_audiences(), **more}
    return {"name": form.provider_name.data, "saml_metadata_document": form.document()}


def _make(kind: Kind, params: dict[str, Any]) -> dict[str, str]:
    return {"arn": do(kind.operation("create"), **params)[f"{kind.noun}_arn"]}


def _page(kind: Kind, form: FlaskForm, problem: Problem | None) -> ResponseReturnValue:
    options = (
        {"url": "URL", "client_id_list": "CLIENT_ID"}
        if kind is OIDC
        else {"name": "NAME", "saml_metadata_document": "file://metadata.xml"}
    )
    page = render_template(
        "console/providers/form.html",
        form=form,
        problem=problem,
        is_new=True,
        title=kind.adding,
        verb=gettext("Add provider"),
        cancel_url=url_for("console.providers"),
        crumbs=crumbs((gettext("Identity providers"), "console.providers"), here=str(kind.adding)),
        command=kind.command("create", **options),
    )
    return page, status_of(form, problem)
