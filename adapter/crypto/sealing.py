"""Envelope encryption of what must be recoverable, such as the secret of an access key.

A sealed value reads: format (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext with its tag. Owner and attribute
are authenticated with it, so that a value can't be moved to another user or another attribute. The key id says which
master key opens it, so that keys can be rotated while values of the old one still stand.

Source: NIST SP 800-38D (GCM); RFC 5869 (HKDF).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH = 32
_FORMAT = b"\x01"
_KEY_ID_LENGTH = 4
_NONCE_LENGTH = 12
_TAG_LENGTH = 16
_HEADER_LENGTH = len(_FORMAT) + _KEY_ID_LENGTH + _NONCE_LENGTH


class SealingError(ValueError):
    """A master key or a sealed value can't be used; the message never shows either."""


class UnknownKey(SealingError):
    """A value was sealed with a master key that is not at hand."""


class BrokenSeal(SealingError):
    """A sealed value was changed, or belongs to another owner or attribute."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The secret that all others hang on: 32 random bytes."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_LENGTH:
            raise SealingError(f"a master key has {KEY_LENGTH} bytes, not {len(self.key)}")

    @classmethod
    def generate(cls) -> MasterKey:
        """A fresh key."""
        return cls(secrets.token_bytes(KEY_LENGTH))

    @classmethod
    def from_text(cls, text: str) -> MasterKey:
        """Reads a key from its base64 text.

        Raises:
            SealingError: the text is not base64 of 32 bytes.
        """
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except (binascii.Error, ValueError) as error:
            raise SealingError(f"a master key is written as base64 of {KEY_LENGTH} bytes") from error

    def to_text(self) -> str:
        """The key as base64, for the file that keeps it."""
        return base64.b64encode(self.key).decode()

    @property
    def key_id(self) -> bytes:
        """What sealed values name the key by; tells nothing about it."""
        return self.derive("key id", _KEY_ID_LENGTH)

    def derive(self, purpose: str, length: int = KEY_LENGTH) -> bytes:
        """A key for one purpose; it tells nothing about the master key or about keys for other purposes.

        Args:
            purpose: a fixed text, such as `web session`.
            length: in bytes, at most 8,160.
        """
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"bindery " + purpose.encode()).derive(self.key)


@dataclass(frozen=True, slots=True)
class _Opener:
    """One master key made ready: its id and its cipher."""

    key_id: bytes
    cipher: AESGCM = field(repr=False)


class Keyring:
    """The current master key and earlier ones: the first seals, all of them open.

    Args:
        current: the key that new values are sealed with.
        earlier: keys that older values are still sealed with, until everything has been sealed again.
    """

    def __init__(self, current: MasterKey, *earlier: MasterKey) -> None:
        self._keys = tuple(dict.fromkeys((current, *earlier)))
        self._openers = tuple(_Opener(key.key_id, AESGCM(key.derive("sealing"))) for key in self._keys)

    @classmethod
    def from_text(cls, text: str) -> Keyring:
        """Reads keys, one a line and the current one first; empty lines and lines that start with `#` are skipped.

        Raises:
            SealingError: a line is no key, or there is none; the message names the line.
        """
        keys = tuple(_keys_in(text))
        if not keys:
            raise SealingError("there is no master key")
        return cls(*keys)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(opener.key_id.hex() for opener in self._openers)})"

    def derive(self, purpose: str, length: int = KEY_LENGTH) -> bytes:
        """A key for one purpose, from the current master key; see `MasterKey.derive`."""
        return self._keys[0].derive(purpose, length)

    def derive_from_each(self, purpose: str, length: int = KEY_LENGTH) -> tuple[bytes, ...]:
        """A key for one purpose from each master key, the current one's first: for what earlier ones have marked."""
        return tuple(key.derive(purpose, length) for key in self._keys)

    def seal(self, plaintext: bytes, owner_id: str, attribute: str) -> bytes:
        """Seals a value for one attribute of one owner, with the current key.

        Args:
            plaintext: what is to be kept.
            owner_id: the unique id of the user (or device) that it belongs to.
            attribute: the name of the attribute that will hold it.
        """
        opener = self._openers[0]
        header = _FORMAT + opener.key_id
        nonce = secrets.token_bytes(_NONCE_LENGTH)
        sealed = opener.cipher.encrypt(nonce, plaintext, _associated(header, owner_id, attribute))
        return header + nonce + sealed

    def open_sealed(self, sealed: bytes, owner_id: str, attribute: str) -> bytes:
        """Opens a sealed value of that owner and attribute.

        Raises:
            UnknownKey: it was sealed with a key that is not in the ring.
            BrokenSeal: it was changed, cut short, or sealed for somebody or something else.
        """
        if len(sealed) < _HEADER_LENGTH + _TAG_LENGTH or not sealed.startswith(_FORMAT):
            raise BrokenSeal("this is not a sealed value")
        header = sealed[: len(_FORMAT) + _KEY_ID_LENGTH]
        nonce, body = sealed[len(header) : _HEADER_LENGTH], sealed[_HEADER_LENGTH:]
        cipher = self._cipher(header[len(_FORMAT) :])
        try:
            return cipher.decrypt(nonce, body, _associated(header, owner_id, attribute))
        except InvalidTag as error:
            raise BrokenSeal(f"the sealed {attribute} of {owner_id} is damaged or was made for another") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed with the current key; otherwise it is due to be sealed again."""
        return sealed.startswith(_FORMAT + self._openers[0].key_id)

    def _cipher(self, key_id: bytes) -> AESGCM:
        for opener in self._openers:
            if opener.key_id == key_id:
                return opener.cipher
        raise UnknownKey(f"the value was sealed with master key {key_id.hex()}, which is not at hand")


def _keys_in(text: str) -> Iterator[MasterKey]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                yield MasterKey.from_text(line)
            except SealingError as error:
                raise SealingError(f"line {number}: {error}") from error


def _associated(header: bytes, owner_id: str, attribute: str) -> bytes:
    """What is authenticated along with a value; lengths go in front, so that no two pairs read the same."""
    parts = (owner_id.encode(), attribute.encode())
    return header + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
