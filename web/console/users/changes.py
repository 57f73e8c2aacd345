"""Changing a user: details, name, tags, groups, boundary."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from web.console import fields, holders
from web.console.components import command, do, listed, may
from web.console.refusals import Problem, attempt, attempt_each, beside, status_of
from web.console.users.forms import BoundaryForm, DetailsForm, GroupsForm, RenameForm, TagsForm
from web.throttle import Throttle

_DETAILS = ("display_name", "email", "mobile_phone", "remarks")
_SPARE_TAGS = 3
MOST_GROUPS = 200
"""So many groups are offered to choose from; more are found on their own pages."""


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/users/<name>/edit", "edit_user", edit, methods=both)
    console.add_url_rule("/users/<name>/rename", "rename_user", rename, methods=both)
    console.add_url_rule("/users/<name>/tags/edit", "edit_user_tags", edit_tags, methods=both)
    console.add_url_rule("/users/<name>/boundary", "user_boundary", boundary, methods=both)
    console.add_url_rule("/users/<name>/groups/join", "user_join", join, methods=both)


def edit(name: str) -> ResponseReturnValue:
    """Changes display name, e-mail, mobile phone, remarks and path."""
    user = do("describe_user", user_name=name)["user"]
    form = _details({key: user.get(key) or "" for key in (*_DETAILS, "path")})
    problem = None
    if form.validate_on_submit():
        details = {key: form[key].data or "" for key in _DETAILS}
        path = form.path.data or "/"
        moved = {"new_path": path} if path != user["path"] else {}
        problem = attempt(do, "update_user", user_name=name, **details, **moved)
        if problem is None:
            flash(gettext("The details of %(name)s have been saved.", name=name), "success")
            return redirect(holders.USER.page(name))
    aws = command("iam", "update-user", user_name=name, new_path=form.path.data or "/")
    return _form_page("edit", name, gettext("Edit details"), form, problem, command=aws, user=user)


def _details(present: dict[str, str]) -> DetailsForm:
    """The form; what was sent may be a single detail, and the others are then as they were."""
    if request.method == "POST" and request.form.get("only") in _DETAILS:
        return DetailsForm(MultiDict(present | request.form.to_dict()))
    return DetailsForm(data=present)


def rename(name: str) -> ResponseReturnValue:
    """Gives the user another name, after saying what that means."""
    user = do("describe_user", user_name=name)["user"]
    form = RenameForm()
    problem = None
    if form.validate_on_submit():
        new = form.new_name.data
        problem = attempt(do, "update_user", user_name=name, new_user_name=new)
        problem = beside(form, problem, EntityAlreadyExists="new_name")
        if problem is None:
            words = gettext("%(name)s is now called %(new)s. Tell whoever signs in with this name.", name=name, new=new)
            flash(words, "success")
            return redirect(holders.USER.page(new))
    aws = command("iam", "update-user", user_name=name, new_user_name=form.new_name.data or "NEW_NAME")
    return _form_page("rename", name, gettext("Rename"), form, problem, command=aws, user=user)


def edit_tags(name: str) -> ResponseReturnValue:
    """Adds, changes and removes tags."""
    present = do("describe_user", user_name=name)["user"].get("tags", [])
    form = TagsForm(data={"tags": [*present, *({"key": "", "value": ""} for _ in range(_SPARE_TAGS))]})
    problem = None
    if form.validate_on_submit():
        problem = _save_tags(name, present, form.wanted())
        if problem is None:
            flash(gettext("The tags of %(name)s have been saved.", name=name), "success")
            return redirect(url_for("console.user_tags", name=name))
    aws = command("iam", "tag-user", user_name=name, tags=[f"Key={tag['key']},Value={tag['value']}" for tag in present])
    return _form_page("edit_tags", name, gettext("Edit tags"), form, problem, command=aws)


def boundary(name: str) -> ResponseReturnValue:
    """Sets, changes or takes away the permissions boundary."""
    form = BoundaryForm()
    choices = do("list_attachable_policies")["policies"]
    form.boundary.choices = fields.options(
        [("", gettext("No boundary")), *((each["policy_arn"], each["policy_name"]) for each in choices)]
    )
    user = do("describe_user", user_name=name)["user"]
    current = user.get("permissions_boundary", {}).get("permissions_boundary_arn", "")
    if request.method == "GET":
        form.boundary.data = current
    problem = None
    if form.validate_on_submit():
        problem = _set_boundary(name, form.boundary.data or "")
        if problem is None:
            words = gettext("The permissions boundary of %(name)s has been changed. It counts at once.", name=name)
            flash(words, "success")
            return redirect(holders.USER.page(name))
    aws = command("iam", "put-user-permissions-boundary", user_name=name, permissions_boundary=current or "ARN")
    return _form_page("boundary", name, gettext("Permissions boundary"), form, problem, command=aws, current=current)


def join(name: str) -> ResponseReturnValue:
    """Adds the user to groups."""
    form = GroupsForm()
    within = {group["group_name"] for group in do("list_policies_for_user", user_name=name)["groups"]}
    problem = None
    if form.validate_on_submit():
        if not form.groups.data:
            fields.note(form.groups, gettext("Choose at least one group"))
        done, problem = attempt_each(
            form.groups.data or (), lambda group: attempt(do, "add_user_to_group", user_name=name, group_name=group)
        )
        if done:
            words = gettext("%(name)s is now in %(groups)s. The rights follow at once.", name=name, groups=listed(done))
            flash(words, "success")
        if done and not problem:
            return redirect(url_for("console.user_groups", name=name))
    found = do("search_groups", max_items=MOST_GROUPS)
    choices = [group for group in found["groups"] if group["group_name"] not in within]
    aws = command("iam", "add-user-to-group", user_name=name, group_name="GROUP")
    chosen = set(form.groups.data or ())
    more = {"choices": choices, "chosen": chosen, "is_cut": found["is_truncated"]}
    return _form_page("join", name, gettext("Add to groups"), form, problem, command=aws, **more)


def _save_tags(name: str, present: list[dict[str, str]], wanted: list[dict[str, str]]) -> Problem | None:
    gone = [tag["key"] for tag in present if tag["key"].casefold() not in {each["key"].casefold() for each in wanted}]
    problem = attempt(do, "tag_user", user_name=name, tags=wanted) if wanted != present and wanted else None
    if problem is None and gone:
        problem = attempt(do, "untag_user", user_name=name, tag_keys=gone)
    return problem


def _set_boundary(name: str, arn: str) -> Problem | None:
    if arn:
        return attempt(do, "put_user_permissions_boundary", user_name=name, permissions_boundary=arn)
    return attempt(do, "delete_user_permissions_boundary", user_name=name)


def _form_page(
    template: str, name: str, here: str, form: FlaskForm, problem: Problem | None, **more: Any
) -> ResponseReturnValue:
    page = render_template(
        f"console/users/{template}.html",
        name=name,
        form=form,
        problem=problem,
        crumbs=holders.USER.crumbs(name, here),
        allowed=may(rename=("update_user", {"user_name": name, "new_user_name": "x"})) if template == "edit" else {},
        **more,
    )
    return page, status_of(form, problem)
