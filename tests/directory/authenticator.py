"""An authenticator app for tests: makes the codes of a virtual MFA device."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapter.crypto.totp import code_at, current_step
from tests.directory.conftest import Do


@dataclass(frozen=True)
class App:
    """The app that holds a device's seed."""

    serial: str
    seed: bytes = field(repr=False)

    def code(self, now: datetime | None = None, *, ahead: int = 0) -> str:
        """The code of now, or of so many steps later."""
        return code_at(self.seed, current_step(now or datetime.now(UTC)) + ahead)

    def pair(self, now: datetime | None = None, *, ahead: int = 0) -> dict[str, str]:
        """Two codes in a row, the second of them of now, as parameters."""
        codes = (self.code(now, ahead=ahead - 1), self.code(now, ahead=ahead))
        return {"authentication_code1": codes[0], "authentication_code2": codes[1]}


def app_of(answer: dict[str, Any]) -> App:
    """The app after scanning what CreateVirtualMFADevice answers."""
    device = answer["virtual_mfa_device"]
    return App(device["serial_number"], base64.b32decode(device["base32_string_seed"]))


def new_device(do: Do, name: str = "phone", **more: Any) -> App:
    """A device that belongs to nobody."""
    return app_of(do("create_virtual_mfa_device", virtual_mfa_device_name=name, **more))


def enrolled(do: Do, user_name: str, name: str = "phone") -> App:
    """A device of a user, whose codes of now and before are used up."""
    app = new_device(do, name)
    do("enable_mfa_device", user_name=user_name, serial_number=app.serial, **app.pair())
    return app
