"""Certificates that tests make: an authority, and what it vouches for."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        kind, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, kind, none)

    @property
    def base64(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    @property
    def thumbprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex()

    def write(self, folder: Path) -> Path:
        """Both of them in one file."""
        path = folder / f"{self.certificate.serial_number}.pem"
        path.write_bytes(self.pem + self.key_pem)
        return path


def unsigned(
    name: str, key: PrivateKey, issuer: x509.Certificate | None, *, start: int, days: int
) -> x509.CertificateBuilder:
    """A certificate to be signed, good from `start` days from now for so many days; without an issuer by itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) + timedelta(days=start)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )


def make_pair(
    name: str, issuer: Pair | None = None, hosts: tuple[str, ...] = (), key: PrivateKey | None = None, days: int = 30
) -> Pair:
    """A certificate; signed by itself without an issuer, and an authority's without hosts."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        unsigned(name, key, issuer.certificate if issuer else None, start=-60, days=days + 60)
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(authority, critical=False)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), False)
    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _general_name(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
