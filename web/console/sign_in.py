"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, unquote

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from adapter import Attempt, SignInRefused
from web.console.forms import MAX_ACCOUNT, RootSignIn, UserSignIn
from web.console.owed import owe
from web.console.paths import local_path
from web.current import context, iam
from web.sessions import close_session, open_session
from web.throttle import Throttle, count_failure

REFUSED = lazy_gettext(
    "Check what you entered. Capital letters count in passwords. If it keeps failing, ask an administrator."
)
_ACCOUNT_COOKIE_LIFE = timedelta(days=365)
_HOME = "/console/"


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/sign-in", "sign_in", throttle.guard(sign_in), methods=both)
    console.add_url_rule("/sign-in/root", "sign_in_as_root", throttle.guard(sign_in_as_root), methods=both)
    console.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def sign_in() -> ResponseReturnValue:
    """The sign-in of users."""
    return _page(UserSignIn(account=_remembered_account()), "console/sign_in.html")


def sign_in_as_root() -> ResponseReturnValue:
    """The sign-in of the account's root user."""
    return _page(RootSignIn(), "console/sign_in_as_root.html")


def sign_out() -> ResponseReturnValue:
    """Ends the session."""
    close_session()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for("console.sign_in"))


def go_on(attempt: Attempt, account: str, name: str | None, target: str) -> ResponseReturnValue:
    """Opens the session that a proven attempt earned, or asks for what is still owed."""
    if attempt.session is None:
        return redirect(url_for(owe(attempt, account, name, target)))
    if not open_session(attempt.session):
        raise SignInRefused
    response = redirect(target)
    return _remember_account(response, account) if name is not None else response


def _page(form: UserSignIn | RootSignIn, template: str) -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_HOME)
    status, refused = 200, False
    if form.validate_on_submit():
        try:
            return _attempt(form)
        except SignInRefused:
            count_failure()
            status, refused = 403, True
    elif form.is_submitted():
        status = 422
    ended = session.pop("ended", False)
    return render_template(template, form=form, refused=REFUSED if refused else None, ended=ended), status


def _attempt(form: UserSignIn | RootSignIn) -> ResponseReturnValue:
    name = form.name.data if isinstance(form, UserSignIn) else None
    attempt = iam().login.begin(form.account.data, name, form.password.data, context())
    return go_on(
        attempt, form.account.data, name, local_path(request.args.get("next"), current_app.extensions["sites"].by_host)
    )


def _remembered_account() -> str:
    kept = request.cookies.get(current_app.config["ACCOUNT_COOKIE_NAME"], "")
    account = request.args.get("account") or unquote(kept)
    return account if account.isprintable() and len(account) <= MAX_ACCOUNT else ""


def _remember_account(response: Response, account: str) -> Response:
    config = current_app.config
    response.set_cookie(
        config["ACCOUNT_COOKIE_NAME"],
        quote(account),
        max_age=_ACCOUNT_COOKIE_LIFE,
        secure=config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
