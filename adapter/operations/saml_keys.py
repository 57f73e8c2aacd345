"""A SAML provider's private keys, which open its encrypted assertions: sealed one by one, two at the most.

Source: IAM API reference, UpdateSAMLProvider (AddPrivateKey, RemovePrivateKey, AssertionEncryptionMode).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapter.crypto.sealing import Keyring, SealingError
from adapter.errors import InvalidInput
from adapter.federation.assertions import Decryption
from adapter.models import SamlProvider
from adapter.names import new_certificate_id
from adapter.operations.call import Call, Result
from adapter.operations.quotas import hold_to_quota

_log = logging.getLogger(__name__)

_SEALED_AS: Final = "SAML private key"
_SHORTEST, _LONGEST = 2048, 4096
_REQUIRED: Final = "Required"
_TIME: Final = "%Y%m%d%H%M%SZ"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """One private key as the directory keeps it: `ID TIME` and the sealed key.

    Attributes:
        key_id: what it is sealed for, so that no other value can take its place.
    """

    key_id: str
    added: datetime
    sealed: bytes = field(repr=False)

    @classmethod
    def read(cls, value: bytes) -> PrivateKey:
        """Reads a value.

        Raises:
            ValueError: it is none.
        """
        key_id, time, sealed = value.split(b" ", 2)
        return cls(key_id.decode("ascii"), datetime.strptime(time.decode("ascii"), _TIME).replace(tzinfo=UTC), sealed)

    def to_value(self) -> bytes:
        """The value as it is kept."""
        return b"%b %b %b" % (self.key_id.encode(), self.added.astimezone(UTC).strftime(_TIME).encode(), self.sealed)


def with_private_key(call: Call, values: tuple[bytes, ...], text: str) -> tuple[bytes, ...]:
    """The values with one more private key.

    Raises:
        InvalidInput: it is no private key that is taken.
        LimitExceeded: there are two already.
    """
    _load(text)
    hold_to_quota(call.account, "PrivateKeysPerSAMLProvider", len(values) + 1)
    key_id = new_certificate_id()
    made = PrivateKey(key_id, call.context.now, call.keyring.seal(text.encode(), key_id, _SEALED_AS))
    return (*values, made.to_value())


def without_private_key(values: tuple[bytes, ...], key_id: str) -> tuple[bytes, ...]:
    """The values without one private key.

    Raises:
        InvalidInput: there is none of that id.
    """
    kept = tuple(value for value in values if not value.startswith(f"{key_id} ".encode()))
    if len(kept) == len(values):
        raise InvalidInput("Failed to remove private key because the Key ID does not match a private key.")
    return kept


def hold_to_mode(mode: str | None, values: tuple[bytes, ...]) -> None:
    """Refuses to require what nothing could open.

    Raises:
        InvalidInput: encrypted assertions are required, and there is no private key.
    """
    if mode == _REQUIRED and not values:
        raise InvalidInput("Unable to set assertion encryption mode to Required because no private key is provided.")


def encryption_view(provider: SamlProvider) -> Result:
    """What GetSAMLProvider tells of encryption; nothing where none is set up."""
    keys = [{"key_id": key.key_id, "timestamp": key.added} for key in _keys_of(provider)]
    mode = {"assertion_encryption_mode": provider.encryption_mode} if provider.encryption_mode else {}
    return mode | ({"private_key_list": keys} if keys else {})


def decryption_of(keyring: Keyring, provider: SamlProvider) -> Decryption:
    """What a provider's assertions are opened with; a key that can't be used is left out, and the log tells why."""
    return Decryption(tuple(_opened(keyring, provider)), is_required=provider.encryption_mode == _REQUIRED)


def _opened(keyring: Keyring, provider: SamlProvider) -> Iterator[RSAPrivateKey]:
    for key in _keys_of(provider):
        try:
            yield _load(keyring.open_sealed(key.sealed, key.key_id, _SEALED_AS).decode())
        except (SealingError, InvalidInput, UnicodeDecodeError) as error:
            _log.error("a private key of %s can't be used: %s", provider.arn, error)


def _keys_of(provider: SamlProvider) -> Iterator[PrivateKey]:
    for value in provider.private_keys:
        try:
            yield PrivateKey.read(value)
        except ValueError:
            _log.error("a private key of %s is not written as it has to be", provider.arn)


def _load(text: str) -> RSAPrivateKey:
    """A private key in PEM.

    Raises:
        InvalidInput: it is none, needs a passphrase, or is not RSA of a length that is taken.
    """
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInput("The private key is not one in PEM without a passphrase.") from error
    if not isinstance(key, RSAPrivateKey) or not _SHORTEST <= key.key_size <= _LONGEST:
        raise InvalidInput(f"The private key has to be RSA of {_SHORTEST} to {_LONGEST} bits.")
    return key
