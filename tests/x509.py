"""Certificates for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.certificates import unsigned


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key, both also in PEM."""

    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def private_key(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issue(
    name: str = "www.example.org", by: Issued | None = None, *, start: int = -1, days: int = 30, key: Any = None
) -> Issued:
    """A fresh certificate, signed by another one or by itself, good from `start` days from now for so many days."""
    key = key or generate_private_key(SECP256R1())
    builder = unsigned(name, key, by.certificate if by else None, start=start, days=days)
    return Issued(builder.sign(by.key if by else key, SHA256()), key)
