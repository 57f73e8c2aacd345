"""The device for codes behind one's own password, where one binds with LDAP: set up, and taken away."""

from __future__ import annotations

import base64

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature

from adapter.errors import IamError
from web.console import fields
from web.console.components import asker, do
from web.console.credentials.apps import Device
from web.console.credentials.common import page
from web.console.credentials.devices import squeezed
from web.console.credentials.forms import CodesForm
from web.console.proof import ask_first
from web.console.refusals import Problem, attempt, explain
from web.throttle import Throttle


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    base, both = "/credentials/ldap-device", ["GET", "POST"]
    console.add_url_rule(f"{base}/add", "add_bind_device", add, methods=both)
    console.add_url_rule(f"{base}/codes", "add_bind_codes", throttle.guard(codes), methods=["POST"])
    console.add_url_rule(f"{base}/remove", "remove_bind_device", remove, methods=both)


def add() -> ResponseReturnValue:
    """Says what the device is for, makes it and shows the picture."""
    if asked := ask_first():
        return asked
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        try:
            made = do("create_bind_device", user_name=asker().name)["bind_device"]
        except IamError as error:
            problem = explain(error)
        else:
            device = Device(
                serial=asker().name,
                label=gettext("LDAP sign-in"),
                seed=made["base32_string_seed"].decode(),
                picture=base64.b64encode(made["qr_code_png"]).decode(),
            )
            return _scan(CodesForm(formdata=None), device, None)
    return page("add_bind_device", gettext("Codes for LDAP sign-in"), form, problem, command=None)


def codes() -> ResponseReturnValue:
    """Takes the two codes."""
    form = CodesForm()
    try:
        device = Device.from_signed(form.kept.data or "")
    except (BadSignature, TypeError):
        flash(gettext("That page was out of date. Start again; nothing has changed."), "info")
        return redirect(url_for("console.add_bind_device"))
    problem = None
    if form.validate_on_submit():
        given = {"authentication_code1": squeezed(form.code1.data), "authentication_code2": squeezed(form.code2.data)}
        problem = attempt(do, "enable_bind_device", user_name=asker().name, **given)
        if problem is None:
            told = gettext("From now on, type the code right behind your password where you sign in with LDAP.")
            flash(told, "success")
            return redirect(url_for("console.my_credentials"))
    return _scan(form, device, problem)


def remove() -> ResponseReturnValue:
    """Takes the device away, after asking."""
    form = fields.Confirmation()
    problem = None
    if form.validate_on_submit():
        problem = attempt(do, "delete_bind_device", user_name=asker().name)
        if problem is None:
            flash(gettext("The device for LDAP sign-in is gone."), "success")
            return redirect(url_for("console.my_credentials"))
    title = gettext("Remove the device for LDAP sign-in?")
    return page("remove_bind_device", title, form, problem, command=None, verb=gettext("Remove device"))


def _scan(form: CodesForm, device: Device, problem: Problem | None) -> ResponseReturnValue:
    form.kept.data = device.signed
    ways = {"codes_url": url_for("console.add_bind_codes"), "drop_url": url_for("console.my_credentials")}
    return page("scan", gettext("Scan and prove"), form, problem, device=device, command=None, **ways)
