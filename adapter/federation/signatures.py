"""Signatures of SAML responses. What is used afterwards is what was signed, and nothing beside it.

Signature wrapping puts forged content beside content that is signed. Against it the document may only have the form
that SAML's profile gives it: one assertion, directly below the response; a signature directly in what it signs; each
id once. And the caller gets the octets that were verified, parsed anew, instead of the document that came.

Source: SAML 2.0 Core, section 5.4; Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from adapter.errors import InvalidIdentityToken
from adapter.federation.encryption import ENCRYPTED_TAG, decrypted
from adapter.federation.xml import ASSERTION, PROTOCOL, SIGNATURE, Element, only_child, parser

RESPONSE_TAG: Final = f"{PROTOCOL}Response"
ASSERTION_TAG: Final = f"{ASSERTION}Assertion"
_SIGNATURE_TAG: Final = f"{SIGNATURE}Signature"
_HASHES: Final = ("SHA256", "SHA384", "SHA512")
_METHODS: Final = frozenset(SignatureMethod[f"{kind}_{size}"] for kind in ("RSA", "ECDSA") for size in _HASHES)
_DIGESTS: Final = frozenset(DigestAlgorithm[size] for size in _HASHES)
_IDS: Final = ("ID", "Id", "id", "AssertionID", "{http://www.w3.org/XML/1998/namespace}id")
_INVALID: Final = "Response signature invalid"


def signed_assertion(
    response: Element, certificates: Iterable[x509.Certificate], private_keys: Iterable[RSAPrivateKey] = ()
) -> Element:
    """The assertion of a response, as it was signed with one of the certificates' keys.

    Either the whole response or its assertion has to be signed. Comments are no part of it. An encrypted assertion is
    signed before it is encrypted; a response, after its assertion has been encrypted.

    Args:
        response: the response, whose encrypted assertion is replaced by what it holds.
        certificates: of the provider.
        private_keys: for encrypted assertions.

    Raises:
        InvalidIdentityToken: the signature is wrong or missing, the assertion can't be decrypted, or the document is
            not of the form it has to be.
    """
    if not is_encrypted(response):
        return _as_signed(response, certificates)
    if not _signatures_of(response):
        _decrypt(response, private_keys, is_signed=False)
        return _as_signed(response, certificates)
    if list(response.iter(_SIGNATURE_TAG)) != _signatures_of(response)[:1]:
        raise InvalidIdentityToken(_INVALID)
    signed = _verified_part(response, response, "./", certificates)
    _decrypt(signed, private_keys, is_signed=True)
    _hold_to_elements(signed)
    return _only_assertion(signed)


def is_encrypted(response: Element) -> bool:
    """Whether there is anything in a response that holds an encrypted assertion."""
    return next(response.iter(ENCRYPTED_TAG), None) is not None


def _decrypt(response: Element, private_keys: Iterable[RSAPrivateKey], *, is_signed: bool) -> None:
    """Puts the assertion in the place of the encrypted one."""
    holder = only_child(response, ENCRYPTED_TAG)
    response.replace(holder, decrypted(holder, private_keys, is_signed=is_signed))


def _as_signed(response: Element, certificates: Iterable[x509.Certificate]) -> Element:
    assertion = _only_assertion(response)
    holder = response if _signatures_of(response) else assertion
    own = _signatures_of(holder)
    everywhere = [each for each in response.iter(_SIGNATURE_TAG) if each not in _signatures_of(assertion)]
    if len(own) != 1 or everywhere not in ([], own):
        raise InvalidIdentityToken(_INVALID)
    location = "./" if holder is response else f"./{ASSERTION_TAG}/"
    signed = _verified_part(response, holder, location, certificates)
    _hold_to_elements(signed)
    return signed if holder is assertion else only_child(signed, ASSERTION_TAG)


def _verified_part(
    response: Element, holder: Element, location: str, certificates: Iterable[x509.Certificate]
) -> Element:
    """What the signature in an element covers, which has to be that element."""
    signed = _verified(response, location, certificates)
    if signed.tag != holder.tag or signed.get("ID") != holder.get("ID"):
        raise InvalidIdentityToken(_INVALID)
    return signed


def _hold_to_elements(signed: Element) -> None:
    if any(not isinstance(each.tag, str) for each in signed.iter()):
        raise InvalidIdentityToken("The SAML response has comments or processing instructions that are signed.")


def _only_assertion(response: Element) -> Element:
    if response.tag != RESPONSE_TAG:
        raise InvalidIdentityToken("The SAML response is not a Response element.")
    if is_encrypted(response):
        raise InvalidIdentityToken("The SAML response has an encrypted assertion where none may be.")
    ids = [value for each in response.iter() for name in _IDS if (value := each.get(name)) is not None]
    if len(set(ids)) != len(ids):
        raise InvalidIdentityToken("The SAML response has the same ID twice.")
    assertion = only_child(response, ASSERTION_TAG)
    if list(response.iter(ASSERTION_TAG)) != [assertion] or not assertion.get("ID"):
        raise InvalidIdentityToken("The SAML response has to have exactly one Assertion element.")
    return assertion


def _signatures_of(element: Element) -> list[Element]:
    return [child for child in element if child.tag == _SIGNATURE_TAG]


def _verified(response: Element, location: str, certificates: Iterable[x509.Certificate]) -> Element:
    for certificate in certificates:
        config = SignatureConfiguration(
            location=location,
            signature_methods=_METHODS,
            digest_algorithms=_DIGESTS,
            ignore_ambiguous_key_info=True,  # the key comes from the metadata; what the response says of it is nothing
            verification_time=certificate.not_valid_before_utc,  # the metadata is what is trusted, not the calendar
        )
        try:
            result = XMLVerifier().verify(response, x509_cert=certificate, expect_config=config, parser=parser())
        except _REFUSALS:
            continue
        if isinstance(result, VerifyResult) and result.signed_xml is not None:
            return result.signed_xml
    raise InvalidIdentityToken(_INVALID)


_REFUSALS: Final = (
    SignXMLException,
    UnsupportedAlgorithm,
    etree.LxmlError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    NotImplementedError,
)
"""What signxml ends with when a signature is wrong, or is not written as its schema has it."""
