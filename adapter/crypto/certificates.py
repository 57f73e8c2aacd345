"""X.509 certificates, and whether a private key belongs to one.

Source: RFC 5280; RFC 7468 (PEM).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

_BLOCK: Final = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


class UnreadableCertificate(ValueError):
    """The text is not one certificate in PEM."""


class BrokenChain(ValueError):
    """A certificate of a chain did not sign the one before it.

    Attributes:
        index: where in the chain it is, from 0.
    """

    def __init__(self, index: int) -> None:
        super().__init__(f"certificate {index} of the chain did not sign the one before it")
        self.index = index


class UnreadableKey(ValueError):
    """The text is not a private key in PEM without a passphrase."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that has been read."""

    x509: x509.Certificate

    @property
    def not_before(self) -> datetime:
        """The start of its validity."""
        return self.x509.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        """The end of its validity."""
        return self.x509.not_valid_after_utc

    @property
    def pem(self) -> str:
        """The certificate in PEM, the same text for the same certificate."""
        return self.x509.public_bytes(Encoding.PEM).decode().strip()

    @property
    def spellings(self) -> tuple[str, str]:
        """The texts as which tools keep it: as `pem`, and with a line feed at the end, as files have it."""
        return self.pem, f"{self.pem}\n"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole certificate, in hexadecimal digits."""
        return self.x509.fingerprint(SHA256()).hex()

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether a moment is within its validity."""
        return self.not_before <= moment <= self.not_after

    def belongs_to(self, private_key: str) -> bool:
        """Whether a private key is the one whose public half is certified.

        Raises:
            UnreadableKey: it is not a private key in PEM, or needs a passphrase.
        """
        try:
            public_key = load_pem_private_key(private_key.encode(), password=None).public_key()
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise UnreadableKey("this is not a private key in PEM without a passphrase") from error
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return public_key.public_bytes(*form) == self.x509.public_key().public_bytes(*form)


def read_certificate(text: str) -> Certificate:
    """Reads one certificate.

    Raises:
        UnreadableCertificate: there is none, more than one, or something else beside it.
    """
    blocks = _BLOCK.findall(text)
    if len(blocks) != 1 or _BLOCK.sub("", text).strip():
        raise UnreadableCertificate("one certificate in PEM is needed")
    return _load(blocks[0])


def read_der(octets: bytes) -> Certificate:
    """Reads one certificate in DER.

    Raises:
        UnreadableCertificate: it is none, or something follows it.
    """
    return _read(x509.load_der_x509_certificate, octets)


def check_chain(certificate: Certificate, text: str) -> None:
    """Holds a chain to its order: the immediate signer first, then who signed that one, and so on.

    Raises:
        UnreadableCertificate: something in it is not a certificate.
        BrokenChain: the order is another one, or one did not sign the one before it.
    """
    blocks = _BLOCK.findall(text)
    if not blocks or _BLOCK.sub("", text).strip():
        raise UnreadableCertificate("a chain is made of certificates in PEM")
    signed = certificate.x509
    for index, issuer in enumerate(_load(block).x509 for block in blocks):
        try:
            signed.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise BrokenChain(index) from error
        signed = issuer


def _load(block: str) -> Certificate:
    return _read(x509.load_pem_x509_certificate, block.encode())


def _read(load: Callable[[bytes], x509.Certificate], octets: bytes) -> Certificate:
    try:
        certificate = Certificate(load(octets))
        certificate.x509.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnreadableCertificate("this is not a certificate") from error
    return certificate
