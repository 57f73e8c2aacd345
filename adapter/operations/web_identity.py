"""AssumeRoleWithWebIdentity: an ID token of an OpenID Connect provider in the place of credentials.

Source: STS API reference, AssumeRoleWithWebIdentity; IAM user guide, "OIDC federation".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapter.caller import Caller
from adapter.errors import IDPCommunicationError, InvalidIdentityToken, ValidationError
from adapter.federation.addresses import SCHEME, UnusableAddress, provider_name
from adapter.federation.claims import identity_of
from adapter.federation.fetching import Unreachable
from adapter.federation.tokens import OpenedToken, audience_of, hold_to_time, open_token, subject_of, verify_signature
from adapter.ldap import OIDC_PROVIDER
from adapter.models import OidcProvider
from adapter.operations import federated_roles
from adapter.operations.call import Call, Result

_WELL_KNOWN: Final = frozenset({"accounts.google.com"})
"""Providers that trust policies name by themselves, without the account making them known; the trust policy has to say
which applications (`accounts.google.com:aud`) it means."""


def the_bearer(call: Call, params: Mapping[str, Any]) -> Caller:
    """Whoever brings an ID token.

    Raises:
        InvalidIdentityToken: the token is not signed by a provider of the account, or not for one of its applications.
        ExpiredIdentityToken: it is over.
        IDPCommunicationError: the provider's keys are not to be had.
        ValidationError: a provider of access tokens is named.
    """
    if params.get("provider_id") is not None:
        raise ValidationError(
            "OAuth 2.0 access tokens are not supported here: give an OpenID Connect ID token, and no ProviderId."
        )
    token = open_token(params["web_identity_token"])
    name, provider = _provider(call, token)
    claims = verify_signature(token, _keys(call, name, provider, token))
    hold_to_time(claims, call.context.now)
    identity = identity_of(
        claims,
        principal=provider.arn if provider else name,
        name=name,
        audience=audience_of(claims, provider.client_ids if provider else None),
        subject=subject_of(claims),
    )
    return federated_roles.vouched_for(call, identity)


def assume_role_with_web_identity(
    call: Call,
    *,
    role_arn: str,
    role_session_name: str,
    web_identity_token: str,  # verified before, by `the_bearer`
    provider_id: str | None = None,  # refused before
    policy: str | None = None,
    policy_arns: Sequence[Mapping[str, str]] | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,
) -> Result:
    """Assumes a role for whom an OpenID Connect provider vouches.

    Raises:
        ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge: as `begin_role_session`.
    """
    identity = federated_roles.identity_of(call)
    begun = federated_roles.begin_federated_session(
        call,
        role_arn,
        session_name=role_session_name,
        seconds=duration_seconds,
        minimum_token_size=minimum_session_token_size,
        policy=policy,
        policy_arns=policy_arns,
    )
    return begun | {
        "subject_from_web_identity_token": identity.subject,
        "audience": identity.audience,
        "provider": identity.principal,
    }


def _provider(call: Call, token: OpenedToken) -> tuple[str, OidcProvider | None]:
    """The provider that a token says to be of; None for a well-known one that the account has not made known."""
    issuer = SCHEME + token.issuer if token.issuer in _WELL_KNOWN else token.issuer
    try:
        name = provider_name(issuer)
    except UnusableAddress as error:
        raise InvalidIdentityToken("Issuer must be a valid URL") from error
    provider = call.find(OIDC_PROVIDER, name)
    if provider is None and name not in _WELL_KNOWN:
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")
    return name, provider


def _keys(call: Call, name: str, provider: OidcProvider | None, token: OpenedToken) -> tuple[Any, ...]:
    try:
        return call.federation.issuers.keys(name, provider.thumbprints if provider else (), token.key_id)
    except Unreachable as error:
        raise IDPCommunicationError(
            f"The identity provider {SCHEME}{name} can't be asked for its keys: {error}"
        ) from error
