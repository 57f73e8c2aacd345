"""The second step of signing in: a code, a passkey or a recovery code."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from adapter import Factors, Owed, ProofRefused, SignInRefused
from web.console.owed import Owing, owing
from web.console.proof import ProofForm, site
from web.console.sign_in import go_on
from web.current import context, iam
from web.throttle import Throttle, count_failure

_TOO_LATE = lazy_gettext("The sign-in took too long, or something about it has changed. Start again.")


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/sign-in/code", "mfa_code", throttle.guard(mfa_code), methods=["GET", "POST"])


def mfa_code() -> ResponseReturnValue:
    """Takes the second factor of somebody whose password was right."""
    attempt = owing(Owed.CODE)
    if attempt is None:
        return redirect(url_for("console.sign_in"))
    form = ProofForm()
    status = HTTPStatus.OK
    if form.validate_on_submit():
        try:
            answer = _go_on(attempt, form)
        except ProofRefused as refusal:
            count_failure()
            form.refuse(refusal)
            answer, status = None, HTTPStatus.FORBIDDEN
        except SignInRefused:
            session.clear()
            flash(str(_TOO_LATE), "info")
            return redirect(url_for("console.sign_in"))
        if answer is not None:
            return answer
    if form.errors and status is HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    factors = iam().login.factors(attempt.half_done.claims, site(), context())
    return render_template("console/proof/code.html", form=form, attempt=attempt, factors=factors), status


def _go_on(attempt: Owing, form: ProofForm) -> ResponseReturnValue | None:
    proof = form.proof()
    if proof is None:
        return None
    proven = iam().login.prove(attempt.half_done, proof, context())
    answer = go_on(proven, attempt.account, attempt.name, attempt.target)
    if proof.recovery_code and proven.session:
        left = iam().login.factors(proven.session, site(), context())
        flash(_recovered(left), "warning")
    return answer


def _recovered(left: Factors) -> str:
    return ngettext(
        "You signed in with a recovery code and have one recovery code left. "
        "If you have lost your device, remove it and add another one under My security credentials.",
        "You signed in with a recovery code and have %(num)s recovery codes left. "
        "If you have lost your device, remove it and add another one under My security credentials.",
        left.recovery_codes,
    )
