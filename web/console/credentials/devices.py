"""One's own MFA devices: adding one, giving it another name, setting its clock right, removing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from web.console import fields
from web.console.components import asker, command, do, may
from web.console.credentials.common import claims, is_root, page, read
from web.console.credentials.forms import CodesForm, LabelForm
from web.console.proof import ask_first
from web.console.refusals import attempt
from web.current import context, iam
from web.sessions import renew_session
from web.throttle import Throttle

Device = dict[str, Any]


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    both, base = ["GET", "POST"], "/credentials/mfa"
    console.add_url_rule("/enrol", "enrol", enrol, methods=["GET"])
    console.add_url_rule(f"{base}/add", "add_device", add_device, methods=["GET"])
    console.add_url_rule(f"{base}/rename", "rename_device", rename, methods=both)
    console.add_url_rule(f"{base}/resync", "resync_device", throttle.guard(resync), methods=both)
    console.add_url_rule(f"{base}/remove", "remove_device", remove, methods=both)


def enrol() -> ResponseReturnValue:
    """Leads somebody who owes a second factor to setting one up; who has one, to giving it."""
    if not asker().must_enrol:
        return redirect(url_for("console.home"))
    return ask_first() or _kinds(gettext("Set up MFA"))


def add_device() -> ResponseReturnValue:
    """Offers the kinds of devices that there are."""
    return ask_first() or _kinds(gettext("Add MFA device"))


def rename() -> ResponseReturnValue:
    """Gives a device another name."""
    device = _device()
    form = LabelForm(data={"label": device["label"]})
    problem = None
    if form.validate_on_submit():
        serial = device["serial_number"]
        problem = attempt(do, "rename_mfa_device", serial_number=serial, label=form.label.data)
        if problem is None:
            flash(
                gettext("%(label)s is now called %(value)s.", label=device["label"], value=form.label.data), "success"
            )
            return redirect(url_for("console.my_credentials"))
    return page("rename_device", gettext("Rename device"), form, problem, device=device)


def resync() -> ResponseReturnValue:
    """Finds out from two codes how wrong the clock of an authenticator app is."""
    device = _device()
    form = CodesForm()
    problem = None
    if not form.is_submitted() and (asked := ask_first()):
        return asked
    name = asker().name
    if form.validate_on_submit():
        codes = {"authentication_code1": squeezed(form.code1.data), "authentication_code2": squeezed(form.code2.data)}
        serial = device["serial_number"]
        problem = attempt(do, "resync_mfa_device", user_name=name, serial_number=serial, **codes)
        if problem is None:
            flash(
                gettext("The clock of %(label)s is known now. Its codes will be taken again.", label=device["label"]),
                "success",
            )
            return redirect(url_for("console.my_credentials"))
    aws = command("iam", "resync-mfa-device", user_name=name, serial_number=device["serial_number"])
    return page("resync_device", gettext("Synchronise device"), form, problem, device=device, command=aws)


def remove() -> ResponseReturnValue:
    """Removes a device, after saying what that means."""
    device = _device()
    form = fields.Confirmation()
    problem = None
    serial = device["serial_number"]
    if form.validate_on_submit():
        owner = {} if is_root() else {"user_name": asker().name}
        problem = attempt(do, "deactivate_mfa_device", serial_number=serial, **owner)
        if problem is None:
            if device["kind"] == "app":
                attempt(do, "delete_virtual_mfa_device", serial_number=serial)
            flash(
                gettext("%(label)s has been removed. It is good for nothing any more.", label=device["label"]),
                "success",
            )
            return redirect(url_for("console.my_credentials"))
    return page(
        "remove_device",
        gettext("Remove device"),
        form,
        problem,
        device=device,
        title=gettext("Remove %(label)s?", label=device["label"]),
        verb=gettext("Remove device"),
        others=len(do("describe_mfa")["devices"]) - 1,
        command=command("iam", "deactivate-mfa-device", serial_number=serial),
    )


def after_adding(serial: str, label: str) -> ResponseReturnValue:
    """Counts the new device as given, names it, and goes on to recovery codes when there are none."""
    renew_session(iam().login.after_enrolment(claims(), serial, context()))
    attempt(do, "rename_mfa_device", serial_number=serial, label=label)
    flash(gettext("%(label)s has been added. From now on it is asked for when you sign in.", label=label), "success")
    found, _problem = read("describe_mfa")
    wants_codes = not found.get("recovery_codes_left") and may(codes=("create_recovery_codes", {}))["codes"]
    return redirect(url_for("console.recovery_codes" if wants_codes else "console.my_credentials"))


def squeezed(code: str) -> str:
    """A code without the spaces that people put into it."""
    return "".join(code.split())


def _kinds(title: str) -> ResponseReturnValue:
    return page("add_device", title, None, None, command=command("iam", "create-virtual-mfa-device"))


def _device() -> Device:
    """The device that the address names, if it is one's own."""
    wanted = request.args.get("device", "")
    for device in do("describe_mfa")["devices"]:
        if device["serial_number"] == wanted:
            return dict(device)
    raise NotFound
