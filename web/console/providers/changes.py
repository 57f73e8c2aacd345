"""Changing and deleting an identity provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from web.console import fields
from web.console.components import Params, Result, do
from web.console.providers.forms import OidcSettings, SamlSettings
from web.console.providers.kinds import OIDC, Kind, asked_provider, name_of, provider_crumbs
from web.console.refusals import Problem, attempt, beside, status_of
from web.console.tagging import Tagged, edit_tags
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both, base = ["GET", "POST"], "/providers/provider"
    console.add_url_rule(f"{base}/edit", "edit_provider", edit, methods=both)
    console.add_url_rule(f"{base}/tags", "edit_provider_tags", tags, methods=both)
    console.add_url_rule(f"{base}/delete", "delete_provider", delete, methods=both)


def edit() -> ResponseReturnValue:
    """Changes what the provider's tokens or assertions are held to."""
    kind, arn = asked_provider()
    found = do(kind.operation("get"), **kind.named(arn))
    form = _form(kind, found)
    problem = None
    if form.validate_on_submit():
        steps = list(_steps(kind, arn, found, form))
        problem = None if form.errors else _each(steps)
        problem = beside(form, problem, **({} if kind is OIDC else {"InvalidInput": "metadata"}))
        if problem is None and not form.errors:
            flash(gettext("The provider %(name)s has been saved.", name=name_of(arn)), "success")
            return redirect(url_for("console.provider", arn=arn))
    page = render_template(
        "console/providers/form.html",
        form=form,
        problem=problem,
        is_new=False,
        title=gettext("Edit %(name)s", name=name_of(arn)),
        verb=gettext("Save provider"),
        cancel_url=url_for("console.provider", arn=arn),
        crumbs=provider_crumbs(arn, gettext("Edit")),
        command=kind.command("get", **kind.named(arn)),
    )
    return page, status_of(form, problem)


def tags() -> ResponseReturnValue:
    """Adds, changes and removes tags."""
    kind, arn = asked_provider()
    present = do(kind.operation("get"), **kind.named(arn)).get("tags", [])
    back, above = url_for("console.provider", arn=arn), provider_crumbs(arn, gettext("Edit tags"))
    what = Tagged(kind=kind.noun, named=kind.named(arn), title=name_of(arn), back=back, crumbs=above)
    return edit_tags(what, present)


def delete() -> ResponseReturnValue:
    """Deletes a provider once its name has been typed."""
    kind, arn = asked_provider()
    do(kind.operation("get"), **kind.named(arn))
    name = name_of(arn)
    form, problem = fields.TypedConfirmation(), None
    if form.validate_on_submit() and fields.is_typed(form, name):
        problem = attempt(do, kind.operation("delete"), **kind.named(arn))
        if problem is None:
            flash(gettext("The provider %(name)s has been deleted.", name=name), "success")
            return redirect(url_for("console.providers"))
    page = render_template(
        "console/providers/delete.html",
        form=form,
        problem=problem,
        title=gettext("Delete the provider %(name)s?", name=name),
        verb=gettext("Delete provider"),
        name=name,
        cancel_url=url_for("console.provider", arn=arn),
        crumbs=provider_crumbs(arn, gettext("Delete")),
        command=kind.command("delete", **kind.named(arn)),
    )
    return page, status_of(form, problem)


def _form(kind: Kind, found: Result) -> FlaskForm:
    if kind is not OIDC:
        return SamlSettings(data={"metadata": found["saml_metadata_document"]})
    lines = {"audiences": found["client_id_list"], "thumbprints": found["thumbprint_list"]}
    return OidcSettings(data={name: "\n".join(each) for name, each in lines.items()})


def _steps(kind: Kind, arn: str, found: Result, form: Any) -> Iterator[tuple[str, Params]]:
    """The operations that make the provider what the form says; none where it is that already."""
    named = kind.named(arn)
    if kind is not OIDC:
        document = form.document()
        if document != found["saml_metadata_document"]:
            yield "update_saml_provider", named | {"saml_metadata_document": document}
        return
    present, wanted = found["client_id_list"], form.wanted_audiences()
    for client in wanted:
        if client not in present:
            yield "add_client_id_to_open_id_connect_provider", named | {"client_id": client}
    for client in present:
        if client not in wanted:
            yield "remove_client_id_from_open_id_connect_provider", named | {"client_id": client}
    prints = form.wanted_thumbprints()
    if prints and sorted(prints) != found["thumbprint_list"]:
        yield "update_open_id_connect_provider_thumbprint", named | {"thumbprint_list": prints}


def _each(steps: list[tuple[str, Params]]) -> Problem | None:
    for number, (operation, params) in enumerate(steps):
        problem = attempt(do, operation, **params)
        if problem:
            return replace(problem, unchanged=number == 0)
    return None
