"""What the attributes of a SAML assertion mean for a session: role, name, duration, context keys, session tags.

Source: IAM user guide, "Configure SAML assertions for the authentication response", "Available keys for SAML-based AWS
STS federation".
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from adapter.errors import AccessDenied, InvalidIdentityToken
from adapter.federation.assertions import Assertion
from adapter.federation.identity import FederatedIdentity, checked_source_identity, checked_tags, is_session_name

_AWS: Final = "https://aws.amazon.com/SAML/Attributes/"
_TAG: Final = f"{_AWS}PrincipalTag:"
_SHORTEST, _LONGEST = 900, 43_200
_LONGEST_VALUE: Final = 2048
_EDU_PERSON: Final = "urn:oid:1.3.6.1.4.1.5923.1."
_XMLSOAP: Final = "http://schemas.xmlsoap.org/"
_MICROSOFT: Final = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
KEYS: Final = {
    f"{_EDU_PERSON}1.1.1": "eduPersonAffiliation",
    f"{_EDU_PERSON}1.1.2": "eduPersonNickname",
    f"{_EDU_PERSON}1.1.3": "eduPersonOrgDN",
    f"{_EDU_PERSON}1.1.4": "eduPersonOrgUnitDN",
    f"{_EDU_PERSON}1.1.5": "eduPersonPrimaryAffiliation",
    f"{_EDU_PERSON}1.1.6": "eduPersonPrincipalName",
    f"{_EDU_PERSON}1.1.7": "eduPersonEntitlement",
    f"{_EDU_PERSON}1.1.8": "eduPersonPrimaryOrgUnitDN",
    f"{_EDU_PERSON}1.1.9": "eduPersonScopedAffiliation",
    f"{_EDU_PERSON}1.1.10": "eduPersonTargetedID",
    f"{_EDU_PERSON}1.1.11": "eduPersonAssurance",
    f"{_EDU_PERSON}2.1.2": "eduOrgHomePageURI",
    f"{_EDU_PERSON}2.1.3": "eduOrgIdentityAuthNPolicyURI",
    f"{_EDU_PERSON}2.1.4": "eduOrgLegalName",
    f"{_EDU_PERSON}2.1.5": "eduOrgSuperiorURI",
    f"{_EDU_PERSON}2.1.6": "eduOrgWhitePagesURI",
    f"{_XMLSOAP}ws/2005/05/identity/claims/name": "name",
    f"{_XMLSOAP}claims/CommonName": "commonName",
    f"{_XMLSOAP}ws/2005/05/identity/claims/givenname": "givenName",
    f"{_XMLSOAP}ws/2005/05/identity/claims/surname": "surname",
    f"{_XMLSOAP}ws/2005/05/identity/claims/emailaddress": "mail",
    f"{_XMLSOAP}ws/2005/05/identity/claims/uid": "uid",
    f"{_MICROSOFT}primarygroupsid": "primaryGroupSID",
    "urn:oid:2.5.4.3": "cn",
    "urn:oid:2.5.4.4": "surname",
    "urn:oid:2.5.4.42": "givenName",
    "urn:oid:2.5.4.45": "x500UniqueIdentifier",
    "urn:oid:0.9.2342.19200300.100.1.1": "uid",
    "urn:oid:0.9.2342.19200300.100.1.3": "mail",
    "urn:oid:0.9.2342.19200300.100.1.45": "organizationStatus",
}
"""Which attribute gives which context key (`saml:…`)."""


def name_qualifier(issuer: str, account_id: str, name: str) -> str:
    """Tells subjects of different providers apart, with the same result as AWS has."""
    digest = hashlib.sha1(f"{issuer}{account_id}/{name}".encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def identity_of(
    assertion: Assertion, *, principal: str, account_id: str, name: str, role_arn: str
) -> FederatedIdentity:
    """Whom a verified assertion vouches for.

    Args:
        assertion: the assertion.
        principal: the provider's ARN.
        account_id: the account that the provider is in.
        name: the provider's name.
        role_arn: the role to assume, which the assertion has to name.

    Raises:
        AccessDenied: it does not name the role together with the provider.
        InvalidIdentityToken: something that it says is not as it has to be.
    """
    _hold_to_role(assertion, role_arn, principal)
    main = {
        "saml:namequalifier": name_qualifier(assertion.issuer, account_id, name),
        "saml:sub": assertion.subject,
        "saml:sub_type": assertion.subject_type,
    }
    document = {"saml:aud": assertion.recipient, "saml:iss": assertion.issuer, "saml:doc": f"{account_id}/{name}"}
    sources = assertion.attributes.get(f"{_AWS}SourceIdentity", ())
    return FederatedIdentity(
        principal=principal,
        subject=assertion.subject,
        issuer=assertion.issuer,
        audience=assertion.recipient,
        keys=dict(_person(assertion)) | document | main,
        session_keys={"aws:FederatedProvider": principal, **main},
        tags=checked_tags(_tags(assertion)),
        transitive_tag_keys=assertion.attributes.get(f"{_AWS}TransitiveTagKeys", ()),
        source_identity=checked_source_identity(_only(sources, "SourceIdentity")) if sources else None,
        session_name=_session_name(assertion),
        seconds=_seconds(assertion),
        ends_at=assertion.ends_at,
    )


def _hold_to_role(assertion: Assertion, role_arn: str, principal: str) -> None:
    """The role and the provider stand together in one value, in either order."""
    pairs = (value.split(",") for value in assertion.attributes.get(f"{_AWS}Role", ()))
    if sorted((role_arn, principal)) not in (sorted(part.strip() for part in pair) for pair in pairs):
        raise AccessDenied("Not authorized to perform sts:AssumeRoleWithSAML")


def _session_name(assertion: Assertion) -> str:
    values = assertion.attributes.get(f"{_AWS}RoleSessionName", ())
    if not values:
        raise InvalidIdentityToken("RoleSessionName is required in AuthnResponse")
    name = _only(values, "RoleSessionName")
    if not is_session_name(name):
        raise InvalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
    return name


def _seconds(assertion: Assertion) -> int | None:
    values = assertion.attributes.get(f"{_AWS}SessionDuration", ())
    if not values:
        return None
    text = _only(values, "SessionDuration")
    if not (text.isascii() and text.isdigit() and len(text) < 9 and _SHORTEST <= int(text) <= _LONGEST):
        raise InvalidIdentityToken(f"SessionDuration in AuthnResponse must be from {_SHORTEST} to {_LONGEST}")
    return int(text)


def _tags(assertion: Assertion) -> Iterator[tuple[str, str]]:
    for name, values in assertion.attributes.items():
        if name.startswith(_TAG):
            yield name.removeprefix(_TAG), _only(values, name) if values else ""


def _only(values: tuple[str, ...], name: str) -> str:
    if len(values) != 1:
        raise InvalidIdentityToken(f"{name} in AuthnResponse must have exactly one value")
    return values[0]


def _person(assertion: Assertion) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for attribute, key in KEYS.items():
        values = assertion.attributes.get(attribute, ())
        if values and all(len(value) <= _LONGEST_VALUE for value in values):
            yield f"saml:{key}", values[0] if len(values) == 1 else values
