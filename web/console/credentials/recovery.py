"""Recovery codes of one's own."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from adapter import IamError
from web.console import fields
from web.console.components import asker, do
from web.console.credentials.common import page, read, trail
from web.console.proof import ask_first
from web.console.refusals import explain
from web.console.secrets_once import signed_file
from web.throttle import Throttle

_HERE = lazy_gettext("Recovery codes")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/credentials/recovery-codes", "recovery_codes", recovery_codes, methods=["GET", "POST"])


def recovery_codes() -> ResponseReturnValue:
    """Makes recovery codes and shows them once."""
    form = fields.Confirmation()
    if not form.is_submitted() and (asked := ask_first()):
        return asked
    problem = None
    if form.validate_on_submit():
        try:
            return _shown(do("create_recovery_codes")["recovery_codes"])
        except IamError as error:
            problem = explain(error)
    found, refused = read("describe_mfa")
    return page("recovery_codes", _HERE, form, problem or refused, mfa=found)


def _shown(codes: list[str]) -> ResponseReturnValue:
    return render_template(
        "console/credentials/recovery_shown.html",
        codes=codes,
        download=signed_file((gettext("Recovery code"),), [(code,) for code in codes]),
        filename=f"{asker().name}_recovery_codes.csv",
        crumbs=trail(_HERE),
    ), 200
