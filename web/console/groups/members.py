"""Who is in a group: adding users that a search found, and taking one out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from web.console import fields, holders
from web.console.components import command, do, listed
from web.console.lists import Column, list_state
from web.console.refusals import Problem, attempt, attempt_each, status_of
from web.throttle import Throttle

_COLUMNS = (
    Column("name", lazy_gettext("User name"), fixed=True),
    Column("display_name", lazy_gettext("Display name")),
    Column("email", lazy_gettext("E-mail")),
    Column("groups", lazy_gettext("Groups")),
)


class AddMembersForm(FlaskForm):
    """Users to add."""

    users = fields.several(lazy_gettext("Users"))


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/groups/<name>/add-users", "add_members", add_members, methods=both)
    console.add_url_rule("/groups/<name>/remove/<user>", "remove_member", remove_member, methods=both)


def add_members(name: str) -> ResponseReturnValue:
    """Finds users and adds those that are ticked."""
    state = list_state("candidates", "console.add_members", _COLUMNS, name=name)
    form = AddMembersForm()
    problem = None
    if form.validate_on_submit():
        if not form.users.data:
            fields.note(form.users, gettext("Tick at least one user"))
        done, problem = attempt_each(
            form.users.data or (), lambda user: attempt(do, "add_user_to_group", group_name=name, user_name=user)
        )
        if done:
            words = gettext("Added to %(name)s: %(users)s. The rights follow at once.", name=name, users=listed(done))
            flash(words, "success")
        if done and not problem:
            return redirect(holders.GROUP.page(name))
    found = do("search_users", **state.query)
    page = render_template(
        "console/groups/add_members.html",
        name=name,
        state=state,
        found=found,
        form=form,
        problem=problem,
        chosen=set(form.users.data or ()),
        crumbs=holders.GROUP.crumbs(name, gettext("Add users")),
        command=command("iam", "add-user-to-group", group_name=name, user_name="NAME"),
    )
    return page, status_of(form, problem)


def remove_member(name: str, user: str) -> ResponseReturnValue:
    """Takes a user out of a group, after asking."""
    back = url_for("console.user_groups", name=user) if request.args.get("back") == "user" else holders.GROUP.page(name)
    form = fields.Confirmation()
    problem: Problem | None = None
    if form.validate_on_submit():
        is_last = do("describe_administration", without_user=user, without_group=name)["is_last"]
        problem = holders.last_administrator(user) if is_last else None
        problem = problem or attempt(do, "remove_user_from_group", group_name=name, user_name=user)
        if problem is None:
            words = gettext(
                "%(user)s is no longer in %(name)s. The rights that came with it have ended.", user=user, name=name
            )
            flash(words, "success")
            return redirect(back)
    page = render_template(
        "console/groups/remove_member.html",
        title=gettext("Remove %(user)s from %(name)s?", user=user, name=name),
        name=name,
        user=user,
        form=form,
        problem=problem,
        verb=gettext("Remove user"),
        cancel_url=back,
        crumbs=holders.GROUP.crumbs(name, gettext("Remove user")),
        command=command("iam", "remove-user-from-group", group_name=name, user_name=user),
    )
    return page, status_of(form, problem)
