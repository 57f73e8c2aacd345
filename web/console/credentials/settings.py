"""What signing in takes, for everybody in the account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.components import crumbs, do, may
from web.console.credentials.forms import SettingsForm
from web.console.refusals import attempt, status_of
from web.throttle import Throttle

_TITLE = lazy_gettext("Sign-in settings")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/sign-in-settings", "sign_in_settings", sign_in_settings, methods=["GET", "POST"])


def sign_in_settings() -> ResponseReturnValue:
    """Shows and changes whether everybody needs a second factor."""
    current = do("get_sign_in_settings")["sign_in_settings"]
    form = SettingsForm(data=current)
    problem = None
    if form.validate_on_submit():
        wanted = bool(form.mfa_required.data)
        problem = attempt(do, "update_sign_in_settings", mfa_required=wanted)
        if problem is None:
            flash(_told(wanted), "success")
            return redirect(url_for("console.sign_in_settings"))
    allowed = may(update=("update_sign_in_settings", {"mfa_required": True}))["update"]
    page = render_template(
        "console/credentials/settings.html",
        title=_TITLE,
        form=form,
        problem=problem,
        allowed=allowed,
        required=current["mfa_required"],
        crumbs=crumbs((gettext("Account settings"), "console.account"), here=_TITLE),
    )
    return page, status_of(form, problem)


def _told(required: bool) -> str:
    if required:
        return gettext("MFA is required from now on. Who has none sets it up before anything else, at the latest now.")
    return gettext("MFA is not required any more. Who has set it up is still asked for it.")
