"""The overview of one's own credentials."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapter.errors import AccessDenied
from web.console.binding import MODES
from web.console.components import Action, Params, Permission, asker, command, crumbs, do, may
from web.console.credentials.common import TITLE, claims, is_root, read
from web.console.refusals import Problem, explain
from web.throttle import Throttle

MOST_KEYS = 2
MOST_DEVICES = 8
_ANY_KEY = {"access_key_id": "A" * 20}
_ANY_CREDENTIAL = {"service_specific_credential_id": "ACCA" + "A" * 17}


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/credentials", "my_credentials", my_credentials, methods=["GET"])


def my_credentials() -> ResponseReturnValue:
    """Everything that one signs in with."""
    caller, root = asker(), is_root()
    allowed = may(**_calls(caller.name, root))
    mfa, mfa_problem = read("describe_mfa")
    keys, keys_problem = _keys()
    passwords, passwords_problem = ({}, None) if root else read("describe_app_passwords", user_name=caller.name)
    bound, _ = read("get_user_bind_settings", user_name=caller.name) if allowed.get("see_binding") else ({}, None)
    mark = claims().password_mark
    return render_template(
        "console/credentials/page.html",
        person=caller,
        is_root=root,
        password_changed=datetime.fromisoformat(mark) if mark else None,
        mfa=mfa,
        mfa_problem=mfa_problem,
        keys=keys,
        keys_problem=keys_problem,
        passwords=passwords.get("app_passwords", []),
        servers=passwords.get("servers", []),
        bound=bound.get("bind_settings"),
        modes=MODES,
        passwords_problem=passwords_problem,
        allowed=allowed,
        actions=_actions(allowed, len(mfa.get("devices", ())), len(keys)),
        crumbs=crumbs(here=TITLE),
        command=command("iam", "list-mfa-devices"),
    ), HTTPStatus.OK


def keys_with_use() -> list[dict[str, Any]]:
    """The access keys of whoever is signed in, oldest first, with when and for what each was used last.

    Raises:
        AccessDenied: they may not be seen.
    """
    found, _problem = read("describe_credentials", user_name=asker().name)
    if found:
        return list(found["access_keys"])
    listed = do("list_access_keys")["access_key_metadata"]
    keys = [key | do("get_access_key_last_used", access_key_id=key["access_key_id"]) for key in listed]
    return sorted(
        (key | key["access_key_last_used"] for key in keys), key=lambda key: (key["create_date"], key["access_key_id"])
    )


def _keys() -> tuple[list[dict[str, Any]], Problem | None]:
    try:
        return keys_with_use(), None
    except AccessDenied as error:
        return [], explain(error)


def _calls(name: str, root: bool) -> dict[str, tuple[str, Params]]:
    own: Params = {"user_name": name}
    calls: dict[str, tuple[str, Params]] = {
        "create_key": ("create_access_key", {}),
        "update_key": ("update_access_key", _ANY_KEY | {"status": "Inactive"}),
        "delete_key": ("delete_access_key", _ANY_KEY),
        "add_device": ("get_passkey_options", {"origin": "https://console"}),
        "remove_device": ("deactivate_mfa_device", {"serial_number": "arn:aws:iam::000000000000:mfa/x"}),
    }
    if root:
        return calls
    return calls | {
        "change_password": ("change_password", {"old_password": "x", "new_password": "x"}),
        "create_password": ("create_service_specific_credential", {**own, "service_name": "mail"}),
        "update_password": ("update_service_specific_credential", _ANY_CREDENTIAL | {"status": "Inactive"}),
        "reset_password": ("reset_service_specific_credential", _ANY_CREDENTIAL),
        "delete_password": ("delete_service_specific_credential", _ANY_CREDENTIAL),
        "see_binding": ("get_user_bind_settings", own),
        "add_bind_device": ("create_bind_device", own),
        "remove_bind_device": ("delete_bind_device", own),
    }


def _actions(allowed: dict[str, Permission], devices: int, keys: int) -> dict[str, list[Action]]:
    """The buttons of each part of the page; what one has enough of is not offered."""

    def button(label: str, endpoint: str, right: str, needs: str, icon: str) -> list[Action]:
        return [Action(label, url_for(f"console.{endpoint}"), allowed.get(right, True), needs, icon=icon)]

    return {
        "password": button(
            gettext("Change password"), "change_password", "change_password", "iam:ChangePassword", "lock"
        ),
        "device": button(gettext("Add device"), "add_device", "add_device", "iam:EnableMFADevice", "plus")
        if devices < MOST_DEVICES
        else [],
        "key": button(gettext("Create access key"), "create_my_key", "create_key", "iam:CreateAccessKey", "key")
        if keys < MOST_KEYS
        else [],
        "app": button(
            gettext("Create app password"),
            "create_app_password",
            "create_password",
            "iam:CreateServiceSpecificCredential",
            "plus",
        ),
        "bind_device": button(
            gettext("Set up codes"), "add_bind_device", "add_bind_device", "bindery:CreateBindDevice", "phone"
        ),
        "sessions": button(gettext("Sign out everywhere"), "sign_out_everywhere", "", "", "out"),
    }
