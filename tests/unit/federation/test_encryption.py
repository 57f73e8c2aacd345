"""Encrypted SAML assertions."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from adapter.errors import InvalidIdentityToken
from adapter.federation.assertions import Addressee, Assertion, Decryption, read_response
from adapter.federation.metadata import read_metadata
from tests.saml_encryption import OAEP_SHA1, OAEP_SHA256, PKCS1, XENC, XENC11, A, Encryption, new_key
from tests.saml_provider import Response, SamlProvider, encode

IDP = SamlProvider()
METADATA = read_metadata(IDP.metadata)
KEY, OTHER = new_key(), new_key()
GCM = Encryption(KEY)
CBC = Encryption(KEY, cipher=f"{XENC}aes256-cbc")
CLOSED = "can't be decrypted with the private keys of the provider"


def read(response: etree._Element, *keys: RSAPrivateKey, is_required: bool = False) -> Assertion:
    decryption = Decryption(keys or (KEY,), is_required=is_required)
    return read_response(encode(response), METADATA, Addressee(), datetime.now(UTC), decryption)


def encrypted(encryption: Encryption = GCM, *, signs: str = "assertion") -> etree._Element:
    """A response whose assertion is signed and then encrypted, or which is signed once its assertion is encrypted."""
    if signs == "assertion":
        return encryption.apply(IDP.response())
    return IDP.sign(encryption.apply(Response().xml()))


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("transport", [OAEP_SHA1, OAEP_SHA256], ids=["SHA-1", "SHA-256"])
@pytest.mark.parametrize("is_beside", [False, True], ids=["key inside", "key beside"])
@pytest.mark.parametrize("signs", ["assertion", "response"])
def test_an_assertion_in_aes_gcm_is_read(bits: int, transport: str, is_beside: bool, signs: str) -> None:
    encryption = Encryption(KEY, f"{XENC11}aes{bits}-gcm", transport, is_beside)
    assert read(encrypted(encryption, signs=signs)).subject == "somebody"


def test_each_key_may_be_the_right_one() -> None:
    assert read(encrypted(), OTHER, KEY).subject == "somebody"


@pytest.mark.parametrize("signs", ["assertion", "response"])
def test_without_the_key_it_stays_closed(signs: str) -> None:
    with pytest.raises(InvalidIdentityToken, match=CLOSED):
        read(encrypted(signs=signs), OTHER)


def test_without_any_key_it_stays_closed() -> None:
    with pytest.raises(InvalidIdentityToken, match=CLOSED):
        read_response(encode(encrypted()), METADATA, Addressee(), datetime.now(UTC))


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_aes_cbc_is_opened_within_a_signed_response_alone(bits: int) -> None:
    encryption = replace(CBC, cipher=f"{XENC}aes{bits}-cbc")
    assert read(encrypted(encryption, signs="response")).subject == "somebody"
    with pytest.raises(InvalidIdentityToken, match="AES-CBC needs a response that is signed as a whole"):
        read(encrypted(encryption))


def test_a_signature_over_another_ciphertext_does_not_open_aes_cbc() -> None:
    response = encrypted(CBC, signs="response")
    value = next(response.iter(f"{{{XENC}}}CipherValue"))
    octets = bytearray(base64.b64decode(value.text or ""))
    octets[0] ^= 1
    value.text = base64.b64encode(octets).decode()
    with pytest.raises(InvalidIdentityToken, match="signature invalid"):
        read(response)


def test_rsa_pkcs1_is_not_opened() -> None:
    with pytest.raises(InvalidIdentityToken, match=CLOSED):
        read(encrypted(replace(GCM, transport=PKCS1)))


@pytest.mark.parametrize("place", [0, 5, 12, 40, -1, -20])
def test_a_changed_ciphertext_stays_closed(place: int) -> None:
    response = encrypted()
    value = list(response.iter(f"{{{XENC}}}CipherValue"))[-1]
    octets = bytearray(base64.b64decode(value.text or ""))
    octets[place] ^= 1
    value.text = base64.b64encode(octets).decode()
    with pytest.raises(InvalidIdentityToken, match=CLOSED):
        read(response)


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "A" * 100_000])
def test_what_is_no_ciphertext_stays_closed(text: str) -> None:
    response = encrypted()
    list(response.iter(f"{{{XENC}}}CipherValue"))[-1].text = text
    with pytest.raises(InvalidIdentityToken):
        read(response)


def test_an_assertion_that_was_not_signed_is_refused_although_it_is_encrypted() -> None:
    with pytest.raises(InvalidIdentityToken, match="signature invalid"):
        read(GCM.apply(Response().xml()))


def test_an_assertion_of_somebody_else_is_refused_although_it_is_encrypted() -> None:
    with pytest.raises(InvalidIdentityToken, match="signature invalid"):
        read(GCM.apply(SamlProvider().response()))


def test_an_encrypted_assertion_beside_a_signed_one_is_refused() -> None:
    response = IDP.response()
    response.append(GCM.element(Response().xml().find(f"{{{A}}}Assertion")))
    with pytest.raises(InvalidIdentityToken):
        read(response)


def test_two_encrypted_assertions_are_refused() -> None:
    response = encrypted()
    response.append(GCM.element(Response().xml().find(f"{{{A}}}Assertion")))
    with pytest.raises(InvalidIdentityToken):
        read(response)


def test_an_assertion_within_an_assertion_is_refused() -> None:
    response = encrypted()
    again = GCM.apply(IDP.response())
    wrapped = Encryption(KEY).element(again)
    response.replace(response.find(f"{{{A}}}EncryptedAssertion"), wrapped)
    with pytest.raises(InvalidIdentityToken):
        read(response)


def test_a_document_type_in_what_was_encrypted_is_refused() -> None:
    class Evil(Encryption):
        def _seal(self, key: bytes, text: bytes) -> bytes:
            return super()._seal(key, b'<!DOCTYPE x [<!ENTITY a "b">]>' + text)

    with pytest.raises(InvalidIdentityToken, match=CLOSED):
        read(Evil(KEY).apply(IDP.response()))


def test_what_is_encrypted_may_be_required() -> None:
    assert read(encrypted(), is_required=True).subject == "somebody"
    with pytest.raises(InvalidIdentityToken, match="has to be encrypted"):
        read(IDP.response(), is_required=True)


def test_an_empty_element_does_not_count_as_encryption() -> None:
    response = IDP.response()
    etree.SubElement(response, f"{{{A}}}EncryptedAssertion")
    with pytest.raises(InvalidIdentityToken):
        read(response, is_required=True)


def test_private_keys_are_not_in_a_repr() -> None:
    assert "RSA" not in repr(Decryption((KEY,)))
