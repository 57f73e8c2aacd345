"""A SAML provider: its metadata document, and responses signed by signxml."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod

from tests.certificates import Pair, make_pair

ENTITY = "https://idp.example.org/saml"
RECIPIENT = "https://signin.aws.amazon.com/saml"
AUDIENCE = "urn:amazon:webservices"
AWS = "https://aws.amazon.com/SAML/Attributes/"
P = "urn:oasis:names:tc:SAML:2.0:protocol"
A = "urn:oasis:names:tc:SAML:2.0:assertion"
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


def moment(seconds: float = 0, now: datetime | None = None) -> str:
    return ((now or datetime.now(UTC)) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def metadata(*pairs: Pair, entity: str = ENTITY, more: str = "", use: str = ' use="signing"') -> str:
    """A metadata document, as long as AWS wants them."""
    keys = "".join(
        f"<md:KeyDescriptor{use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{pair.base64}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for pair in pairs
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}"{more}>'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{P}">{keys}'
        '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        'Location="https://idp.example.org/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
    )
    return text.ljust(1000)


@dataclass
class Response:
    """A response that is about to be made; tests change what they like."""

    role: str = "arn:aws:iam::123456789012:role/federated"
    provider: str = "arn:aws:iam::123456789012:saml-provider/idp"
    attributes: dict[str, list[str]] = field(default_factory=dict)
    issuer: str = ENTITY
    subject: str = "somebody"
    subject_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    recipient: str = RECIPIENT
    audience: str = AUDIENCE
    destination: str | None = RECIPIENT
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    method: str = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    issued: float = -10
    not_before: float = -60
    not_on_or_after: float = 300
    handed_over_until: float = 300
    session_until: float | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def xml(self) -> etree._Element:
        """The response, not signed."""
        return etree.fromstring(self.text().encode())

    def text(self) -> str:
        def at(seconds: float) -> str:
            return moment(seconds, self.now)

        given = {
            f"{AWS}Role": [f"{self.role},{self.provider}"],
            f"{AWS}RoleSessionName": ["somebody@example.org"],
        } | self.attributes
        attributes = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in given.items()
        )
        destination = f' Destination="{self.destination}"' if self.destination else ""
        end = f' SessionNotOnOrAfter="{at(self.session_until)}"' if self.session_until is not None else ""
        head = f'Version="2.0" IssueInstant="{at(self.issued)}"'
        return (
            f'<samlp:Response xmlns:samlp="{P}" xmlns:saml="{A}" ID="_r{uuid.uuid4().hex}" {head}{destination}>'
            f"<saml:Issuer>{self.issuer}</saml:Issuer>"
            f'<samlp:Status><samlp:StatusCode Value="{self.status}"/></samlp:Status>'
            f'<saml:Assertion ID="_a{uuid.uuid4().hex}" {head}><saml:Issuer>{self.issuer}</saml:Issuer>'
            f'<saml:Subject><saml:NameID Format="{self.subject_format}">{self.subject}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{self.method}"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{at(self.handed_over_until)}" Recipient="{self.recipient}"/></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{at(self.not_before)}" '
            f'NotOnOrAfter="{at(self.not_on_or_after)}"><saml:AudienceRestriction><saml:Audience>{self.audience}'
            "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{at(self.issued)}"{end}/>'
            f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"
        )


class SamlProvider:
    """A provider with its key."""

    def __init__(self, days: int = 30) -> None:
        key = rsa.generate_private_key(65537, 2048)
        self.pair = make_pair("idp", key=key, days=days)
        self.metadata = metadata(self.pair)

    def sign(self, element: etree._Element, **more: Any) -> etree._Element:
        """The element with a signature in it."""
        signer = XMLSigner(method=SignatureConstructionMethod.enveloped, c14n_algorithm=EXCLUSIVE, **more)
        return signer.sign(element, key=self.pair.key, cert=[self.pair.certificate], reference_uri=element.get("ID"))

    def response(self, response: Response | None = None, *, signs: str = "assertion") -> etree._Element:
        """A signed response: its assertion, or all of it."""
        root = (response or Response()).xml()
        if signs == "response":
            return self.sign(root)
        assertion = root.find(f"{{{A}}}Assertion")
        root.replace(assertion, self.sign(assertion))
        return root

    def assertion(self, response: Response | None = None, *, signs: str = "assertion") -> str:
        """A signed response as SAMLAssertion takes it."""
        return encode(self.response(response, signs=signs))


def encode(response: etree._Element | bytes) -> str:
    octets = response if isinstance(response, bytes) else etree.tostring(response)
    return base64.b64encode(octets).decode()
