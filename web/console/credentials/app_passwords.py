"""One's own app passwords (service-specific credentials): for programs that can't ask for a second factor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.exceptions import NotFound

from adapter import IamError
from web.console import fields
from web.console.components import Result, asker, command, do
from web.console.credentials.common import page, read, trail
from web.console.credentials.forms import AppPasswordForm
from web.console.proof import ask_first
from web.console.refusals import attempt, explain
from web.console.secrets_once import signed_file
from web.throttle import Throttle

_APPLICATION = lazy_gettext("Application")
_USER_NAME = lazy_gettext("User name")
_PASSWORD = lazy_gettext("Password")
_SERVER = lazy_gettext("LDAP server")
_BASE = lazy_gettext("Base DN")
_DN = lazy_gettext("Bind DN")
_FILTER = lazy_gettext("User filter")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both, base = ["GET", "POST"], "/credentials/app-passwords"
    console.add_url_rule(f"{base}/create", "create_app_password", create, methods=both)
    console.add_url_rule(f"{base}/<credential>/reset", "reset_app_password", reset, methods=both)
    console.add_url_rule(f"{base}/<credential>/switch", "switch_app_password", switch, methods=both)
    console.add_url_rule(f"{base}/<credential>/delete", "delete_app_password", delete, methods=both)


def create() -> ResponseReturnValue:
    """Makes a password for one application and shows it once."""
    form = AppPasswordForm()
    if not form.is_submitted() and (asked := ask_first()):
        return asked
    problem = None
    if form.validate_on_submit():
        given = {"service_name": form.service.data, "credential_age_days": form.days.data}
        try:
            made = do("create_service_specific_credential", user_name=asker().name, **given)
        except IamError as error:
            problem = explain(error)
        else:
            return _shown(made, gettext("New password for %(name)s", name=form.service.data))
    aws = command("iam", "create-service-specific-credential", user_name=asker().name, service_name="NAME")
    return page("create_app_password", gettext("Create app password"), form, problem, command=aws)


def reset(credential: str) -> ResponseReturnValue:
    """Gives an application another password and shows it once."""
    found = _credential(credential)
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        try:
            made = do("reset_service_specific_credential", service_specific_credential_id=credential)
        except IamError as error:
            problem = explain(error)
        else:
            return _shown(made, gettext("New password for %(name)s", name=found["service_name"]))
    aws = command("iam", "reset-service-specific-credential", service_specific_credential_id=credential)
    words = {
        "title": gettext("Reset the password for %(name)s?", name=found["service_name"]),
        "verb": gettext("Reset password"),
        "command": aws,
    }
    return page("reset_app_password", gettext("Reset app password"), form, problem, credential=found, **words)


def switch(credential: str) -> ResponseReturnValue:
    """Deactivates an active password, or activates one that is not."""
    found = _credential(credential)
    becomes = "Inactive" if found["status"] == "Active" else "Active"
    form = fields.Confirmation()
    problem = None
    change = {"service_specific_credential_id": credential, "status": becomes}
    if form.validate_on_submit():
        problem = attempt(do, "update_service_specific_credential", **change)
        if problem is None:
            flash(_switched(found["service_name"], becomes), "success")
            return redirect(url_for("console.my_credentials"))
    aws = command("iam", "update-service-specific-credential", **change)
    words = _switching(found["service_name"], becomes) | {"command": aws}
    return page("switch_app_password", words["verb"], form, problem, credential=found, **words)


def delete(credential: str) -> ResponseReturnValue:
    """Deletes a password for good."""
    found = _credential(credential)
    form = fields.TypedConfirmation()
    problem = None
    name = found["service_name"]
    if form.validate_on_submit() and fields.is_typed(form, name):
        problem = attempt(do, "delete_service_specific_credential", service_specific_credential_id=credential)
        if problem is None:
            flash(gettext("The password for %(name)s has been deleted.", name=name), "success")
            return redirect(url_for("console.my_credentials"))
    aws = command("iam", "delete-service-specific-credential", service_specific_credential_id=credential)
    words = {
        "title": gettext("Delete the password for %(name)s?", name=name),
        "verb": gettext("Delete password"),
        "command": aws,
    }
    return page(
        "delete_app_password", gettext("Delete app password"), form, problem, credential=found, name=name, **words
    )


def _switching(name: str, becomes: str) -> dict[str, str]:
    """The words of the page that asks."""
    if becomes == "Inactive":
        return {
            "title": gettext("Deactivate the password for %(name)s?", name=name),
            "verb": gettext("Deactivate app password"),
        }
    return {
        "title": gettext("Activate the password for %(name)s?", name=name),
        "verb": gettext("Activate app password"),
    }


def _switched(name: str, becomes: str) -> str:
    if becomes == "Inactive":
        return gettext("The password for %(name)s is now inactive.", name=name)
    return gettext("The password for %(name)s is now active.", name=name)


def _shown(made: Result, title: str) -> ResponseReturnValue:
    credential = made["service_specific_credential"]
    rows = _rows(credential)
    return render_template(
        "console/components/shown_once.html",
        title=title,
        rows=[(str(label), value, label is _PASSWORD) for label, value in rows],
        download=signed_file([str(label) for label, _ in rows], [tuple(value for _, value in rows)]),
        filename=f"{credential['service_name']}.csv",
        onward_url=url_for("console.my_credentials"),
        crumbs=trail(title),
    ), HTTPStatus.OK


def _rows(credential: Result) -> list[tuple[LazyString, str]]:
    """What the application has to be told, as far as its owner may know where it signs in."""
    found, _ = read("describe_app_passwords", user_name=asker().name)
    number = credential["service_specific_credential_id"]
    known = (each for each in found.get("app_passwords", ()) if each["service_specific_credential_id"] == number)
    place = next(known, {})
    rows = [
        (_APPLICATION, credential["service_name"]),
        (_USER_NAME, place.get("login") or credential["service_user_name"]),
        (_PASSWORD, credential["service_password"]),
    ]
    told = {
        _SERVER: ", ".join(found.get("servers", ())),
        _BASE: place.get("base_dn"),
        _DN: place.get("dn"),
        _FILTER: place.get("user_filter"),
    }
    return rows + [(label, text) for label, text in told.items() if text]


def _credential(wanted: str) -> dict[str, Any]:
    for each in do("list_service_specific_credentials")["service_specific_credentials"]:
        if each["service_specific_credential_id"] == wanted:
            return dict(each)
    raise NotFound
