"""Choosing a new password: before the first sign-in is complete."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter import Owed, SignInRefused
from adapter.errors import PasswordPolicyViolation
from web.console.forms import NewPassword
from web.console.owed import Owing, owing
from web.console.refused import demand_words, error_words
from web.console.sign_in import go_on
from web.current import context, iam
from web.throttle import Throttle, count_failure

WRONG = lazy_gettext("The current password is not right")


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/new-password", "new_password", throttle.guard(new_password), methods=["GET", "POST"])


def new_password() -> ResponseReturnValue:
    """Somebody whose password was set by an administrator chooses one of their own."""
    attempt = owing(Owed.NEW_PASSWORD)
    if attempt is None:
        return redirect(url_for("console.sign_in"))
    form = NewPassword()
    status = 200
    if form.validate_on_submit():
        try:
            return _renew(attempt, form)
        except SignInRefused:
            count_failure()
            form.old.errors = [str(WRONG)]
            status = 403
        except PasswordPolicyViolation as violation:
            form.new.errors = [error_words(violation.message)]
            status = 422
    elif form.is_submitted():
        status = 422
    rules = [demand_words(each) for each in iam().login.password_demands(attempt.account, attempt.name)]
    return render_template("console/new_password.html", form=form, attempt=attempt, rules=rules), status


def _renew(attempt: Owing, form: NewPassword) -> ResponseReturnValue:
    old, new = form.old.data, form.new.data
    login = iam().login
    renewed = login.renew_password(attempt.account, attempt.name, old, new, context(), attempt.half_done)
    answer = go_on(renewed, attempt.account, attempt.name, attempt.target)
    flash(gettext("Your password has been changed. Use the new one from now on."), "success")
    return answer
