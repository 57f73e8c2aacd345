"""Encrypted SAML assertions: opening them with a provider's private keys.

What fails is always told in the same words, so that nobody learns from answers what ciphertexts stand for. AES-CBC
protects nothing from being changed, and then answers do tell (Jager and Somorovsky, "How to Break XML Encryption",
2011): it is opened only within a response whose signature has been verified. RSA PKCS #1 v1.5 is not opened at all.

Source: XML Encryption 1.1, sections 3 and 5; SAML 2.0 Core, sections 2.3.4 and 6.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

from adapter.errors import InvalidIdentityToken
from adapter.federation.xml import ASSERTION, SIGNATURE, Element, UnusableXml, children, only_child, parse, text_of

ENCRYPTED_TAG: Final = f"{ASSERTION}EncryptedAssertion"
_XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
_GCM: Final = {f"{_XENC11}aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)}
_CBC: Final = {f"{_XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)}
_OAEP: Final = frozenset({f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"})
_DIGESTS: Final[dict[str, type[HashAlgorithm]]] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": SHA1,
    f"{_XENC}sha256": SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": SHA384,
    f"{_XENC}sha512": SHA512,
}
_MASKS: Final[dict[str, type[HashAlgorithm]]] = {
    f"{_XENC11}mgf1{each.name}": each for each in (SHA1, SHA256, SHA384, SHA512)
}
_MOST_RECIPIENTS: Final = 8
_GCM_NONCE: Final = 12
_BLOCK: Final = 16
_CLOSED: Final = "The SAML assertion can't be decrypted with the private keys of the provider."


def decrypted(holder: Element, keys: Iterable[RSAPrivateKey], *, is_signed: bool) -> Element:
    """What is in an EncryptedAssertion element.

    Args:
        holder: the element.
        keys: private keys of the provider, each of which may be the right one.
        is_signed: the element is part of what a verified signature covers.

    Raises:
        InvalidIdentityToken: none of the keys opens it, or it is not encrypted in a way that is safe to open.
    """
    data = only_child(holder, f"{{{_XENC}}}EncryptedData")
    algorithm = only_child(data, f"{{{_XENC}}}EncryptionMethod").get("Algorithm") or ""
    if algorithm in _CBC and not is_signed:
        raise InvalidIdentityToken("A SAML assertion in AES-CBC needs a response that is signed as a whole.")
    for content_key in _content_keys(holder, list(keys)):
        try:
            return parse(_opened(algorithm, content_key, _octets(data)))
        except (InvalidTag, UnusableXml, ValueError):
            continue
    raise InvalidIdentityToken(_CLOSED)


def _content_keys(holder: Element, keys: list[RSAPrivateKey]) -> Iterator[bytes]:
    """Every key that one of the private keys finds in the element."""
    for encrypted in islice(holder.iter(f"{{{_XENC}}}EncryptedKey"), _MOST_RECIPIENTS):
        for key in keys:
            try:
                yield key.decrypt(_octets(encrypted), _padding(encrypted))
            except (ValueError, UnsupportedAlgorithm):
                continue


def _padding(encrypted: Element) -> OAEP:
    """How the key was wrapped.

    Raises:
        ValueError: in a way that is not known or not safe.
    """
    method = only_child(encrypted, f"{{{_XENC}}}EncryptionMethod")
    digest = _hash(method, f"{SIGNATURE}DigestMethod", _DIGESTS)
    mask = _hash(method, f"{{{_XENC11}}}MGF", _MASKS)
    if method.get("Algorithm") not in _OAEP or next(children(method, f"{{{_XENC}}}OAEPparams"), None) is not None:
        raise ValueError("the key is not wrapped as it has to be")
    return OAEP(MGF1(mask()), digest(), label=None)


def _hash(method: Element, tag: str, known: dict[str, type[HashAlgorithm]]) -> type[HashAlgorithm]:
    found = next(children(method, tag), None)
    algorithm = known.get(found.get("Algorithm") or "") if found is not None else SHA1
    if algorithm is None:
        raise ValueError("the hash is not known")
    return algorithm


def _octets(element: Element) -> bytes:
    value = only_child(only_child(element, f"{{{_XENC}}}CipherData"), f"{{{_XENC}}}CipherValue")
    return base64.b64decode("".join(text_of(value).split()), validate=True)


def _opened(algorithm: str, key: bytes, octets: bytes) -> bytes:
    if len(key) != (_GCM | _CBC).get(algorithm):
        raise ValueError("the key is not of the length that the cipher has")
    if algorithm in _GCM:
        return AESGCM(key).decrypt(octets[:_GCM_NONCE], octets[_GCM_NONCE:], None)
    decryptor = Cipher(AES(key), CBC(octets[:_BLOCK])).decryptor()
    padded = decryptor.update(octets[_BLOCK:]) + decryptor.finalize()
    length = padded[-1] if padded else 0
    if not 0 < length <= _BLOCK:
        raise ValueError("the padding is not right")
    return padded[:-length]
