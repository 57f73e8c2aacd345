"""Deleting users: what is lost, the name typed, then everything they have and at last they themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext, ngettext, pgettext

from adapter import Caller, Iam, IamError
from web.console import fields, holders, jobs
from web.console.components import Params, Result, asker, command, crumbs, do, listed
from web.console.plurals import Plural
from web.console.refusals import Problem, explain, status_of
from web.console.refused import error_words
from web.current import context, iam
from web.throttle import Throttle

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing that a user has.

    Attributes:
        key: in what `describe_user_dependents` answers.
        operation, parameter: what takes one away.
        lost: says how many go, and which; None where another kind says it already.
        removed: says that one has gone.
        of_user: whether that operation is told the user.
        only_with: what has to be in a thing's id for the operation to be for it.
    """

    key: str
    operation: str
    parameter: str
    lost: Plural | None
    removed: LazyString
    of_user: bool = True
    only_with: str = ""


_KINDS = (
    _Kind(
        "access_keys",
        "delete_access_key",
        "access_key_id",
        Plural("%(num)s access key: %(names)s", "%(num)s access keys: %(names)s"),
        lazy_gettext("access key %(name)s was removed"),
    ),
    _Kind(
        "groups",
        "remove_user_from_group",
        "group_name",
        Plural("%(num)s group membership: %(names)s", "%(num)s group memberships: %(names)s"),
        lazy_gettext("group membership %(name)s was removed"),
    ),
    _Kind(
        "attached_policies",
        "detach_user_policy",
        "policy_arn",
        Plural("%(num)s attached policy: %(names)s", "%(num)s attached policies: %(names)s"),
        lazy_gettext("attached policy %(name)s was removed"),
    ),
    _Kind(
        "inline_policies",
        "delete_user_policy",
        "policy_name",
        Plural("%(num)s inline policy: %(names)s", "%(num)s inline policies: %(names)s"),
        lazy_gettext("inline policy %(name)s was removed"),
    ),
    _Kind(
        "mfa_devices",
        "deactivate_mfa_device",
        "serial_number",
        Plural("%(num)s MFA device: %(names)s", "%(num)s MFA devices: %(names)s"),
        lazy_gettext("MFA device %(name)s was removed"),
    ),
    _Kind(
        "mfa_devices",
        "delete_virtual_mfa_device",
        "serial_number",
        None,
        lazy_gettext("MFA device %(name)s was removed"),
        of_user=False,
        only_with=":mfa/",
    ),
    _Kind(
        "signing_certificates",
        "delete_signing_certificate",
        "certificate_id",
        Plural("%(num)s signing certificate: %(names)s", "%(num)s signing certificates: %(names)s"),
        lazy_gettext("signing certificate %(name)s was removed"),
    ),
    _Kind(
        "ssh_public_keys",
        "delete_ssh_public_key",
        "ssh_public_key_id",
        Plural("%(num)s SSH key: %(names)s", "%(num)s SSH keys: %(names)s"),
        lazy_gettext("SSH key %(name)s was removed"),
    ),
    _Kind(
        "service_credentials",
        "delete_service_specific_credential",
        "service_specific_credential_id",
        Plural("%(num)s app password: %(names)s", "%(num)s app passwords: %(names)s"),
        lazy_gettext("app password %(name)s was removed"),
    ),
)
"""In the order in which they go; a virtual MFA device is deactivated before it is deleted."""


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
            flash(gettext("The user %(name)s has been deleted, with everything it had.", name=name), "success")
            return redirect(url_for("console.users"))
        has = do("describe_user_dependents", user_name=name)
    page = render_template(
        "console/users/delete.html",
        title=gettext("Delete %(name)s?", name=name),
        name=name,
        is_oneself=asker().name == name,
        losses=list(losses(has)),
        done=done,
        form=form,
        problem=problem,
        verb=gettext("Delete user"),
        cancel_url=holders.USER.page(name),
        crumbs=holders.USER.crumbs(name, gettext("Delete")),
        command=command("iam", "delete-user", user_name=name),
    )
    return page, status_of(form, problem)


def delete_users() -> ResponseReturnValue:
    """Deletes several users that were ticked in the list; shows how far it has come."""
    names = list(dict.fromkeys(request.values.getlist("name")))[:MOST_AT_ONCE]
    if not names:
        flash(gettext("Tick the users that you want to delete first."), "info")
        return redirect(url_for("console.users"))
    form, word = fields.TypedConfirmation(), pgettext("to be typed", "delete")
    if form.validate_on_submit() and fields.is_typed(form, word):
        if any(len(name) > 128 for name in names):
            abort(HTTPStatus.BAD_REQUEST)
        work = jobs.Job(
            owner=asker().arn,
            title=ngettext("Deleting %(num)s user", "Deleting %(num)s users", len(names)),
            header=(gettext("User name"), gettext("Result")),
            total=len(names),
            back=url_for("console.users"),
        )
        job_id = jobs.start(work, _deletions(iam(), asker(), names, context()))
        return redirect(url_for("console.job", job_id=job_id))
    page = render_template(
        "console/users/delete_several.html",
        title=ngettext("Delete %(num)s user?", "Delete %(num)s users?", len(names)),
        names=names,
        name=word,
        form=form,
        problem=None,
        verb=gettext("Delete users"),
        cancel_url=url_for("console.users"),
        crumbs=crumbs((gettext("Users"), "console.users"), here=gettext("Delete several")),
        command=command("iam", "delete-user", user_name=names[0]),
    )
    return page, status_of(form, None)


def losses(has: Result) -> Iterator[str]:
    """What goes with a user, in words."""
    if has["has_password"]:
        yield gettext("the password: signing in to the console and to every LDAP application ends at once")
    for kind in _KINDS:
        count = len(has[kind.key])
        if count and kind.lost:
            names = listed(each.rpartition("/")[2] for each in has[kind.key][:5])
            if count > 5:
                names = gettext("%(names)s and %(more)s more", names=names, more=count - 5)
            yield kind.lost.said(count, names=names)


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
        yield "delete_login_profile", {"user_name": name}, gettext("the password was removed")
    for kind in _KINDS:
        for each in has[kind.key]:
            if kind.only_with not in each:
                continue
            who = {"user_name": name} if kind.of_user else {}
            yield kind.operation, who | {kind.parameter: each}, str(kind.removed) % {"name": each.rpartition("/")[2]}
    yield "delete_user", {"user_name": name}, gettext("the user was deleted")


def _deletions(door: Iam, caller: Caller, names: list[str], circumstances: Any) -> Iterator[tuple[str, ...]]:
    """Deletes one user after the other, in a thread of its own, which therefore is told who asks."""

    def act(operation: str, **params: Any) -> Result:
        return door.execute(caller, operation, params, circumstances)

    for name in names:
        try:
            if act("describe_administration", without_user=name)["is_last"]:
                yield name, gettext("Not deleted: this is the last active administrator")
                continue
            for operation, params, _ in _steps(act("describe_user_dependents", user_name=name)):
                act(operation, **params)
        except IamError as error:
            yield name, gettext("Not deleted: %(why)s", why=error_words(error.message))
        else:
            yield name, gettext("Deleted")
