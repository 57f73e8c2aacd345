"""A user's password and access keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm

from adapter import IamError
from web.console import fields, holders
from web.console.access_keys import Switch, deletion_words
from web.console.components import Result, command, do
from web.console.refusals import Problem, attempt, explain, status_of
from web.console.secrets_once import Credentials, download_of, generated_password
from web.console.spreadsheets import FORMULA_STARTS
from web.console.users.forms import PasswordForm
from web.throttle import Throttle

FORMULA = lazy_gettext("A password can't begin with = + - or @ here: spreadsheets would take it for a formula")


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both, base = ["GET", "POST"], "/users/<name>"
    console.add_url_rule(f"{base}/password", "user_password", set_password, methods=both)
    console.add_url_rule(f"{base}/password/remove", "remove_user_password", remove_password, methods=both)
    console.add_url_rule(f"{base}/mfa/remove", "remove_user_device", remove_device, methods=both)
    console.add_url_rule(f"{base}/keys/create", "create_user_key", create_key, methods=both)
    console.add_url_rule(f"{base}/keys/<key>/switch", "switch_user_key", switch_key, methods=both)
    console.add_url_rule(f"{base}/keys/<key>/delete", "delete_user_key", delete_key, methods=both)


def set_password(name: str) -> ResponseReturnValue:
    """Gives a user a password, or another one, and shows it once."""
    user = do("describe_user", user_name=name)["user"]
    has_one = bool(user["password_changed"])
    form = PasswordForm()
    problem = None
    if form.validate_on_submit() and _is_chosen(form):
        password = chosen_password(form)
        operation = "update_login_profile" if has_one else "create_login_profile"
        given = {"password": password, "password_reset_required": form.must_change.data}
        problem = attempt(do, operation, user_name=name, **given)
        if problem is None:
            title = gettext("New password of %(name)s", name=name)
            if not has_one:
                title = gettext("Console password of %(name)s", name=name)
            return shown_once(name, title, Credentials(user_name=name, password=password))
    aws = command(
        "iam",
        "update-login-profile" if has_one else "create-login-profile",
        user_name=name,
        password="PASSWORD",  # noqa: S106  # for the reader to fill in
        password_reset_required=bool(form.must_change.data),
    )
    title = gettext("Reset password") if has_one else gettext("Give console access")
    return _page("password", name, title, form, problem, command=aws, has_one=has_one, title=title)


def chosen_password(form: Any) -> str:
    """What was typed, or a new one."""
    return form.password.data if form.how.data == "own" else generated_password()


def remove_password(name: str) -> ResponseReturnValue:
    """Takes a user's password away, after asking."""
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        is_last = do("describe_administration", without_user=name)["is_last"]
        problem = holders.last_administrator(name) if is_last else attempt(do, "delete_login_profile", user_name=name)
        if problem is None:
            words = gettext("%(name)s has no password any more and can't sign in. Access keys still work.", name=name)
            flash(words, "success")
            return redirect(url_for("console.user_credentials", name=name))
    return _page(
        "remove_password",
        name,
        gettext("Remove password"),
        form,
        problem,
        title=gettext("Remove the password of %(name)s?", name=name),
        verb=gettext("Remove password"),
        command=command("iam", "delete-login-profile", user_name=name),
    )


def remove_device(name: str) -> ResponseReturnValue:
    """Takes an MFA device from a user who has lost it, after asking; a virtual one is deleted."""
    serial = request.args.get("device", "")
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "deactivate_mfa_device", user_name=name, serial_number=serial)
        if problem is None:
            if ":mfa/" in serial:
                attempt(do, "delete_virtual_mfa_device", serial_number=serial)
            told = gettext(
                "The MFA device of %(name)s has been removed. Ask the user to set up another one.", name=name
            )
            flash(told, "success")
            return redirect(url_for("console.user_credentials", name=name))
    words = {"title": gettext("Remove an MFA device of %(name)s?", name=name), "verb": gettext("Remove device")}
    aws = command("iam", "deactivate-mfa-device", user_name=name, serial_number=serial)
    return _page("remove_device", name, words["verb"], form, problem, command=aws, serial=serial, **words)


def create_key(name: str) -> ResponseReturnValue:
    """Makes an access key and shows its secret once."""
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        try:
            key = do("create_access_key", user_name=name)["access_key"]
        except IamError as error:
            problem = explain(error)
        else:
            shown = Credentials(
                user_name=name, access_key_id=key["access_key_id"], secret_access_key=key["secret_access_key"]
            )
            return shown_once(name, gettext("New access key of %(name)s", name=name), shown)
    aws = command("iam", "create-access-key", user_name=name)
    return _page("create_key", name, gettext("Create access key"), form, problem, command=aws)


def switch_key(name: str, key: str) -> ResponseReturnValue:
    """Deactivates an active key, or activates one that is not."""
    found = _key(name, key)
    change = Switch.of(found)
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "update_access_key", user_name=name, **change.params)
        if problem is None:
            flash(change.done, "success")
            return redirect(url_for("console.user_credentials", name=name))
    words, aws = change.words, command("iam", "update-access-key", user_name=name, **change.params)
    return _page("switch_key", name, words["verb"], form, problem, command=aws, key=found, **words)


def delete_key(name: str, key: str) -> ResponseReturnValue:
    """Deletes a key for good, after its id has been typed."""
    found = _key(name, key)
    form = fields.TypedConfirmation()
    problem = None
    if form.validate_on_submit() and fields.is_typed(form, key):
        problem = attempt(do, "delete_access_key", user_name=name, access_key_id=key)
        if problem is None:
            flash(gettext("The access key %(key)s of %(name)s has been deleted.", key=key, name=name), "success")
            return redirect(url_for("console.user_credentials", name=name))
    aws = command("iam", "delete-access-key", user_name=name, access_key_id=key)
    words = deletion_words(key)
    return _page("delete_key", name, words["verb"], form, problem, command=aws, key=found, to_type=key, **words)


def shown_once(name: str, title: str, shown: Credentials) -> ResponseReturnValue:
    """The page that shows something new and secret, as the answer to the form that made it."""
    return render_template(
        "console/components/shown_once.html",
        title=title,
        rows=shown.rows,
        download=download_of([shown]),
        filename=f"{shown.user_name}_credentials.csv",
        onward_url=url_for("console.user_credentials", name=name),
        onward_name=name,
        crumbs=holders.USER.crumbs(name, title),
    )


def password_fault(how: str, password: str) -> str | None:
    """What is wrong with a typed password before anybody asks the door."""
    if how != "own":
        return None
    if not password:
        return gettext("Enter a password, or let one be generated")
    return str(FORMULA) if password.startswith(FORMULA_STARTS) else None


def _is_chosen(form: PasswordForm) -> bool:
    fault = password_fault(form.how.data, form.password.data or "")
    if fault:
        fields.note(form.password, fault)
    return fault is None


def _key(name: str, key: str) -> Result:
    """The key as the page shows it; one that is not there has only its id, and the door says so when it is used."""
    keys = do("describe_credentials", user_name=name)["access_keys"]
    return next((each for each in keys if each["access_key_id"] == key), {"access_key_id": key, "status": "Active"})


def _page(
    template: str, name: str, here: str, form: FlaskForm, problem: Problem | None, **more: Any
) -> ResponseReturnValue:
    page = render_template(
        f"console/users/{template}.html",
        **{"name": name, "cancel_url": url_for("console.user_credentials", name=name)} | more,
        form=form,
        problem=problem,
        crumbs=holders.USER.crumbs(name, here),
    )
    return page, status_of(form, problem)
