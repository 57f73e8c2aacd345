"""Creating, changing and deleting groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from adapter import IamError
from web.console import fields, holders
from web.console.components import Params, Result, command, crumbs, do
from web.console.groups.forms import CreateGroupForm, EditGroupForm, name_from
from web.console.refusals import Problem, attempt, beside, explain
from web.throttle import Throttle

MOST_MEMBERS = 1000
"""A group with more members is not emptied here: each of them is a request of its own."""
_MEMBERS_SHOWN = 5


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/create-group", "create_group", create, methods=both)
    console.add_url_rule("/groups/<name>/edit", "edit_group", edit, methods=both)
    console.add_url_rule("/groups/<name>/delete", "delete_group", delete, methods=both)


def create() -> ResponseReturnValue:
    """Creates a group and attaches policies to it."""
    form = CreateGroupForm(data={"path": "/"})
    problem = None
    if form.validate_on_submit():
        name = form.group_name.data or name_from(form.display_name.data or "")
        if not name and form.display_name.data:
            fields.note(form.group_name, gettext("Enter a group name: none can be made from the name above"))
        elif not name:
            fields.note(form.display_name, gettext("Enter a name for the group"))
        else:
            problem = beside(form, _create(name, form), EntityAlreadyExists="group_name")
            if problem is None:
                return redirect(holders.GROUP.page(name))
    choices = do("list_attachable_policies")["policies"]
    chosen = set(form.policies.data or ())
    aws = command("iam", "create-group", group_name=form.group_name.data or "NAME", path=form.path.data)
    above = crumbs((gettext("User groups"), "console.groups"), here=gettext("Create group"))
    return _page("create", form, problem, crumbs=above, command=aws, choices=choices, chosen=chosen)


def edit(name: str) -> ResponseReturnValue:
    """Changes names, remarks and path."""
    group = do("list_members", group_name=name, max_items=1)["group"]
    form = EditGroupForm(data=group)
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "update_group", group_name=name, **_changes(group, form))
        problem = beside(form, problem, EntityAlreadyExists="group_name")
        if problem is None:
            flash(gettext("The group %(name)s has been saved.", name=form.group_name.data), "success")
            return redirect(holders.GROUP.page(form.group_name.data))
    aws = command("iam", "update-group", group_name=name, new_group_name=form.group_name.data)
    return _page("edit", form, problem, name=name, crumbs=holders.GROUP.crumbs(name, gettext("Edit")), command=aws)


def delete(name: str) -> ResponseReturnValue:
    """Deletes a group: its members leave it, its policies are detached, then it goes."""
    most = MOST_MEMBERS if request.method == "POST" else _MEMBERS_SHOWN
    has = _contents(name, most)
    form = fields.TypedConfirmation()
    problem, done = None, 0
    if form.validate_on_submit() and fields.is_typed(form, name):
        if do("describe_administration", without_group=name)["is_last"]:
            happened = gettext("%(name)s has the last active administrators in it", name=name)
            problem = replace(holders.last_administrator(name), happened=happened)
        else:
            done, problem = _delete(has)
        if problem is None:
            flash(gettext("The group %(name)s has been deleted. Its users are still there.", name=name), "success")
            return redirect(url_for("console.groups"))
        has = _contents(name, most)
    return _page(
        "delete",
        form,
        problem,
        title=gettext("Delete the group %(name)s?", name=name),
        name=name,
        has=has,
        is_too_large=has["total"] > MOST_MEMBERS,
        done=done,
        verb=gettext("Delete group"),
        cancel_url=holders.GROUP.page(name),
        crumbs=holders.GROUP.crumbs(name, gettext("Delete")),
        command=command("iam", "delete-group", group_name=name),
    )


def _create(name: str, form: CreateGroupForm) -> Problem | None:
    """Creates the group, then attaches the policies; a policy that is refused does not undo the group."""
    details = {"display_name": form.display_name.data or None, "remarks": form.remarks.data or None}
    problem = attempt(do, "create_group", group_name=name, path=form.path.data or "/", **details)
    if problem:
        return problem
    flash(gettext("The group %(name)s has been created. Add users to it next.", name=name), "success")
    holders.attach_to_new(holders.GROUP, name, form.policies.data or ())
    return None


def _changes(group: Result, form: EditGroupForm) -> Params:
    """What has been changed in the form; a new name or path only where they differ, because each needs a right."""
    wanted = {"display_name": form.display_name.data or "", "remarks": form.remarks.data or ""}
    if form.group_name.data != group["group_name"]:
        wanted["new_group_name"] = form.group_name.data or ""
    if (form.path.data or "/") != group["path"]:
        wanted["new_path"] = form.path.data or "/"
    return wanted


def _contents(name: str, most: int) -> Result:
    return do("list_policies_for_group", group_name=name) | do("list_members", group_name=name, max_items=most)


def _delete(has: Result) -> tuple[int, Problem | None]:
    done = 0
    try:
        for operation, params in _steps(has):
            do(operation, **params)
            done += 1
    except IamError as error:
        return done, replace(explain(error), unchanged=not done)
    return done, None


def _steps(has: Result) -> Iterator[tuple[str, Params]]:
    group = {"group_name": has["group"]["group_name"]}
    for user in has["users"]:
        yield "remove_user_from_group", group | {"user_name": user["user_name"]}
    for policy in has["policies"]:
        if policy["policy_arn"]:
            yield "detach_group_policy", group | {"policy_arn": policy["policy_arn"]}
        else:
            yield "delete_group_policy", group | {"policy_name": policy["policy_name"]}
    yield "delete_group", group


def _page(template: str, form: FlaskForm, problem: Problem | None, **more: Any) -> ResponseReturnValue:
    page = render_template(f"console/groups/{template}.html", form=form, problem=problem, **more)
    if problem:
        return page, problem.status
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors and request.method == "POST" else HTTPStatus.OK
