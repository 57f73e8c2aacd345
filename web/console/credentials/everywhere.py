"""Ending all of one's own sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from web.console import fields
from web.console.components import asker
from web.console.credentials.common import page
from web.current import context, iam
from web.sessions import close_session
from web.throttle import Throttle


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    address = "/credentials/sign-out-everywhere"
    console.add_url_rule(address, "sign_out_everywhere", sign_out_everywhere, methods=["GET", "POST"])


def sign_out_everywhere() -> ResponseReturnValue:
    """Ends every session in the console, this one too."""
    form = fields.Confirmation()
    if form.validate_on_submit():
        iam().login.sign_out_everywhere(asker(), context())
        close_session()
        flash(gettext("All your sessions in the console have ended, on every device."), "success")
        return redirect(url_for("console.sign_in"))
    words = {"title": gettext("Sign out everywhere?"), "verb": gettext("Sign out everywhere")}
    return page("everywhere", gettext("Sign out everywhere"), form, None, **words)
