"""Time-based one-time codes, as authenticator apps make them: SHA-1, six digits, 30 seconds.

Nothing is remembered here. A check answers with the time step whose code it was; the caller keeps the last step that
was accepted, moves it forward by compare-and-swap and hands it in with the next check, so that a code is good once.

Source: RFC 6238; RFC 4226.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Steps before and after the current one that count, for clocks that differ and people who type slowly."""

SYNC_WINDOW = 120
"""An hour either way: a clock that is further off is mended by its owner."""

_SEED_BYTES = 20


def new_seed() -> bytes:
    """A fresh seed (160 bits, as RFC 4226 recommends)."""
    return secrets.token_bytes(_SEED_BYTES)


def seed_text(seed: bytes) -> str:
    """The seed in base32, for typing into an authenticator app."""
    return base64.b32encode(seed).decode()


def provisioning_uri(seed: bytes, account_name: str, issuer: str) -> str:
    """The `otpauth://` address that a QR code carries to an authenticator app.

    Args:
        seed: of the device.
        account_name: whose codes these are, such as `bob@123456789012`.
        issuer: who asks for them.
    """
    return _generator(seed).provisioning_uri(name=account_name, issuer_name=issuer)


def current_step(now: datetime) -> int:
    """The number of the time step that `now` lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(seed: bytes, step: int) -> str:
    """The code of a time step."""
    return _generator(seed).generate_otp(step)


def matching_step(seed: bytes, code: str, now: datetime, last_step: int | None = None) -> int | None:
    """The time step whose code was given, or None when it is not good.

    Args:
        seed: of the device.
        code: as it was typed; spaces don't matter.
        now: the current time, with its zone.
        last_step: the step that was accepted last; it and those before it are over.
    """
    current = current_step(now)
    return _first_match(seed, (code,), range(current - WINDOW, current + WINDOW + 1), last_step)


def consecutive_step(
    seed: bytes, codes: tuple[str, str], now: datetime, last_step: int | None = None, window: int = WINDOW
) -> int | None:
    """The time step of the second of two codes that follow each other, or None when they are not good.

    Two codes in a row show that the device really holds the seed and that its clock runs with ours. People wait for
    the second one, so it is the second that lies in the window around now.

    Args:
        seed: of the device.
        codes: as they were typed; spaces don't matter.
        now: the current time, with its zone.
        last_step: the step that was accepted last; it and those before it are over.
        window: how many steps around now count; SYNC_WINDOW finds out how wrong a device's clock is.
    """
    current = current_step(now)
    return _first_match(seed, codes, range(current - window, current + window + 1), last_step)


def _first_match(seed: bytes, codes: tuple[str, ...], steps: range, last_step: int | None) -> int | None:
    """The first of the steps that `codes` end at; every step is looked at, so that time tells nothing."""
    given = "".join(_digits(code) for code in codes)
    found = None
    for step in steps:
        expected = "".join(code_at(seed, step - back) for back in reversed(range(len(codes))))
        is_match = hmac.compare_digest(expected.encode(), given.encode())
        is_new = last_step is None or step - len(codes) + 1 > last_step
        if is_match and is_new and found is None:
            found = step
    return found


def _digits(code: str) -> str:
    """The code without the spaces that people put into it; empty when it is none (never a prefix of another one)."""
    text = "".join(code.split())
    return text if len(text) == DIGITS and text.isascii() and text.isdigit() else ""


def _generator(seed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(seed_text(seed), digits=DIGITS, interval=STEP_SECONDS)
