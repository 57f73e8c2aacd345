"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, unquote

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from adapter import Attempt, SignInRefused
from web.console.forms import MAX_ACCOUNT, PasskeySignIn, RootSignIn, UserSignIn
from web.console.owed import owe
from web.console.paths import local_path
from web.console.proof import site
from web.current import context, iam
from web.sessions import close_session, open_session
from web.throttle import Throttle, count_failure

REFUSED = lazy_gettext(
    "Check what you entered. Capital letters count in passwords. If it keeps failing, ask an administrator."
)
PASSKEY_REFUSED = lazy_gettext(
    "The passkey could not be verified, or is of nobody who may sign in. Try again, or use your password."
)
_ACCOUNT_COOKIE_LIFE = timedelta(days=365)
_HOME = "/console/"


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both = ["GET", "POST"]
    console.add_url_rule("/sign-in", "sign_in", throttle.guard(sign_in), methods=both)
    console.add_url_rule("/sign-in/root", "sign_in_as_root", throttle.guard(sign_in_as_root), methods=both)
    by_passkey = throttle.guard(sign_in_by_passkey)
    console.add_url_rule("/sign-in/passkey", "sign_in_by_passkey", by_passkey, methods=["POST"])
    console.add_url_rule("/sign-out", "sign_out", sign_out, methods=both)


def sign_in() -> ResponseReturnValue:
    """The sign-in of users."""
    return _page(UserSignIn(account=_remembered_account()), "console/sign_in.html")


def sign_in_as_root() -> ResponseReturnValue:
    """The sign-in of the account's root user."""
    return _page(RootSignIn(), "console/sign_in_as_root.html")


def sign_in_by_passkey() -> ResponseReturnValue:
    """The sign-in of whoever has a passkey on their device, which also tells who they are."""
    form = PasskeySignIn()
    if form.validate_on_submit():
        try:
            found = iam().login.begin_by_passkey(form.answer.data, site(), context())
            return go_on(found.attempt, found.account, found.name, _target())
        except SignInRefused:
            count_failure()
    again = UserSignIn(formdata=None, data={"account": _remembered_account()})
    return _shown(again, "console/sign_in.html", PASSKEY_REFUSED), 403


def sign_out() -> ResponseReturnValue:
    """Ends the session; whoever comes by a link, such as that of a site behind a proxy, is asked first."""
    if request.method == "GET":
        return render_template("console/sign_out.html")
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
    status, refused = 200, None
    if form.validate_on_submit():
        try:
            return _attempt(form)
        except SignInRefused:
            count_failure()
            status, refused = 403, REFUSED
    elif form.is_submitted():
        status = 422
    return _shown(form, template, refused), status


def _shown(form: UserSignIn | RootSignIn, template: str, refused: LazyString | None) -> str:
    passkey = iam().login.passkey_options(site(), context())
    ended = session.pop("ended", False)
    return render_template(template, form=form, refused=refused, ended=ended, passkey=passkey)


def _attempt(form: UserSignIn | RootSignIn) -> ResponseReturnValue:
    name = form.name.data if isinstance(form, UserSignIn) else None
    attempt = iam().login.begin(form.account.data, name, form.password.data, context())
    return go_on(attempt, form.account.data, name, _target())


def _target() -> str:
    """Where to go after the sign-in; never from https to what anybody on the way can read and change."""
    origins = current_app.extensions["sites"].origins(is_https=current_app.config["BEHIND_HTTPS"])
    return local_path(request.args.get("next"), origins)


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
