"""SAML assertions: whether a verified one is meant for us and for now, and what it says.

An assertion may be used several times within five minutes of its making, as with AWS: tools get one assertion and
assume one role after the other with it. Nothing is therefore kept of assertions that have been used.

Source: SAML 2.0 Core, sections 2.3 to 2.7; SAML 2.0 Profiles, section 4.1.4; IAM user guide, "Configure SAML
assertions for the authentication response".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapter.errors import ExpiredIdentityToken, IDPRejectedClaim, InvalidIdentityToken
from adapter.federation.identity import SKEW
from adapter.federation.metadata import SamlMetadata
from adapter.federation.signatures import ASSERTION_TAG, RESPONSE_TAG, is_encrypted, signed_assertion
from adapter.federation.xml import (
    ASSERTION,
    PROTOCOL,
    Element,
    UnusableXml,
    children,
    moment,
    only_child,
    parse,
    text_of,
)

_LONGEST: Final = 100_000
_WITHIN: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(seconds=SKEW)
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_FORMAT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_LONGEST_TEXT: Final = 2048
_AWS: Final = re.compile(r"https://([a-z0-9-]+\.)?signin\.aws\.amazon\.com/(static/)?saml(/acs/[A-Z0-9]+)?", re.ASCII)
_AWS_NAME: Final = "urn:amazon:webservices"


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a verified assertion says.

    Attributes:
        recipient: the address that it was made out to.
        subject_type: what kind of name the subject has, such as `persistent`.
        attributes: values by the attribute's name.
        ends_at: when the session at the provider is over; None when it does not say.
    """

    issuer: str
    recipient: str
    subject: str
    subject_type: str
    attributes: Mapping[str, tuple[str, ...]]
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who we are, for SAML providers.

    Attributes:
        urls: addresses that count beside AWS's own.
    """

    urls: frozenset[str] = frozenset()

    def is_address(self, text: str) -> bool:
        """Whether an address is ours."""
        return text in self.urls or _AWS.fullmatch(text) is not None

    def is_audience(self, text: str) -> bool:
        """Whether a name is ours."""
        return text == _AWS_NAME or self.is_address(text)


@dataclass(frozen=True, slots=True)
class Decryption:
    """What a provider's encrypted assertions are opened with.

    Attributes:
        private_keys: each of which may be the right one.
        is_required: assertions that are not encrypted are refused.
    """

    private_keys: tuple[RSAPrivateKey, ...] = field(default=(), repr=False)
    is_required: bool = False


_NO_DECRYPTION: Final = Decryption()


def read_response(
    text: str, metadata: SamlMetadata, addressee: Addressee, now: datetime, decryption: Decryption = _NO_DECRYPTION
) -> Assertion:
    """Verifies a SAML response.

    Args:
        text: the response, in base64.
        metadata: of the provider that is said to have made it.
        addressee: whom it has to be made out to.
        now: the time.
        decryption: of the provider.

    Raises:
        IDPRejectedClaim: the provider says that it authenticated nobody.
        ExpiredIdentityToken: it is over.
        InvalidIdentityToken: it is not well-formed, not signed by the provider, or not for us.
    """
    response = _decoded(text)
    _hold_to_success(response)
    destination = response.get("Destination")
    if destination is not None and not addressee.is_address(destination):
        raise InvalidIdentityToken("Destination of the SAML response does not match.")
    if decryption.is_required and not is_encrypted(response):
        raise InvalidIdentityToken("The SAML assertion has to be encrypted.")
    assertion = signed_assertion(response, metadata.certificates, decryption.private_keys)
    try:
        return _read(assertion, metadata, addressee, now)
    except (ValueError, OverflowError) as error:
        raise InvalidIdentityToken("A time in the SAML response can't be read.") from error


def _decoded(text: str) -> Element:
    try:
        octets = base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
        if len(text) > _LONGEST:
            raise UnusableXml("it is too long")
        return parse(octets)
    except ValueError as error:
        raise InvalidIdentityToken("Invalid base64 SAMLResponse, or the response could not be parsed.") from error


def _hold_to_success(response: Element) -> None:
    if response.tag != RESPONSE_TAG or response.get("Version") != "2.0":
        raise InvalidIdentityToken("The SAML response is not a Response of SAML 2.0.")
    status = only_child(only_child(response, f"{PROTOCOL}Status"), f"{PROTOCOL}StatusCode").get("Value")
    if status != _SUCCESS:
        raise IDPRejectedClaim("The identity provider reported that authentication failed.")


def _read(assertion: Element, metadata: SamlMetadata, addressee: Addressee, now: datetime) -> Assertion:
    if assertion.tag != ASSERTION_TAG or assertion.get("Version") != "2.0":
        raise InvalidIdentityToken("The SAML assertion is not of SAML 2.0.")
    issuer = text_of(only_child(assertion, f"{ASSERTION}Issuer"))
    if issuer != metadata.entity_id:
        raise InvalidIdentityToken("Issuer not present in specified provider")
    issued = moment(assertion.get("IssueInstant"))
    if issued is None or issued > now + _SKEW:
        raise InvalidIdentityToken("The SAML assertion was issued in the future.")
    if now > issued + _WITHIN + _SKEW:
        raise ExpiredIdentityToken("Token must be redeemed within 5 minutes of issuance")
    subject = only_child(assertion, f"{ASSERTION}Subject")
    recipient = _recipient(subject, addressee, now)
    _hold_to_conditions(only_child(assertion, f"{ASSERTION}Conditions"), addressee, now)
    name = only_child(subject, f"{ASSERTION}NameID")
    if not 0 < len(text_of(name)) <= _LONGEST_TEXT:
        raise InvalidIdentityToken("The SAML assertion does not name its subject.")
    return Assertion(
        issuer=issuer,
        recipient=recipient,
        subject=text_of(name),
        subject_type=(name.get("Format") or _UNSPECIFIED).removeprefix(_FORMAT),
        attributes=_attributes(assertion),
        ends_at=_end(assertion, now),
    )


def _recipient(subject: Element, addressee: Addressee, now: datetime) -> str:
    """The address that a bearer may hand the assertion to."""
    confirmation = only_child(subject, f"{ASSERTION}SubjectConfirmation")
    data = only_child(confirmation, f"{ASSERTION}SubjectConfirmationData")
    recipient = data.get("Recipient")
    if confirmation.get("Method") != _BEARER or recipient is None or not addressee.is_address(recipient):
        raise InvalidIdentityToken("The Recipient of the SAML assertion does not match.")
    if data.get("NotOnOrAfter") is None:
        raise InvalidIdentityToken("The SAML assertion does not say until when it can be handed over.")
    _hold_to_time(data, now)
    return recipient


def _hold_to_conditions(conditions: Element, addressee: Addressee, now: datetime) -> None:
    _hold_to_time(conditions, now)
    restrictions = list(children(conditions, f"{ASSERTION}AudienceRestriction"))
    for restriction in restrictions:
        audiences = [text_of(audience) for audience in children(restriction, f"{ASSERTION}Audience")]
        if not any(addressee.is_audience(audience) for audience in audiences):
            raise InvalidIdentityToken("Response does not contain the required audience.")
    if not restrictions:
        raise InvalidIdentityToken("Response does not contain the required audience.")


def _hold_to_time(element: Element, now: datetime) -> None:
    start, end = moment(element.get("NotBefore")), moment(element.get("NotOnOrAfter"))
    if start is not None and now < start - _SKEW:
        raise InvalidIdentityToken("The SAML assertion is not valid yet.")
    if end is not None and now >= end + _SKEW:
        raise ExpiredIdentityToken("The SAML assertion has expired.")


def _end(assertion: Element, now: datetime) -> datetime | None:
    statements = list(children(assertion, f"{ASSERTION}AuthnStatement"))
    if not statements:
        raise InvalidIdentityToken("The SAML assertion does not say that anybody was authenticated.")
    ends = [end for each in statements if (end := moment(each.get("SessionNotOnOrAfter")))]
    if ends and min(ends) <= now:
        raise ExpiredIdentityToken("The session at the identity provider is over.")
    return min(ends, default=None)


def _attributes(assertion: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in children(assertion, f"{ASSERTION}AttributeStatement"):
        for attribute in children(statement, f"{ASSERTION}Attribute"):
            values = tuple(text_of(value) for value in children(attribute, f"{ASSERTION}AttributeValue"))
            name = attribute.get("Name", "")
            found[name] = found.get(name, ()) + tuple(value for value in values if value)
    return found
