"""Changing and deleting a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from adapter.errors import AccessDenied
from web.console import fields, holders
from web.console.components import Params, command, do
from web.console.documents import pretty, readable
from web.console.policies.checking import check
from web.console.refusals import Problem, attempt, status_of
from web.console.roles.forms import DURATIONS, RoleBoundaryForm, RoleSettingsForm, TrustDocumentForm
from web.console.roles.page import session_words
from web.console.tagging import Tagged, edit_tags
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/roles/<name>/edit", "edit_role", edit, methods=both)
    console.add_url_rule("/roles/<name>/trust/edit", "edit_role_trust", edit_trust, methods=both)
    console.add_url_rule("/roles/<name>/boundary", "role_boundary", boundary, methods=both)
    console.add_url_rule("/roles/<name>/tags/edit", "edit_role_tags", tags, methods=both)
    console.add_url_rule("/roles/<name>/delete", "delete_role", delete, methods=both)


def edit(name: str) -> ResponseReturnValue:
    """Changes the description and how long sessions last."""
    role = do("get_role", role_name=name)["role"]
    seconds = role["max_session_duration"]
    form = RoleSettingsForm(data={"description": role.get("description"), "duration": str(seconds)})
    form.duration.choices = durations(seconds)
    problem = None
    if form.validate_on_submit():
        wanted = {"description": form.description.data or "", "max_session_duration": chosen_seconds(form.duration)}
        problem = attempt(do, "update_role", role_name=name, **wanted)
        if problem is None:
            words = gettext("The role %(name)s has been saved. Sessions that are open keep their end.", name=name)
            flash(words, "success")
            return redirect(holders.ROLE.page(name))
    aws = command("iam", "update-role", role_name=name, max_session_duration=form.duration.data)
    return _page("edit", name, gettext("Edit"), form, problem, command=aws)


def edit_trust(name: str) -> ResponseReturnValue:
    """Changes who may assume the role."""
    role = do("get_role", role_name=name)["role"]
    form, problem = TrustDocumentForm(), None
    if request.method == "GET":
        form.document.data = readable(role["assume_role_policy_document"])
    act = request.form.get("act", "save")
    if act == "format":
        form.document.data = pretty(form.document.data or "")
    document = form.document.data or ""
    checked = check(document, "trust")
    is_saved = request.method == "POST" and act == "save"
    if is_saved and form.validate_on_submit() and not checked.has_errors:
        problem = attempt(do, "update_assume_role_policy", role_name=name, policy_document=document)
        if problem is None:
            words = gettext(
                "The trust policy of %(name)s has been saved. It counts at once for new sessions.", name=name
            )
            flash(words, "success")
            return redirect(url_for("console.role_trust", name=name))
    refused = is_saved and checked.has_errors
    aws = command("iam", "update-assume-role-policy", role_name=name, policy_document="file://trust.json")
    page, status = _page(
        "edit_trust",
        name,
        gettext("Edit trust policy"),
        form,
        problem,
        command=aws,
        checked=checked,
        document_refused=refused,
    )
    return page, 422 if refused else status


def boundary(name: str) -> ResponseReturnValue:
    """Sets, changes or takes away the permissions boundary."""
    role = do("get_role", role_name=name)["role"]
    current = role.get("permissions_boundary", {}).get("permissions_boundary_arn", "")
    form, problem = RoleBoundaryForm(), None
    form.boundary.choices = boundaries()
    if request.method == "GET":
        form.boundary.data = current
    if form.validate_on_submit():
        arn = form.boundary.data or ""
        operation = "put_role_permissions_boundary" if arn else "delete_role_permissions_boundary"
        problem = attempt(do, operation, role_name=name, **({"permissions_boundary": arn} if arn else {}))
        if problem is None:
            words = gettext("The permissions boundary of %(name)s has been changed. It counts at once.", name=name)
            flash(words, "success")
            return redirect(holders.ROLE.page(name))
    aws = command("iam", "put-role-permissions-boundary", role_name=name, permissions_boundary=current or "ARN")
    return _page("boundary", name, gettext("Permissions boundary"), form, problem, command=aws)


def tags(name: str) -> ResponseReturnValue:
    """Adds, changes and removes tags."""
    present = do("get_role", role_name=name)["role"].get("tags", [])
    back = url_for("console.role_tags", name=name)
    above = holders.ROLE.crumbs(name, gettext("Edit tags"))
    return edit_tags(Tagged(kind="role", named={"role_name": name}, title=name, back=back, crumbs=above), present)


def delete(name: str) -> ResponseReturnValue:
    """Deletes a role once its name has been typed: its policies are detached first, and it leaves its profiles."""
    role = do("get_role", role_name=name)["role"]
    has = _contents(name)
    form, problem = fields.TypedConfirmation(), None
    if form.validate_on_submit() and fields.is_typed(form, name):
        problem = _delete(name, has)
        if problem is None:
            flash(gettext("The role %(name)s has been deleted. Its sessions are over.", name=name), "success")
            return redirect(url_for("console.roles"))
        has = _contents(name)
    page, status = _page(
        "delete",
        name,
        gettext("Delete"),
        form,
        problem,
        title=gettext("Delete the role %(name)s?", name=name),
        verb=gettext("Delete role"),
        role=role,
        has=has,
        cancel_url=holders.ROLE.page(name),
        command=command("iam", "delete-role", role_name=name),
    )
    return page, status


def durations(seconds: int) -> list[tuple[str, fields.Text]]:
    """How long sessions can last, with what is set already."""
    known = dict(DURATIONS) | {str(seconds): session_words(seconds)}
    return sorted(known.items(), key=lambda each: int(each[0]))


def chosen_seconds(field: Any) -> int:
    """The duration that was chosen; an hour where it is none of those offered."""
    return int(field.data) if str(field.data) in dict(field.choices) else 3600


def boundaries() -> list[tuple[str, str]]:
    """Policies that can be a boundary, for choosing one; none for somebody who may not list them."""
    try:
        found = do("list_attachable_policies")["policies"]
    except AccessDenied:
        found = []
    return [("", gettext("No boundary")), *((each["policy_arn"], each["policy_name"]) for each in found)]


def _contents(name: str) -> dict[str, Any]:
    found = do("list_policies_for_role", role_name=name)
    profiles = do("list_instance_profiles_for_role", role_name=name)["instance_profiles"]
    return {
        "policies": found["policies"],
        "profiles": [profile["instance_profile_name"] for profile in profiles],
    }


def _delete(name: str, has: dict[str, Any]) -> Problem | None:
    for number, (operation, params) in enumerate(_steps(name, has)):
        problem = attempt(do, operation, **params)
        if problem:
            return replace(problem, unchanged=number == 0)
    return None


def _steps(name: str, has: dict[str, Any]) -> Iterator[tuple[str, Params]]:
    named = {"role_name": name}
    for profile in has["profiles"]:
        yield "remove_role_from_instance_profile", {"instance_profile_name": profile, **named}
    for policy in has["policies"]:
        if policy["policy_arn"]:
            yield "detach_role_policy", {"policy_arn": policy["policy_arn"], **named}
        else:
            yield "delete_role_policy", {"policy_name": policy["policy_name"], **named}
    yield "delete_role", named


def _page(
    template: str, name: str, here: str, form: FlaskForm, problem: Problem | None, **more: Any
) -> tuple[str, int]:
    page = render_template(
        f"console/roles/{template}.html",
        name=name,
        form=form,
        problem=problem,
        crumbs=holders.ROLE.crumbs(name, here),
        **more,
    )
    return page, status_of(form, problem)
