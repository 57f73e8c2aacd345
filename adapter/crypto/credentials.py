"""New secrets for people and programs, from the operating system's random numbers."""

from __future__ import annotations

import base64
import secrets

_SECRET_BYTES = 30
"""Thirty bytes are the 40 characters of base64 that AWS's secret access keys have."""

_LOWER = "abcdefghijkmnopqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_SYMBOLS = "!@#$%^&*()_+-=[]{}|"
_CLASSES = (_LOWER, _UPPER, _DIGITS, _SYMBOLS)

MIN_PASSWORD = 8
DEFAULT_PASSWORD = 20


def new_secret_access_key() -> str:
    """A secret access key: 40 characters, 240 random bits."""
    return base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def new_password(length: int = DEFAULT_PASSWORD) -> str:
    """A password that every password policy of that length accepts.

    It has small and capital letters, digits and the symbols that IAM counts as such, but no characters that look
    alike; it starts with a letter, so that a spreadsheet takes it for no formula.

    Args:
        length: in characters; not less than 8.

    Raises:
        ValueError: the length is less.
    """
    if length < MIN_PASSWORD:
        raise ValueError(f"a password has at least {MIN_PASSWORD} characters")
    rest = [secrets.choice(characters) for characters in _CLASSES]
    everything = "".join(_CLASSES)
    rest += [secrets.choice(everything) for _ in range(length - 1 - len(rest))]
    secrets.SystemRandom().shuffle(rest)
    return secrets.choice(_LOWER + _UPPER) + "".join(rest)
