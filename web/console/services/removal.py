"""Removing what is registered of a service."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField
from wtforms.validators import Regexp

from adapter.errors import AccessDenied, NoSuchEntity
from web.console import fields
from web.console.components import do
from web.console.refusals import attempt
from web.console.services.common import operator_command, service_crumbs
from web.throttle import Throttle


class RemovalForm(fields.TypedConfirmation):
    """The prefix, typed, and which definition it was typed for."""

    revision_id = HiddenField(validators=[Regexp("^[0-9a-f]{64}$")])


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/services/<prefix>/remove", "remove_service", remove, methods=["GET", "POST"])


def remove(prefix: str) -> ResponseReturnValue:
    """Removes what is registered of a service once its prefix has been typed."""
    service = do("get_service", prefix=prefix)["service"]
    if not service["is_registered"]:
        raise NoSuchEntity(f"No service is registered as {prefix}.")
    form, problem = RemovalForm(revision_id=service["revision_id"]), None
    if form.validate_on_submit() and fields.is_typed(form, prefix):
        problem = attempt(do, "deregister_service", prefix=prefix, revision_id=form.revision_id.data)
        if problem is None:
            flash(gettext("The service %(name)s is registered no longer.", name=prefix), "success")
            return redirect(url_for("console.services"))
        form.revision_id.data = service["revision_id"]
    page = render_template(
        "console/services/remove.html",
        form=form,
        problem=problem,
        service=service,
        title=gettext("Remove the service %(name)s?", name=service["title"]),
        verb=gettext("Remove service"),
        name=prefix,
        policies=_count(prefix),
        cancel_url=url_for("console.service", prefix=prefix),
        crumbs=service_crumbs(prefix, service["title"], gettext("Remove")),
        command=None,
        operator=operator_command("remove", prefix),
    )
    return page, problem.status if problem else 422 if form.errors else 200


def _count(prefix: str) -> int | None:
    """How many managed policies name the service; None for somebody who may not read them."""
    try:
        total: int = do("list_policies_naming_service", prefix=prefix, max_items=1)["total"]
    except AccessDenied:
        return None
    return total
