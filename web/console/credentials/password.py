"""Changing one's own password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter import IamError, SessionClaims
from adapter.errors import AccessDenied, PasswordPolicyViolation
from web.console import fields
from web.console.components import asker, command, do
from web.console.credentials.common import claims, is_root, page
from web.console.forms import NewPassword
from web.console.proof import ask_first
from web.console.refusals import Problem, denial_of, explain
from web.console.refused import demand_words, error_words
from web.current import context, iam
from web.sessions import renew_session
from web.throttle import Throttle, count_failure

_WRONG = lazy_gettext("The current password is not right")


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    guarded = throttle.guard(change_password)
    console.add_url_rule("/credentials/password", "change_password", guarded, methods=["GET", "POST"])


def change_password() -> ResponseReturnValue:
    """Puts another password in the present one's place; the session goes on under a new id, all others end."""
    form = NewPassword()
    problem = None
    if not form.is_submitted() and (asked := ask_first()):
        return asked
    if form.validate_on_submit() and _differs(form):
        problem = _change(form)
        if problem is None and not form.errors:
            flash(
                gettext("Your password has been changed. All your other sessions in the console have ended."), "success"
            )
            return redirect(url_for("console.my_credentials"))
    caller = asker()
    demands = iam().login.password_demands(caller.account_id, None if is_root() else caller.name)
    aws = command("iam", "change-password", old_password="OLD_PASSWORD", new_password="NEW_PASSWORD")  # noqa: S106
    return page(
        "password",
        gettext("Change password"),
        form,
        problem,
        rules=[demand_words(each) for each in demands],
        person=caller,
        command=None if is_root() else aws,
    )


def _differs(form: NewPassword) -> bool:
    if form.old.data == form.new.data:
        fields.note(form.new, gettext("The new password is the same as the current one. Choose another"))
    return not form.errors


def _change(form: NewPassword) -> Problem | None:
    try:
        changed = _changed(form.old.data, form.new.data)
    except PasswordPolicyViolation as violation:
        fields.note(form.new, error_words(violation.message))
        return None
    except AccessDenied as error:
        if denial_of(error):
            return explain(error)
        count_failure()
        fields.note(form.old, _WRONG)
        return None
    except IamError as error:
        return explain(error)
    renew_session(changed)
    return None


def _changed(old: str, new: str) -> SessionClaims:
    if is_root():
        return iam().login.change_root_password(claims(), old, new, context())
    do("change_password", old_password=old, new_password=new)
    return iam().login.after_password_change(claims(), new, context())
