"""Encrypting SAML assertions as identity providers do (XML Encryption 1.1)."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

A = "urn:oasis:names:tc:SAML:2.0:assertion"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
OAEP_SHA1 = f'<xenc:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/>'
OAEP_SHA256 = (
    f'<xenc:EncryptionMethod Algorithm="{XENC11}rsa-oaep"><ds:DigestMethod Algorithm="{XENC}sha256"/>'
    f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/></xenc:EncryptionMethod>'
)
PKCS1 = f'<xenc:EncryptionMethod Algorithm="{XENC}rsa-1_5"/>'
_PADDINGS = {
    OAEP_SHA1: OAEP(MGF1(SHA1()), SHA1(), None),
    OAEP_SHA256: OAEP(MGF1(SHA256()), SHA256(), None),
    PKCS1: PKCS1v15(),
}


def new_key(size: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, size)


def pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(frozen=True)
class Encryption:
    """How assertions are encrypted."""

    key: RSAPrivateKey
    cipher: str = f"{XENC11}aes256-gcm"
    transport: str = OAEP_SHA1
    is_beside: bool = False
    """The wrapped key stands beside the data, as some providers write it, instead of in it."""

    def element(self, assertion: etree._Element) -> etree._Element:
        """An EncryptedAssertion that holds the assertion."""
        content_key = secrets.token_bytes(int(self.cipher.partition("#aes")[2][:3]) // 8)
        wrapped = self.key.public_key().encrypt(content_key, _PADDINGS[self.transport])
        encrypted_key = f"<xenc:EncryptedKey>{self.transport}{_value(wrapped)}</xenc:EncryptedKey>"
        inside = "" if self.is_beside else f"<ds:KeyInfo>{encrypted_key}</ds:KeyInfo>"
        sealed = self._seal(content_key, etree.tostring(assertion, with_tail=False))
        return etree.fromstring(
            f'<saml:EncryptedAssertion xmlns:saml="{A}" xmlns:xenc="{XENC}" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedData Type="{XENC}Element">'
            f'<xenc:EncryptionMethod Algorithm="{self.cipher}"/>{inside}{_value(sealed)}</xenc:EncryptedData>'
            f"{encrypted_key if self.is_beside else ''}</saml:EncryptedAssertion>"
        )

    def apply(self, response: etree._Element) -> etree._Element:
        """The response with its assertion encrypted."""
        assertion = response.find(f"{{{A}}}Assertion")
        assert assertion is not None
        response.replace(assertion, self.element(assertion))
        return response

    def _seal(self, key: bytes, text: bytes) -> bytes:
        if self.cipher.endswith("-gcm"):
            nonce = secrets.token_bytes(12)
            return nonce + AESGCM(key).encrypt(nonce, text, None)
        missing = 16 - len(text) % 16
        vector = secrets.token_bytes(16)
        encryptor = Cipher(AES(key), CBC(vector)).encryptor()
        padded = text + secrets.token_bytes(missing - 1) + bytes([missing])
        return vector + encryptor.update(padded) + encryptor.finalize()


def _value(octets: bytes) -> str:
    text = base64.b64encode(octets).decode()
    return f"<xenc:CipherData><xenc:CipherValue>{text}</xenc:CipherValue></xenc:CipherData>"
