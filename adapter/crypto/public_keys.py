"""SSH public keys: read in the two ways that people have them, written in both.

Source: RFC 4253 section 6.6 (the blob); RFC 4716 section 4 (fingerprints); OpenSSH's authorized_keys.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
    load_ssh_public_key,
)

_PEM_MARK: Final = "-----BEGIN"
_RSA_BITS: Final = range(2048, 16385)
_NEEDED: Final = "RSA with 2,048 bits or more, ECDSA or Ed25519 is needed"

_Key = RSAPublicKey | Ed25519PublicKey | EllipticCurvePublicKey


class UnreadableKey(ValueError):
    """The text is neither an OpenSSH public key nor one in PEM."""


class UnfitKey(ValueError):
    """The key is of a kind or a length that is not good enough."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key.

    Attributes:
        line: as authorized_keys has it, with the comment if there was one.
    """

    line: str

    @property
    def blob(self) -> bytes:
        """What tells keys apart: the key without its comment."""
        return base64.b64decode(self.line.split()[1])

    @property
    def fingerprint(self) -> str:
        """MD5 of the blob, in pairs of digits with colons between."""
        return hashlib.md5(self.blob, usedforsecurity=False).digest().hex(":")

    @property
    def pem(self) -> str:
        """The key as a PEM file has it."""
        key = load_ssh_public_key(self.line.encode())
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().rstrip("\n")


def read_public_key(text: str) -> PublicKey:
    """Reads a key in OpenSSH's form (`ssh-rsa AAAA… comment`) or in PEM.

    Raises:
        UnreadableKey: it is neither.
        UnfitKey: it is none of RSA with 2,048 bits or more, ECDSA and Ed25519.
    """
    stripped = text.strip()
    is_pem = stripped.startswith(_PEM_MARK)
    try:
        octets = stripped.encode("ascii" if is_pem else "utf-8")
        key = load_pem_public_key(octets) if is_pem else load_ssh_public_key(_one_line(stripped).encode())
    except UnsupportedAlgorithm as error:
        raise UnfitKey(_NEEDED) from error
    except (ValueError, TypeError) as error:
        raise UnreadableKey("this is not a public key") from error
    if not isinstance(key, _Key) or (isinstance(key, RSAPublicKey) and key.key_size not in _RSA_BITS):
        raise UnfitKey(_NEEDED)
    if is_pem:
        return PublicKey(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode())
    return PublicKey(stripped)


def _one_line(text: str) -> str:
    """The text if it is one line of printable characters: a second line would be a second key to sshd."""
    if not text.isprintable():
        raise UnreadableKey("a public key is one line")
    return text
