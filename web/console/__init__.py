"""The console: pages for people."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web.console import (
    access,
    account,
    credentials,
    directory,
    events,
    groups,
    home,
    jobs,
    language,
    lists,
    mfa,
    password,
    policies,
    proof,
    providers,
    reports,
    roles,
    scripts,
    secrets_once,
    services,
    sign_in,
    users,
)
from web.security import refuse_foreign_origin
from web.throttle import Throttle

_MODULES = (
    home,
    language,
    lists,
    sign_in,
    password,
    mfa,
    proof,
    credentials,
    users,
    groups,
    roles,
    policies,
    providers,
    services,
    access,
    reports,
    account,
    events,
    directory,
    jobs,
    scripts,
    secrets_once,
)
_PUBLIC = frozenset(
    {
        "console.sign_in",
        "console.sign_in_as_root",
        "console.sign_in_by_passkey",
        "console.new_password",
        "console.mfa_code",
        "console.language",
    }
)


def create_console(throttle: Throttle) -> Blueprint:
    """All pages of the console. Every one of them needs a session unless it is listed as public."""
    console = Blueprint("console", __name__, url_prefix="/console")
    console.before_request(refuse_foreign_origin)
    console.before_request(_require_session)
    for module in _MODULES:
        module.add_pages(console, throttle)
    return console


def _require_session() -> ResponseReturnValue | None:
    if request.endpoint in _PUBLIC:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("console.sign_in", next=wanted))
    if current_user.caller.must_enrol and request.endpoint not in credentials.ENROLMENT:
        return redirect(url_for("console.enrol"))
    return None
