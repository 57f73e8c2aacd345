"""Registering a service: its definition is pasted or uploaded, what it changes is looked at, and then it counts."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Regexp

from adapter.errors import AccessDenied, NoSuchEntity
from web.console import fields
from web.console.components import Crumb, Result, crumbs, do
from web.console.refusals import Problem, attempt, beside
from web.console.services.common import operator_command
from web.throttle import Throttle

_BESIDE = {"InvalidInput": "definition", "ValidationError": "definition"}
"""Beside which field an error is said, by its code."""


class RegisterForm(FlaskForm):
    """What a service says of itself, as a file or pasted."""

    file = FileField(
        lazy_gettext("File"), description=lazy_gettext("TOML or JSON, or AWS’s service reference for a service.")
    )
    definition = TextAreaField(
        lazy_gettext("Definition"),
        description=lazy_gettext("Or paste it here."),
        render_kw={"rows": 16, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"},
    )
    service_title = fields.text(
        lazy_gettext("Name"), 128, lazy_gettext("What people call it, if the definition does not say so.")
    )
    prefix = HiddenField()
    revision_id = HiddenField(validators=[Regexp("^([0-9a-f]{64})?$")])

    def text(self) -> str:
        """The file's text, or what was pasted; notes an error when there is neither."""
        ask = lazy_gettext("Choose a file, or paste the definition")
        return fields.uploaded_or_pasted(self.file, self.definition, ask)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/register-service", "register_service", register, methods=["GET", "POST"])


def register() -> ResponseReturnValue:
    """Takes a definition, shows what it would change, and registers it."""
    form, problem = RegisterForm(), None
    if request.method == "GET":
        form.definition.data = _present(request.args.get("prefix", ""))
    elif form.validate_on_submit() and (text := form.text()) and not form.errors:
        form.definition.data = text
        if request.form.get("act") == "save":
            problem = attempt(do, "register_service", **_given(form, text))
            if problem is None:
                flash(gettext("The service %(name)s is registered.", name=form.prefix.data), "success")
                return redirect(url_for("console.service", prefix=form.prefix.data))
        if request.form.get("act") != "edit":
            shown = _preview(form, text, problem)
            if not isinstance(shown, Problem):
                return shown
            problem = beside(form, shown, **_BESIDE)
    return _form_page(form, problem)


def _given(form: RegisterForm, text: str) -> dict[str, Any]:
    return {
        "prefix": form.prefix.data,
        "definition": text,
        "title": form.service_title.data or None,
        "revision_id": form.revision_id.data or None,
    }


def _preview(form: RegisterForm, text: str, problem: Problem | None) -> ResponseReturnValue | Problem:
    """The page that shows what would change; the problem where the definition can't be read."""
    found: Result = {}
    title = form.service_title.data or None
    refused = attempt(lambda: found.update(do("describe_service_registration", definition=text, title=title)))
    if refused:
        return refused
    service = found["service"]
    page = render_template(
        "console/services/preview.html",
        form=form,
        problem=problem,
        found=found,
        service=service,
        named=_naming(service["prefix"], text),
        definition=text,
        crumbs=_crumbs(gettext("Check")),
    )
    return page, problem.status if problem else 200


def _naming(prefix: str, text: str) -> Result | None:
    """The policies that name the service; None for somebody who may not read what they say."""
    try:
        return do("list_policies_naming_service", prefix=prefix, with_definition=text, max_items=1000)
    except AccessDenied:
        return None


def _present(prefix: str) -> str:
    """What there is of a service, for changing it; nothing where there is none."""
    if not prefix:
        return ""
    try:
        known = do("get_service", prefix=prefix)["service"]
    except NoSuchEntity:
        return ""
    return json.dumps(json.loads(known.get("definition", "{}")), indent=2, ensure_ascii=False)


def _form_page(form: RegisterForm, problem: Problem | None) -> ResponseReturnValue:
    page = render_template(
        "console/services/register.html",
        form=form,
        problem=problem,
        cancel_url=url_for("console.services"),
        crumbs=crumbs((gettext("Services"), "console.services"), here=gettext("Register service")),
        operator=operator_command("register", "FILE"),
    )
    return page, problem.status if problem else 422 if form.errors else 200


def _crumbs(here: str) -> tuple[Crumb, ...]:
    above = Crumb(gettext("Services"), url_for("console.services"))
    return above, Crumb(gettext("Register service"), url_for("console.register_service")), Crumb(here)
