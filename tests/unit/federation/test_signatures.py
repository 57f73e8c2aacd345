"""Attacks on signed XML: wrapping, documents that harm their reader, weak algorithms."""

from __future__ import annotations

import base64
import copy
from datetime import UTC, datetime

import pytest
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from adapter.errors import InvalidIdentityToken
from adapter.federation.assertions import Addressee, Assertion, read_response
from adapter.federation.metadata import read_metadata
from tests.saml_provider import Response, SamlProvider, encode, metadata

IDP = SamlProvider()
METADATA = read_metadata(IDP.metadata)
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
EXTENSIONS = "{urn:oasis:names:tc:SAML:2.0:protocol}Extensions"
OBJECT = "{http://www.w3.org/2000/09/xmldsig#}Object"


def read(response: etree._Element | bytes) -> Assertion:
    return read_response(encode(response), METADATA, Addressee(), datetime.now(UTC))


def assertion_of(response: etree._Element) -> etree._Element:
    found = response.find(ASSERTION)
    assert found is not None
    return found


def forged(original: etree._Element) -> etree._Element:
    """The assertion as the attacker would have it: of another subject, with another id, without a signature."""
    evil = copy.deepcopy(original)
    evil.set("ID", "_evil")
    for signature in evil.findall(SIGNATURE):
        evil.remove(signature)
    name = evil.find(".//{*}NameID")
    assert name is not None
    name.text = "admin"
    return evil


def refused(response: etree._Element | bytes) -> None:
    with pytest.raises(InvalidIdentityToken):
        read(response)


def test_an_unsigned_response_is_refused() -> None:
    refused(Response().xml())


def test_somebody_else_s_signature_is_refused() -> None:
    refused(SamlProvider().response())


def test_a_certificate_in_the_response_counts_for_nothing() -> None:
    """A response that is signed by a stranger, whose KeyInfo holds the provider's certificate."""
    stranger = SamlProvider().response()
    for certificate in stranger.iter("{*}X509Certificate"):
        certificate.text = IDP.pair.base64
    refused(stranger)


def test_any_of_the_provider_s_certificates_is_good() -> None:
    other = SamlProvider()
    both = read_metadata(metadata(other.pair, IDP.pair))
    for idp in (other, IDP):
        assert read_response(idp.assertion(), both, Addressee(), datetime.now(UTC)).subject == "somebody"


def test_a_forged_assertion_in_front_of_the_signed_one_is_refused() -> None:
    response = IDP.response()
    response.insert(2, forged(assertion_of(response)))
    refused(response)


def test_a_forged_assertion_behind_the_signed_one_is_refused() -> None:
    response = IDP.response()
    response.append(forged(assertion_of(response)))
    refused(response)


def test_the_signed_assertion_inside_the_forged_one_is_refused() -> None:
    response = IDP.response()
    original = assertion_of(response)
    evil = forged(original)
    response.replace(original, evil)
    evil.append(original)
    refused(response)


def with_the_signed_one_in_extensions(also: str | None = None) -> etree._Element:
    """A response with a forged assertion in the place of the signed one.

    Args:
        also: an attribute in which the forged one claims the id of the signed one.
    """
    response = IDP.response()
    original = assertion_of(response)
    evil = forged(original)
    if also:
        evil.set(also, original.get("ID", ""))
    response.replace(original, evil)
    etree.SubElement(response, EXTENSIONS).append(original)
    return response


def test_the_signed_assertion_in_extensions_is_refused() -> None:
    refused(with_the_signed_one_in_extensions())


def test_the_signed_assertion_in_the_signature_s_object_is_refused() -> None:
    response = IDP.response()
    original = assertion_of(response)
    signature = original.find(SIGNATURE)
    assert signature is not None
    evil = forged(original)
    original.remove(signature)
    evil.insert(1, signature)
    etree.SubElement(signature, OBJECT).append(original)
    response.append(evil)
    refused(response)


def test_the_forged_assertion_under_the_signed_one_s_id_is_refused() -> None:
    refused(with_the_signed_one_in_extensions("ID"))


@pytest.mark.parametrize("name", ["Id", "id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_an_id_under_another_name_leads_nowhere(name: str) -> None:
    refused(with_the_signed_one_in_extensions(name))


def test_the_assertion_s_signature_does_not_vouch_for_another_response() -> None:
    """The response claims a signature of its own, which is the assertion's."""
    response = IDP.response()
    original = assertion_of(response)
    signature = original.find(SIGNATURE)
    assert signature is not None
    response.insert(1, copy.deepcopy(signature))
    refused(response)


def test_a_signed_response_around_a_forged_assertion_is_refused() -> None:
    response = IDP.response(signs="response")
    outer = copy.deepcopy(response)
    for child in list(outer):
        outer.remove(child)
    outer.set("ID", "_outer")
    for child in copy.deepcopy(response):
        if child.tag not in (ASSERTION, SIGNATURE):
            outer.append(child)
    outer.append(forged(assertion_of(response)))
    etree.SubElement(outer, EXTENSIONS).append(response)
    refused(outer)


def test_a_broken_signature_of_the_response_is_not_made_good_by_the_assertion_s() -> None:
    response = IDP.sign(IDP.response())
    response.set("Destination", "https://signin.aws.amazon.com/static/saml")
    refused(response)


def test_what_stands_beside_the_signed_assertion_says_nothing() -> None:
    response = IDP.response()
    issuer = response.find("{*}Issuer")
    assert issuer is not None
    issuer.text = "https://evil.example"
    assert read(response).issuer == "https://idp.example.org/saml"


def test_a_comment_does_not_shorten_a_name() -> None:
    """Canonical XML leaves comments out, so that they can be put into what is signed without breaking the signature."""
    signed = etree.tostring(IDP.response(Response(subject="admin@example.org.evil.example")))
    commented = signed.replace(b"admin@example.org", b"admin@example.org<!---->")
    assert read(commented).subject == "admin@example.org.evil.example"


def test_comments_that_are_signed_are_refused() -> None:
    response = Response(subject="admin<!-- x -->.evil").xml()
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS)
    original = assertion_of(response)
    signed = signer.sign(original, key=IDP.pair.key, cert=[IDP.pair.certificate], reference_uri=original.get("ID"))
    response.replace(original, signed)
    refused(response)


@pytest.mark.parametrize("change", ["signature", "digest"])
def test_sha_1_is_refused(change: str) -> None:
    class OldSigner(XMLSigner):
        def check_deprecated_methods(self) -> None:
            """Old providers still do it."""

    method = SignatureMethod.RSA_SHA1 if change == "signature" else SignatureMethod.RSA_SHA256
    digest = DigestAlgorithm.SHA1 if change == "digest" else DigestAlgorithm.SHA256
    signer = OldSigner(signature_algorithm=method, digest_algorithm=digest)
    response = Response().xml()
    original = assertion_of(response)
    response.replace(original, signer.sign(original, key=IDP.pair.key, reference_uri=original.get("ID")))
    refused(response)


def test_a_shared_secret_is_no_signature() -> None:
    signer = XMLSigner(signature_algorithm=SignatureMethod.HMAC_SHA256)
    response = Response().xml()
    original = assertion_of(response)
    response.replace(original, signer.sign(original, key=IDP.pair.pem, reference_uri=original.get("ID")))
    refused(response)


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 50 + b'">' + b"".join(
            b'<!ENTITY %c "%b">' % (98 + i, b"&%c;" % (97 + i) * 20) for i in range(12)
        ) + b"]>",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/evil.dtd"> %a;]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/evil.dtd">',
        b"<!DOCTYPE x>",
    ],
    ids=["billion laughs", "external entity", "parameter entity", "external document type", "any document type"],
)  # fmt: skip
def test_document_types_are_refused(prolog: bytes) -> None:
    refused(prolog + etree.tostring(IDP.response()).replace(b"somebody", b"&a;somebody"))
    refused(prolog + etree.tostring(IDP.response()))


def test_a_deep_document_is_refused() -> None:
    refused(b"<a>" * 10_000 + b"</a>" * 10_000)
    response = etree.tostring(IDP.response())
    refused(response.replace(b"</samlp:Response>", b"<a>" * 2000 + b"</a>" * 2000 + b"</samlp:Response>"))


def test_a_response_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(InvalidIdentityToken):
        read_response(base64.b64encode(b"<" * 90_000).decode(), METADATA, Addressee(), datetime.now(UTC))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7", "cp037"])
def test_other_encodings_hide_nothing(encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + etree.tostring(IDP.response()).decode()
    refused(text.encode(encoding))
