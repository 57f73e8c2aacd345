"""New secrets for people and programs, from the operating system's random numbers."""

from __future__ import annotations

import base64
import secrets

from adapter.crypto.sealing import Keyring

_SECRET_KEY = "iamSealedSecret"  # noqa: S105  # what a sealed secret access key is bound to, besides its owner

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


def seal_secret_key(keyring: Keyring, secret: str, owner_id: str) -> bytes:
    """A secret access key as the directory keeps it: sealed for its owner alone."""
    return keyring.seal(secret.encode(), owner_id, _SECRET_KEY)


def open_secret_key(keyring: Keyring, sealed: bytes, owner_id: str) -> str:
    """The secret access key that was sealed for that owner.

    Raises:
        SealingError: it was sealed for somebody else or with another master key, or is damaged.
    """
    return keyring.open_sealed(sealed, owner_id, _SECRET_KEY).decode()


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
