"""People with second factors in a browser, and how they got them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import CDPSession, Page, expect

from adapter import Caller, Iam, RequestContext, open_iam
from adapter.crypto.totp import code_at, current_step
from adapter.server.tree import DEMO_PASSWORD
from tests.browser.console import Console
from tests.browser.pages import fill_in
from tests.callers import root_of

SELF_SERVICE = "arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys"
CREDENTIALS = "/console/credentials"


@dataclass
class App:
    """An authenticator app, which gives each code once: it waits for the next step when it has to."""

    seed: bytes
    last: int = 0

    def code(self) -> str:
        context = RequestContext()
        step = max(current_step(context.now), self.last + 1)
        while step > current_step(RequestContext().now) + 1:
            time.sleep(0.2)
        self.last = step
        return code_at(self.seed, step)


def set_up(page: Page, first: str, second: str, add: str) -> App:
    """Reads the secret off the page that shows it, and gives two codes in a row.

    Args:
        first, second: the labels of their fields.
        add: what the button says.
    """
    seed = base64.b32decode(page.locator(".scan .copyable code").inner_text().replace(" ", ""))
    step = current_step(RequestContext().now)
    page.get_by_label(first).fill(code_at(seed, step - 1))
    page.get_by_label(second).fill(code_at(seed, step))
    page.get_by_role("button", name=add).click()
    return App(seed, step)


def as_root(console: Console, act: Callable[[Iam, Caller], None]) -> None:
    """Does something at the door as the root user."""
    directory = console.directory
    iam = open_iam(directory.settings)
    try:
        act(iam, replace(root_of(iam, directory), must_enrol=False, proved_at=None))
    finally:
        iam.close()


def make_person(console: Console, name: str, *policies: str) -> None:
    """Adds somebody with a password and policies."""

    def act(iam: Iam, root: Caller) -> None:
        iam.execute(root, "create_user", {"user_name": name})
        profile = {"user_name": name, "password": DEMO_PASSWORD, "password_reset_required": False}
        iam.execute(root, "create_login_profile", profile)
        for policy in policies:
            iam.execute(root, "attach_user_policy", {"user_name": name, "policy_arn": policy})

    as_root(console, act)


def give_app(console: Console, name: str, label: str = "phone") -> App:
    """Gives somebody an authenticator app; the codes until now are used up."""
    apps: list[App] = []

    def act(iam: Iam, root: Caller) -> None:
        made = iam.execute(root, "create_virtual_mfa_device", {"virtual_mfa_device_name": f"{name}-{label}"})
        device = made["virtual_mfa_device"]
        app = App(base64.b32decode(device["base32_string_seed"]))
        step = current_step(RequestContext().now)
        app.last = step - 1
        codes = {
            "authentication_code1": code_at(app.seed, step - 2),
            "authentication_code2": code_at(app.seed, step - 1),
        }
        params = {"user_name": name, "serial_number": device["serial_number"], **codes}
        iam.execute(root, "enable_mfa_device", params)
        apps.append(app)

    as_root(console, act)
    return apps[0]


def require_mfa(console: Console, required: bool = True) -> None:
    as_root(
        console, lambda iam, root: iam.execute(root, "update_sign_in_settings", {"mfa_required": required}) and None
    )


def sign_in_with(page: Page, console: Console, name: str, app: App) -> None:
    fill_in(page, console, name)
    page.get_by_label("Authentication code").fill(app.code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".user-fold")).to_be_visible()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A security key that verifies its user, plugged into this page."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def by_name(console: Console) -> Console:
    """The console at the name localhost, where browsers allow passkeys."""
    return Console(console.url.replace("127.0.0.1", "localhost"), console.directory, console.log)


def grow_old(page: Page, console: Console, minutes: int = 10) -> None:
    """Makes whoever is signed in have proved that longer ago."""
    iam = open_iam(console.directory.settings)
    try:
        app = Flask("a cookie's keeper")
        app.config["SECRET_KEY"] = iam.web_secret()
    finally:
        iam.close()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "bindery"]
    kept = signer.loads(cookie["value"])
    kept["_user_id"] = json.dumps(_older(json.loads(kept["_user_id"]), minutes * 60))
    page.context.add_cookies([{"name": "bindery", "value": signer.dumps(kept), "url": console.url}])


def _older(claims: dict[str, Any], seconds: float) -> dict[str, Any]:
    return {key: value - seconds if key.endswith("_at") and value else value for key, value in claims.items()}
