"""The metadata document of a SAML provider: who it is, what it signs with, and for how long that holds.

Source: SAML 2.0 Metadata, sections 2.3.2 and 2.4.3; IAM API reference, CreateSAMLProvider.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapter.federation.xml import METADATA, PROTOCOL, SIGNATURE, Element, UnusableXml, children, moment, parse, text_of

LARGEST: Final = 900_000
"""Bytes; a request can't be longer than a mebibyte, and its encoding takes some."""
_LONGEST_ID: Final = 1024
_MOST_CERTIFICATES: Final = 10
_LEAST_BITS: Final = 1024
_MOST_BITS: Final = 8192
_MOST_KEPT: Final = 32
_SAML_2: Final = PROTOCOL.strip("{}")


class UnusableMetadata(ValueError):
    """A metadata document can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """What is needed of a metadata document.

    Attributes:
        entity_id: as assertions name their issuer.
        certificates: whose keys assertions are signed with. When they expire does not matter, as with AWS: the
            document is what is trusted.
        valid_until: when the document is over; None when it does not say.
    """

    entity_id: str
    certificates: tuple[x509.Certificate, ...]
    valid_until: datetime | None


@lru_cache(maxsize=_MOST_KEPT)
def read_metadata(document: str) -> SamlMetadata:
    """Reads a metadata document.

    Raises:
        UnusableMetadata: it is not that of one identity provider, or has no key that signatures can be verified with.
    """
    octets = document.encode(errors="surrogatepass")
    if len(octets) > LARGEST:
        raise UnusableMetadata(f"it is longer than {LARGEST} bytes")
    try:
        root = parse(octets)
        ends = [end for element in root.iter(_ENTITY, _ROLE) if (end := moment(element.get("validUntil")))]
    except (UnusableXml, ValueError, OverflowError) as error:
        raise UnusableMetadata("it could not be parsed") from error
    if root.tag != _ENTITY:
        raise UnusableMetadata("it has to be an EntityDescriptor")
    entity_id = root.get("entityID", "")
    if not 0 < len(entity_id) <= _LONGEST_ID:
        raise UnusableMetadata("it has no entityID, or one that is too long")
    roles = [role for role in children(root, _ROLE) if _SAML_2 in role.get("protocolSupportEnumeration", "").split()]
    if len(roles) != 1:
        raise UnusableMetadata("it has to have one IDPSSODescriptor for SAML 2.0")
    return SamlMetadata(entity_id, _certificates(roles[0]), min(ends, default=None))


def _certificates(role: Element) -> tuple[x509.Certificate, ...]:
    found = [_certificate(text_of(element)) for element in _signing(role)]
    if not found:
        raise UnusableMetadata("it has no certificate to sign with")
    if len(found) > _MOST_CERTIFICATES:
        raise UnusableMetadata(f"it has more than {_MOST_CERTIFICATES} certificates to sign with")
    return tuple(dict.fromkeys(found))


def _signing(role: Element) -> Iterator[Element]:
    for descriptor in children(role, f"{METADATA}KeyDescriptor"):
        if descriptor.get("use", "signing") == "signing":
            yield from descriptor.iter(f"{SIGNATURE}X509Certificate")


def _certificate(text: str) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableMetadata("one of its certificates could not be parsed") from error
    if isinstance(key, rsa.RSAPublicKey) and _LEAST_BITS <= key.key_size <= _MOST_BITS:
        return certificate
    if isinstance(key, ec.EllipticCurvePublicKey):
        return certificate
    raise UnusableMetadata(f"one of its certificates has no RSA key of {_LEAST_BITS} bits or more, nor one of a curve")


_ENTITY: Final = f"{METADATA}EntityDescriptor"
_ROLE: Final = f"{METADATA}IDPSSODescriptor"
