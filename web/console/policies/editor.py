"""Creating a policy, and writing a new version of one: by choices or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField

from web.console import fields
from web.console.components import command, crumbs, do
from web.console.documents import readable
from web.console.policies import editing
from web.console.policies.checking import check
from web.console.policies.common import asked_arn, name_of, policy_crumbs
from web.console.policies.editing import Editing
from web.console.policies.visual import OPERATORS, VisualStatement, to_document
from web.console.policies.words import PLACES
from web.console.refusals import Problem, attempt
from web.console.users.forms import TagFields
from web.current import services
from web.throttle import Throttle

_SPARE_TAGS = 2


class CreateForm(FlaskForm):
    """A new policy's name and what else is told of it."""

    policy_name = fields.name(lazy_gettext("Policy name"), 128, lazy_gettext("Enter a name for the policy"))
    description = fields.text(
        lazy_gettext("Description"), 1000, lazy_gettext("What it is for. It cannot be changed later.")
    )
    path = fields.path()
    tags = FieldList(FormField(TagFields), lazy_gettext("Tags"), max_entries=50)

    def wanted_tags(self) -> list[dict[str, str]]:
        """The tags that are filled in."""
        rows = ({"key": (row["key"] or "").strip(), "value": (row["value"] or "").strip()} for row in self.tags.data)
        return [row for row in rows if row["key"]]


class VersionForm(FlaskForm):
    """How a new version comes into force."""

    set_default = fields.check(
        lazy_gettext("Put the new version in force at once"),
        lazy_gettext("For everybody who has the policy. The version before it is kept."),
    )
    drop = fields.select(lazy_gettext("Version to delete first"), lazy_gettext("Five versions are kept at most."))


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/policies/create", "create_policy", create, methods=both)
    console.add_url_rule("/policies/policy/edit", "edit_policy", edit, methods=both)


def create() -> ResponseReturnValue:
    """Creates a managed policy."""
    spare = [{"key": "", "value": ""} for _ in range(_SPARE_TAGS)]
    form = CreateForm(data={"path": "/", "tags": spare})
    state, problem = _state(lambda: to_document([VisualStatement()])), None
    if state.wants_save and form.validate_on_submit() and not check(state.document, "identity").has_errors:
        given = {"policy_document": state.document, "description": form.description.data or None}
        params = {"policy_name": form.policy_name.data, "path": form.path.data or "/", "tags": form.wanted_tags()}
        problem = attempt(do, "create_policy", **given, **params)
        if problem is None:
            name = form.policy_name.data
            words = gettext("The policy %(name)s has been created. Attach it to whoever needs it.", name=name)
            flash(words, "success")
            return redirect(_page_of_new(form))
    return _page(
        "create",
        form,
        state,
        problem,
        cancel_url=url_for("console.policies"),
        crumbs=crumbs((gettext("Policies"), "console.policies"), here=gettext("Create policy")),
        command=command("iam", "create-policy", policy_name="NAME", policy_document="file://policy.json"),
    )


def edit() -> ResponseReturnValue:
    """Writes a new version of a policy."""
    arn = asked_arn()
    versions = do("list_policy_versions", policy_arn=arn)["versions"]
    in_force = next(each["version_id"] for each in versions if each["is_default_version"])
    form = VersionForm(data={"set_default": True})
    others = [each["version_id"] for each in versions if not each["is_default_version"]]
    form.drop.choices = [(each, each) for each in reversed(others)]
    is_full = len(versions) >= 5
    state, problem = _state(lambda: _document(arn, in_force)), None
    if state.wants_save and form.validate_on_submit() and not check(state.document, "identity").has_errors:
        problem = _save_version(arn, state.document, form, drop=form.drop.data if is_full else None)
        if problem is None:
            return redirect(url_for("console.policy_versions", arn=arn))
    return _page(
        "edit",
        form,
        state,
        problem,
        arn=arn,
        name=name_of(arn),
        is_full=is_full,
        cancel_url=url_for("console.policy", arn=arn),
        crumbs=policy_crumbs(arn, gettext("Edit")),
        command=command(
            "iam", "create-policy-version", policy_arn=arn, policy_document="file://policy.json", set_as_default=True
        ),
    )


def _state(beginning: Callable[[], str]) -> Editing:
    """The editor as it stands: as the form has it, or as it begins."""
    if request.method == "POST":
        return editing.read(request.form)
    return editing.begin(beginning(), visually=request.args.get("mode") != "json")


def _document(arn: str, version_id: str) -> str:
    return readable(do("get_policy_version", policy_arn=arn, version_id=version_id)["policy_version"]["document"])


def _save_version(arn: str, document: str, form: VersionForm, *, drop: str | None) -> Problem | None:
    if drop:
        problem = attempt(do, "delete_policy_version", policy_arn=arn, version_id=drop)
        if problem:
            return problem
    in_force = bool(form.set_default.data)
    problem = attempt(do, "create_policy_version", policy_arn=arn, policy_document=document, set_as_default=in_force)
    if problem is None:
        words = gettext("The new version of %(name)s is in force now.", name=name_of(arn))
        if not in_force:
            words = gettext("The new version of %(name)s is kept, and not in force yet.", name=name_of(arn))
        flash(words, "success")
    return problem


def _page_of_new(form: CreateForm) -> str:
    found = do("search_policies", text=form.policy_name.data, scope="Local", max_items=100)["policies"]
    arns = [each["arn"] for each in found if each["policy_name"] == form.policy_name.data]
    return url_for("console.policy", arn=arns[0]) if arns else url_for("console.policies")


def _page(template: str, form: FlaskForm, state: Editing, problem: Problem | None, **more: Any) -> ResponseReturnValue:
    checked = check(state.document, "identity")
    refused = state.wants_save and (form.errors or checked.has_errors)
    page = render_template(
        f"console/policies/{template}.html",
        form=form,
        state=state,
        problem=problem,
        checked=checked.unsaid if template == "create" and request.method == "GET" else checked,
        document_refused=state.wants_save and checked.has_errors,
        services=services().titles(),
        operators=OPERATORS,
        places=PLACES,
        **more,
    )
    return page, problem.status if problem else HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
