"""People with second factors, and what they send."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from adapter.crypto.totp import code_at, current_step
from adapter.server.tree import DEMO_PASSWORD
from tests.authenticators import Authenticator
from tests.web.conftest import Do
from tests.web.visitor import ORIGIN, Visitor

CODE = "/console/sign-in/code"
CONFIRM = "/console/confirm"
CREDENTIALS = "/console/credentials"
KEYS = f"{CREDENTIALS}/keys/create"
SELF_SERVICE = "arn:aws:iam::aws:policy/IAMSelfManageMFAAndKeys"
WRONG = "000000"


@dataclass
class App:
    """An authenticator app that gives each code once."""

    serial: str
    seed: bytes
    last: int

    def code(self) -> str:
        """A code that has not been used: of now, or of the next step while that is near enough."""
        step = max(current_step(datetime.now(UTC)), self.last + 1)
        self.last = step
        return code_at(self.seed, step)

    def pair(self) -> dict[str, str]:
        return {"code1": self.code(), "code2": self.code()}


def make_person(do: Do, name: str, *policies: str) -> None:
    do("create_user", user_name=name)
    do("create_login_profile", user_name=name, password=DEMO_PASSWORD)
    for policy in policies:
        do("attach_user_policy", user_name=name, policy_arn=policy)


def give_app(do: Do, name: str, label: str = "phone") -> App:
    """A device of somebody; the codes of the present step and the next are free."""
    made = do("create_virtual_mfa_device", virtual_mfa_device_name=f"{name}-{label}")["virtual_mfa_device"]
    seed = base64.b32decode(made["base32_string_seed"])
    step = current_step(datetime.now(UTC)) - 1
    codes = {"authentication_code1": code_at(seed, step - 1), "authentication_code2": code_at(seed, step)}
    do("enable_mfa_device", user_name=name, serial_number=made["serial_number"], **codes)
    return App(made["serial_number"], seed, step)


def make_passkey(app: Flask, name: str) -> Authenticator:
    """The authenticator of somebody who signs in and makes a passkey in the console."""
    visitor = Visitor(app)
    begin(visitor, name)
    device = Authenticator(ORIGIN)
    page = visitor.get(f"{CREDENTIALS}/mfa/passkey")
    answer = device.make(attribute(page, "data-passkey-make"))
    visitor.submit(f"{CREDENTIALS}/mfa/passkey", {"label": "Laptop", "answer": answer})
    return device


def begin(visitor: Visitor, name: str) -> TestResponse:
    """Gives the password."""
    return visitor.sign_in(name)


def prove(visitor: Visitor, code: str, **more: str) -> TestResponse:
    """Gives a code on the page that asks for it."""
    return visitor.submit(CODE, {"proof_code": code, **more})


def sign_in(visitor: Visitor, name: str, app: App) -> None:
    begin(visitor, name)
    prove(visitor, app.code())
    assert visitor.is_signed_in()


def grow_old(visitor: Visitor, minutes: float = 10) -> None:
    """Makes whoever is signed in have proved that longer ago."""
    with visitor.client.session_transaction(base_url=ORIGIN) as kept:
        claims = json.loads(kept["_user_id"])
        kept["_user_id"] = json.dumps(
            {key: value - minutes * 60 if key.endswith("_at") and value else value for key, value in claims.items()}
        )


def attribute(response: TestResponse, name: str) -> Any:
    """The value of an attribute of the page."""
    found = re.search(rf'{name}="([^"]*)"', response.get_data(as_text=True))
    assert found is not None, name
    return html.unescape(found.group(1))


def hidden(response: TestResponse) -> dict[str, str]:
    """The hidden fields of the first form of a page that was sent as an answer."""
    page = response.get_data(as_text=True)
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = [(re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)) for field in fields]
    return {name.group(1): html.unescape(value.group(1)) for name, value in pairs if name and value}
