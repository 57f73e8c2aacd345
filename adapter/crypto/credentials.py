"""New secrets for people and programs, from the operating system's random numbers."""

from __future__ import annotations

import base64
import secrets

from adapter.crypto.sealing import Keyring

_SECRET_KEY = "iamSealedSecret"  # noqa: S105  # what a sealed secret access key is bound to, besides its owner

_SEED = "MFA seed"
_PASSKEY = "passkey"
_PRIVATE_KEY = "private key"

_SECRET_BYTES = 30
"""Thirty bytes are the 40 characters of base64 that AWS's secret access keys have."""

_SERVICE_PASSWORD_BYTES = 45

_LOWER = "abcdefghijkmnopqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_SYMBOLS = "!@#$%^&*()_+-=[]{}|"
_CLASSES = (_LOWER, _UPPER, _DIGITS, _SYMBOLS)

MIN_PASSWORD = 8
DEFAULT_PASSWORD = 20


def new_secret_access_key() -> str:
    """A secret access key: 40 characters, close to 240 random bits.

    It begins with a letter or a digit, so that no spreadsheet takes it for a formula.
    """
    while not (secret := base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())[0].isalnum():
        pass
    return secret


def seal_secret_key(keyring: Keyring, secret: str, owner_id: str) -> bytes:
    """A secret access key as the directory keeps it: sealed for its owner alone."""
    return keyring.seal(secret.encode(), owner_id, _SECRET_KEY)


def open_secret_key(keyring: Keyring, sealed: bytes, owner_id: str) -> str:
    """The secret access key that was sealed for that owner.

    Raises:
        SealingError: it was sealed for somebody else or with another master key, or is damaged.
    """
    return keyring.open_sealed(sealed, owner_id, _SECRET_KEY).decode()


def seal_seed(keyring: Keyring, seed: bytes, bound_to: str) -> bytes:
    """The seed of an MFA device as the directory keeps it.

    Args:
        keyring: the master keys.
        seed: of the device.
        bound_to: the owner's unique id; the device's serial number while it has no owner.
    """
    return keyring.seal(seed, bound_to, _SEED)


def open_seed(keyring: Keyring, sealed: bytes, bound_to: str) -> bytes:
    """The seed that was sealed for that owner, or for that device.

    Raises:
        SealingError: it was sealed for somebody else or with another master key, or is damaged.
    """
    return keyring.open_sealed(sealed, bound_to, _SEED)


def seal_passkey(keyring: Keyring, public_key: bytes, owner_id: str) -> bytes:
    """The public key of a passkey as the directory keeps it: sealed, so that nobody puts another one in its place."""
    return keyring.seal(public_key, owner_id, _PASSKEY)


def open_passkey(keyring: Keyring, sealed: bytes, owner_id: str) -> bytes:
    """The public key that was sealed for that owner.

    Raises:
        SealingError: it was sealed for somebody else or with another master key, or is damaged.
    """
    return keyring.open_sealed(sealed, owner_id, _PASSKEY)


def seal_private_key(keyring: Keyring, private_key: str, certificate_id: str) -> bytes:
    """The private key of a server certificate as the directory keeps it: sealed for that certificate alone."""
    return keyring.seal(private_key.encode(), certificate_id, _PRIVATE_KEY)


def new_service_password() -> str:
    """The password of a service-specific credential: 60 characters, 360 random bits."""
    return base64.b64encode(secrets.token_bytes(_SERVICE_PASSWORD_BYTES)).decode()


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
