"""Adding a passkey, which the browser makes."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter import IamError
from web.console import fields
from web.console.components import do
from web.console.credentials.common import page, read
from web.console.credentials.devices import after_adding
from web.console.credentials.forms import PasskeyForm
from web.console.proof import ask_first
from web.console.refusals import explain
from web.current import own_origin
from web.throttle import Throttle

_NOTHING = lazy_gettext("No passkey was made. Use the button, and follow what your browser asks")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/credentials/mfa/passkey", "add_passkey", add_passkey, methods=["GET", "POST"])


def add_passkey() -> ResponseReturnValue:
    """Has the browser make a passkey and takes it."""
    if asked := ask_first():
        return asked
    form = PasskeyForm()
    problem = None
    if form.validate_on_submit():
        if not form.answer.data:
            fields.note(form.label, _NOTHING)
        else:
            given = {"origin": own_origin(), "label": form.label.data, "answer": form.answer.data}
            try:
                return after_adding(do("create_passkey", **given)["serial_number"], form.label.data)
            except IamError as error:
                problem = explain(error)
    form.answer.data = ""
    found, refused = read("get_passkey_options", origin=own_origin())
    return page("add_passkey", gettext("Passkey"), form, problem or refused, options=found.get("options", ""))
