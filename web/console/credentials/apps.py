"""Adding an authenticator app: a name, then a picture to scan and two codes in a row.

The seed is in the answer of the operation that makes the device, and nowhere else that could be read. Until the codes
are right it travels with the page, signed, so that the picture can be shown again after a mistake.
"""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import asdict, dataclass, field

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from adapter.errors import EntityAlreadyExists, IamError
from web.console.components import Result, asker, command, do
from web.console.credentials.common import is_root, page
from web.console.credentials.devices import after_adding, squeezed
from web.console.credentials.forms import AppForm, CodesForm
from web.console.proof import ask_first
from web.console.refusals import Problem, attempt, explain
from web.throttle import Throttle

_LIFE = 15 * 60
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_NAME = 100
_OUT_OF_DATE = lazy_gettext("That page was out of date. Start again; nothing has changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that has been made and waits for its codes.

    Attributes:
        seed: in base32, for typing.
        picture: a PNG in base64, for scanning.
    """

    serial: str
    label: str
    seed: str = field(repr=False)
    picture: str = field(repr=False)

    @property
    def groups(self) -> str:
        """The seed in groups of four."""
        return " ".join(self.seed[start : start + 4] for start in range(0, len(self.seed), 4))

    @property
    def signed(self) -> str:
        """As the page carries it."""
        return str(_signer().dumps(asdict(self)))

    @classmethod
    def from_signed(cls, text: str) -> Device:
        """Reads it back.

        Raises:
            BadSignature: it is none of ours, is of somebody else or is too old.
        """
        return cls(**_signer().loads(text, max_age=_LIFE))


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    base = "/credentials/mfa/app"
    console.add_url_rule(base, "add_app", add_app, methods=["GET", "POST"])
    console.add_url_rule(f"{base}/codes", "add_app_codes", throttle.guard(add_app_codes), methods=["POST"])
    console.add_url_rule(f"{base}/drop", "drop_app", drop_app, methods=["POST"])


def add_app() -> ResponseReturnValue:
    """Asks for a name, makes the device and shows the picture."""
    form = AppForm()
    problem = None
    if asked := ask_first():
        return asked
    if form.validate_on_submit():
        try:
            return _scan(CodesForm(formdata=None), _made(form.label.data), None)
        except IamError as error:
            problem = explain(error)
    aws = command("iam", "create-virtual-mfa-device", virtual_mfa_device_name="NAME")
    return page("add_app", gettext("Authenticator app"), form, problem, command=aws)


def add_app_codes() -> ResponseReturnValue:
    """Takes the two codes."""
    form = CodesForm()
    try:
        device = Device.from_signed(form.kept.data or "")
    except (BadSignature, TypeError):
        flash(str(_OUT_OF_DATE), "info")
        return redirect(url_for("console.add_app"))
    problem = None
    if form.validate_on_submit():
        codes = {"authentication_code1": squeezed(form.code1.data), "authentication_code2": squeezed(form.code2.data)}
        problem = attempt(do, "enable_mfa_device", user_name=asker().name, serial_number=device.serial, **codes)
        if problem is None:
            return after_adding(device.serial, device.label)
    return _scan(form, device, problem)


def drop_app() -> ResponseReturnValue:
    """Gives up: the device that was made goes again."""
    try:
        attempt(do, "delete_virtual_mfa_device", serial_number=Device.from_signed(request.form.get("kept", "")).serial)
    except (BadSignature, TypeError):
        flash(str(_OUT_OF_DATE), "info")
    return redirect(url_for("console.enrol" if asker().must_enrol else "console.my_credentials"))


def _made(label: str) -> Device:
    """A new device under the first name that is free; AWS's own rules for people often allow `mfa/NAME` alone."""
    name = "root-account-mfa-device" if is_root() else asker().name[:_LONGEST_NAME]
    longer = f"{name}-{_NOT_IN_NAMES.sub('-', label).strip('-') or 'device'}"
    for wanted in (name, longer):
        try:
            return _device(do("create_virtual_mfa_device", virtual_mfa_device_name=wanted), label)
        except EntityAlreadyExists:
            continue
    return _device(do("create_virtual_mfa_device", virtual_mfa_device_name=f"{longer}-{secrets.token_hex(4)}"), label)


def _device(answer: Result, label: str) -> Device:
    made = answer["virtual_mfa_device"]
    return Device(
        serial=made["serial_number"],
        label=label,
        seed=made["base32_string_seed"].decode(),
        picture=base64.b64encode(made["qr_code_png"]).decode(),
    )


def _scan(form: CodesForm, device: Device, problem: Problem | None) -> ResponseReturnValue:
    form.kept.data = device.signed
    aws = command(
        "iam",
        "enable-mfa-device",
        user_name=asker().name,
        serial_number=device.serial,
        authentication_code1="CODE1",
        authentication_code2="CODE2",
    )
    return page("scan", gettext("Scan and prove"), form, problem, device=device, command=aws)


def _signer() -> URLSafeTimedSerializer:
    """Signs for one person: nobody else's page is taken."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"enrolment of {asker().unique_id}")
