"""My security credentials: one's own password, second factors, keys, app passwords and sessions."""

from __future__ import annotations

from flask import Blueprint

from web.console.credentials import (
    app_passwords,
    apps,
    binding,
    devices,
    everywhere,
    keys,
    page,
    passkeys,
    password,
    recovery,
    settings,
)
from web.throttle import Throttle

_MODULES = (page, password, devices, apps, passkeys, recovery, keys, app_passwords, binding, everywhere, settings)
_OF_ENROLMENT = ("enrol", "add_app", "add_app_codes", "drop_app", "add_passkey", "confirm", "sign_out")
ENROLMENT = frozenset(f"console.{name}" for name in _OF_ENROLMENT)
"""All that somebody sees who owes a second factor."""


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
