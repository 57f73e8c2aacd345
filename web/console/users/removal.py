"""Deleting users: what is lost, the name typed, then everything they have and at last they themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapter import Caller, Iam, IamError
from web.console import fields, holders, jobs
from web.console.components import Params, Result, asker, command, crumbs, do
from web.console.refusals import Problem, explain
from web.current import context, iam
from web.throttle import Throttle

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing that a user has.

    Attributes:
        key: in what `describe_user_dependents` answers.
        words: for one and for several.
        operation, parameter: what takes one away.
        of_user: whether that operation is told the user.
        only_with: what has to be in a thing's id for the operation to be for it.
    """

    key: str
    words: tuple[str, str]
    operation: str
    parameter: str
    of_user: bool = True
    only_with: str = ""


_KINDS = (
    _Kind("access_keys", ("access key", "access keys"), "delete_access_key", "access_key_id"),
    _Kind("groups", ("group membership", "group memberships"), "remove_user_from_group", "group_name"),
    _Kind("attached_policies", ("attached policy", "attached policies"), "detach_user_policy", "policy_arn"),
    _Kind("inline_policies", ("inline policy", "inline policies"), "delete_user_policy", "policy_name"),
    _Kind("mfa_devices", ("MFA device", "MFA devices"), "deactivate_mfa_device", "serial_number"),
    _Kind("mfa_devices", ("", ""), "delete_virtual_mfa_device", "serial_number", of_user=False, only_with=":mfa/"),
    _Kind(
        "signing_certificates",
        ("signing certificate", "signing certificates"),
        "delete_signing_certificate",
        "certificate_id",
    ),
    _Kind("ssh_public_keys", ("SSH key", "SSH keys"), "delete_ssh_public_key", "ssh_public_key_id"),
    _Kind(
        "service_credentials",
        ("app password", "app passwords"),
        "delete_service_specific_credential",
        "service_specific_credential_id",
    ),
)


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/users/<name>/delete", "delete_user", delete_user, methods=both)
    console.add_url_rule("/delete-users", "delete_users", delete_users, methods=both)


def delete_user(name: str) -> ResponseReturnValue:
    """Deletes one user."""
    has = do("describe_user_dependents", user_name=name)
    name = has["user_name"]
    form = fields.TypedConfirmation()
    problem, done = None, []
    if form.validate_on_submit() and fields.is_typed(form, name):
        problem = _refusal_for_the_last(name)
        if problem is None:
            done, problem = _remove(name)
        if problem is None:
            flash(f"The user {name} has been deleted, with everything it had.", "success")
            return redirect(url_for("console.users"))
        has = do("describe_user_dependents", user_name=name)
    page = render_template(
        "console/users/delete.html",
        title=f"Delete {name}?",
        name=name,
        is_oneself=asker().name == name,
        losses=list(losses(has)),
        done=done,
        form=form,
        problem=problem,
        verb="Delete user",
        cancel_url=holders.USER.page(name),
        crumbs=holders.USER.crumbs(name, "Delete"),
        command=command("iam", "delete-user", user_name=name),
    )
    return page, problem.status if problem else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def delete_users() -> ResponseReturnValue:
    """Deletes several users that were ticked in the list; shows how far it has come."""
    names = list(dict.fromkeys(request.values.getlist("name")))[:MOST_AT_ONCE]
    if not names:
        flash("Tick the users that you want to delete first.", "info")
        return redirect(url_for("console.users"))
    form = fields.TypedConfirmation()
    if form.validate_on_submit() and fields.is_typed(form, "delete"):
        if any(len(name) > 128 for name in names):
            abort(HTTPStatus.BAD_REQUEST)
        work = jobs.Job(
            owner=asker().arn,
            title=f"Deleting {len(names)} {'user' if len(names) == 1 else 'users'}",
            header=("User name", "Result"),
            total=len(names),
            back=url_for("console.users"),
        )
        job_id = jobs.start(work, _deletions(iam(), asker(), names, context()))
        return redirect(url_for("console.job", job_id=job_id))
    page = render_template(
        "console/users/delete_several.html",
        title=f"Delete {len(names)} {'user' if len(names) == 1 else 'users'}?",
        names=names,
        name="delete",
        form=form,
        problem=None,
        verb="Delete users",
        cancel_url=url_for("console.users"),
        crumbs=crumbs(("Users", "console.users"), here="Delete several"),
        command=command("iam", "delete-user", user_name=names[0]),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def losses(has: Result) -> Iterator[str]:
    """What goes with a user, in words."""
    if has["has_password"]:
        yield "the password: signing in to the console and to every LDAP application ends at once"
    for kind in _KINDS:
        count = len(has[kind.key])
        if count and kind.words[0]:
            named = ", ".join(each.rpartition("/")[2] for each in has[kind.key][:5])
            more = f" and {count - 5} more" if count > 5 else ""
            yield f"{count} {kind.words[count > 1]}: {named}{more}"


def _refusal_for_the_last(name: str) -> Problem | None:
    is_last = do("describe_administration", without_user=name)["is_last"]
    return holders.last_administrator(name) if is_last else None


def _remove(name: str) -> tuple[list[str], Problem | None]:
    """Takes away one thing after the other; what has been done, and what was refused if anything."""
    done: list[str] = []
    try:
        for operation, params, words in _steps(do("describe_user_dependents", user_name=name)):
            do(operation, **params)
            done.append(words)
    except IamError as error:
        return done, replace(explain(error), unchanged=not done)
    return done, None


def _steps(has: Result) -> Iterator[tuple[str, Params, str]]:
    """The operations that delete a user, the most dangerous things first: credentials, then the rest."""
    name = has["user_name"]
    if has["has_password"]:
        yield "delete_login_profile", {"user_name": name}, "the password was removed"
    for kind in _KINDS:
        for each in has[kind.key]:
            if kind.only_with not in each:
                continue
            who = {"user_name": name} if kind.of_user else {}
            what = kind.words[0] or "MFA device"
            yield kind.operation, who | {kind.parameter: each}, f"{what} {each.rpartition('/')[2]} was removed"
    yield "delete_user", {"user_name": name}, "the user was deleted"


def _deletions(door: Iam, caller: Caller, names: list[str], circumstances: Any) -> Iterator[tuple[str, ...]]:
    """Deletes one user after the other, in a thread of its own, which therefore is told who asks."""

    def act(operation: str, **params: Any) -> Result:
        return door.execute(caller, operation, params, circumstances)

    for name in names:
        try:
            if act("describe_administration", without_user=name)["is_last"]:
                yield name, "Not deleted: this is the last active administrator"
                continue
            for operation, params, _ in _steps(act("describe_user_dependents", user_name=name)):
                act(operation, **params)
        except IamError as error:
            yield name, f"Not deleted: {error.message}"
        else:
            yield name, "Deleted"
