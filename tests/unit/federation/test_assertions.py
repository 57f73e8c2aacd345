"""SAML responses: which are accepted, which are not, and what is read from them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapter.errors import AccessDenied, ExpiredIdentityToken, IamError, IDPRejectedClaim, InvalidIdentityToken
from adapter.federation.assertions import Addressee, Assertion, read_response
from adapter.federation.attributes import identity_of
from adapter.federation.identity import FederatedIdentity
from adapter.federation.metadata import SamlMetadata, read_metadata
from tests.saml_provider import AWS, ENTITY, RECIPIENT, Response, SamlProvider, encode

IDP = SamlProvider()
METADATA = read_metadata(IDP.metadata)
ROLE, PROVIDER = Response.role, Response.provider
GOOD, MADE = IDP.assertion(), datetime.now(UTC)


def read_good(text: str = GOOD) -> Assertion:
    """Read what may have become of GOOD, in its five minutes."""
    return read_response(text, METADATA, Addressee(frozenset()), MADE)


def read(text: str, metadata: SamlMetadata = METADATA, *urls: str) -> Assertion:
    return read_response(text, metadata, Addressee(frozenset(urls)), datetime.now(UTC))


def identity(**changes: Any) -> FederatedIdentity:
    found = read(IDP.assertion(Response(**changes)))
    return identity_of(found, principal=PROVIDER, account_id="123456789012", name="idp", role_arn=ROLE)


@pytest.mark.parametrize("signs", ["assertion", "response"])
def test_a_signed_assertion_is_read(signs: str) -> None:
    found = read(IDP.assertion(signs=signs))
    assert (found.issuer, found.subject, found.subject_type) == (ENTITY, "somebody", "persistent")
    assert found.recipient == RECIPIENT


def test_both_may_be_signed() -> None:
    found = read(encode(IDP.sign(IDP.response())))
    assert found.subject == "somebody"


def test_base64_may_have_line_breaks() -> None:
    assert read_good(base64.encodebytes(base64.b64decode(GOOD)).decode()).subject == "somebody"


def test_a_certificate_that_has_expired_verifies_as_with_aws() -> None:
    old = SamlProvider(days=-1)
    assert read(old.assertion(), read_metadata(old.metadata)).subject == "somebody"


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"issuer": "https://other.example.org"}, InvalidIdentityToken, "Issuer not present in specified provider"),
        ({"audience": "urn:somebody:else"}, InvalidIdentityToken, "Response does not contain the required audience."),
        ({"recipient": "https://evil.example/saml"}, InvalidIdentityToken, "Recipient"),
        ({"recipient": "https://signin.aws.amazon.com.evil.example/saml"}, InvalidIdentityToken, "Recipient"),
        ({"destination": "https://evil.example/saml"}, InvalidIdentityToken, "Destination"),
        ({"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}, InvalidIdentityToken, "Recipient"),
        ({"issued": -361}, ExpiredIdentityToken, "Token must be redeemed within 5 minutes of issuance"),
        ({"issued": 120}, InvalidIdentityToken, "future"),
        ({"not_before": 120}, InvalidIdentityToken, "not valid yet"),
        ({"not_on_or_after": -61}, ExpiredIdentityToken, "expired"),
        ({"handed_over_until": -61}, ExpiredIdentityToken, "expired"),
        ({"session_until": -1}, ExpiredIdentityToken, "over"),
        ({"subject": " "}, InvalidIdentityToken, "subject"),
        ({"subject": "a<x/>b"}, InvalidIdentityToken, "subject"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, IDPRejectedClaim, "authentication failed"),
    ],
)
def test_an_assertion_that_is_not_for_us_or_not_for_now_is_refused(
    changes: dict[str, Any], error: type[IamError], told: str
) -> None:
    with pytest.raises(error, match=told):
        read(IDP.assertion(Response(**changes)))


@pytest.mark.parametrize(
    "pattern",
    [
        "Recipient=",
        "NotOnOrAfter=",
        "<saml:Conditions",
        "<saml:AuthnStatement",
        "<saml:NameID",
        'Version="2.0"',
        "IssueInstant=",
    ],
)
def test_nothing_that_an_assertion_must_have_may_be_missing(pattern: str) -> None:
    root = Response().xml()
    for element in list(root.iter()):
        tag = f"<saml:{etree.QName(element).localname}"
        if tag == pattern:
            element.getparent().remove(element)
        name = pattern.partition("=")[0]
        if "=" in pattern and element.tag != root.tag and not element.tag.endswith("Conditions"):
            element.attrib.pop(name, None)
    assertion = root.find("{*}Assertion")
    root.replace(assertion, IDP.sign(assertion))
    with pytest.raises(InvalidIdentityToken):
        read(encode(root))


@pytest.mark.parametrize(
    "word", ["tomorrow", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-13-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_refused(word: str) -> None:
    root = Response().xml()
    assertion = root.find("{*}Assertion")
    assertion.set("IssueInstant", word)
    root.replace(assertion, IDP.sign(assertion))
    with pytest.raises(InvalidIdentityToken):
        read(encode(root))


@pytest.mark.parametrize(
    "url",
    [
        "https://signin.aws.amazon.com/saml",
        "https://eu-central-1.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/static/saml",
        "https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLSPEXAMPLE",
    ],
)
def test_aws_s_addresses_are_ours(url: str) -> None:
    assert read(IDP.assertion(Response(recipient=url, destination=url, audience=url))).recipient == url


def test_an_operator_may_name_further_addresses() -> None:
    own = "https://bindery.example.org/saml"
    text = IDP.assertion(Response(recipient=own, destination=None, audience=own))
    assert read(text, METADATA, own).recipient == own
    with pytest.raises(InvalidIdentityToken):
        read(text)


def test_an_assertion_may_be_used_again_within_its_five_minutes() -> None:
    assert read_good() == read_good()


@pytest.mark.parametrize("order", ["{role},{provider}", "{provider},{role}", " {role} , {provider} "])
def test_role_and_provider_stand_in_either_order(order: str) -> None:
    value = order.format(role=ROLE, provider=PROVIDER)
    other = "arn:aws:iam::1:role/x,arn:aws:iam::1:saml-provider/y"
    assert identity(attributes={f"{AWS}Role": [other, value]}).principal == PROVIDER


@pytest.mark.parametrize(
    "values", [[], [ROLE], [f"{ROLE},{PROVIDER}x"], [f"{ROLE}x,{PROVIDER}"], [f"{ROLE},{PROVIDER},x"]]
)
def test_a_role_that_the_assertion_does_not_name_is_refused(values: list[str]) -> None:
    with pytest.raises(AccessDenied, match="Not authorized to perform sts:AssumeRoleWithSAML"):
        identity(attributes={f"{AWS}Role": values})


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "RoleSessionName is required in AuthnResponse"),
        (["x"], r"RoleSessionName in AuthnResponse must match \[a-zA-Z_0-9\+=,.@-\]\{2,64\}"),
        (["a b"], "must match"),
        (["x" * 65], "must match"),
        (["ab", "cd"], "exactly one value"),
    ],
)
def test_the_session_s_name_comes_from_the_assertion(values: list[str], told: str) -> None:
    with pytest.raises(InvalidIdentityToken, match=told):
        identity(attributes={f"{AWS}RoleSessionName": values})


@pytest.mark.parametrize("values", [["899"], ["43201"], ["x"], ["1e3"], ["9" * 50], ["٩٩٩٩"], ["900", "901"]])
def test_a_session_s_duration_has_limits(values: list[str]) -> None:
    assert identity(attributes={f"{AWS}SessionDuration": ["7200"]}).seconds == 7200
    with pytest.raises(InvalidIdentityToken, match="SessionDuration"):
        identity(attributes={f"{AWS}SessionDuration": values})


def test_tags_and_source_identity_come_along() -> None:
    attributes = {
        f"{AWS}PrincipalTag:Project": ["Bindery"],
        f"{AWS}TransitiveTagKeys": ["Project"],
        f"{AWS}SourceIdentity": ["alice"],
    }
    found = identity(attributes=attributes)
    assert [(tag.key, tag.value) for tag in found.tags] == [("Project", "Bindery")]
    assert (found.transitive_tag_keys, found.source_identity) == (("Project",), "alice")
    for name, values in ((f"{AWS}SourceIdentity", ["a b"]), (f"{AWS}PrincipalTag:x", ["1", "2"])):
        with pytest.raises(InvalidIdentityToken):
            identity(attributes={name: values})


def test_context_keys_are_aws_s() -> None:
    attributes = {
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["staff", "member"],
        "urn:oid:0.9.2342.19200300.100.1.3": ["a@example.org"],
        "something": ["else"],
    }
    found = identity(attributes=attributes)
    assert found.keys == {
        "saml:aud": RECIPIENT,
        "saml:iss": ENTITY,
        "saml:sub": "somebody",
        "saml:sub_type": "persistent",
        "saml:doc": "123456789012/idp",
        "saml:namequalifier": "PTOO1Fn2dE5lOZRdg9G9r4L4cRg=",
        "saml:eduPersonAffiliation": ("staff", "member"),
        "saml:mail": "a@example.org",
    }
    assert found.session_keys["aws:FederatedProvider"] == PROVIDER


def test_the_session_ends_with_that_at_the_provider() -> None:
    now = datetime.now(UTC)
    end = identity(session_until=1800, now=now).ends_at
    assert end is not None
    assert abs(end - now - timedelta(seconds=1800)) < timedelta(seconds=1)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_is_no_response_is_refused(octets: bytes) -> None:
    for text in (encode(octets), octets.decode("latin-1")):
        with pytest.raises(InvalidIdentityToken):
            read(text)


@settings(max_examples=200)
@given(st.data())
def test_a_response_that_was_changed_anywhere_says_the_same_or_is_refused(data: st.DataObject) -> None:
    octets = bytearray(base64.b64decode(GOOD))
    position = data.draw(st.integers(0, len(octets) - 1))
    octets[position] = data.draw(st.integers(1, 255))
    try:
        found = read_good(encode(bytes(octets)))
    except (InvalidIdentityToken, IDPRejectedClaim):
        return
    assert found == read_good()
