"""An identity for the outside: tokens with which the account's people and roles prove who they are elsewhere.

The account's keys are made when they are first needed and again each month; what they signed can be verified until it
has run out. They are sealed like every secret, and the public halves are what `/oidc/ACCOUNT` shows to everybody.

Source: STS API reference, GetWebIdentityToken; IAM API reference, EnableOutboundWebIdentityFederation.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from adapter.caller import CallerKind
from adapter.crypto.identity_tokens import ALGORITHMS, new_key, public_jwk, sign
from adapter.errors import AccessDenied, IamError, ValidationError
from adapter.ldap import ACCOUNT, SIGNING_KEY, NotThere, Set, Stale
from adapter.models import SigningKey
from adapter.operations.call import Call, Result
from adapter.operations.resources import Target

USUAL_SECONDS: Final = 300
_LONGEST: Final = timedelta(hours=1)
_MONTH: Final = timedelta(days=30)
_MOST_OCTETS: Final = 8192
_CLAIMS: Final = "https://sts.amazonaws.com/"
_SEALED_AS: Final = "identity token key"


class FeatureEnabled(IamError):
    """The feature is enabled already."""

    code, status = "FeatureEnabled", 409


class FeatureDisabled(IamError):
    """The feature is not enabled in the account."""

    code, status = "FeatureDisabled", 404


class OutboundWebIdentityFederationDisabled(IamError):
    """The account issues no tokens for other services."""

    code, status = "OutboundWebIdentityFederationDisabledException", 403


class SessionDurationEscalation(IamError):
    """A token would outlive the session that asks for it."""

    code, status = "SessionDurationEscalationException", 403


class JWTPayloadSizeExceeded(IamError):
    """A token would be too long."""

    code, status = "JWTPayloadSizeExceededException", 400


def enable_outbound_web_identity_federation(call: Call) -> Result:
    """Lets the account issue tokens.

    Raises:
        FeatureEnabled: it does already.
        ValidationError: nobody has said under which address the outside reaches this server.
    """
    if call.account.issues_identity_tokens:
        raise FeatureEnabled("Outbound web identity federation is already enabled for this account.")
    issuer = _issuer(call)
    call.store.change(ACCOUNT, call.account, call.account, Set("issues_identity_tokens", True))
    return {"issuer_identifier": issuer}


def disable_outbound_web_identity_federation(call: Call) -> Result:
    """Lets the account issue tokens no longer; those that are out stay good until they have run out.

    Raises:
        FeatureDisabled: it does not.
    """
    _hold_to_feature(call)
    call.store.change(ACCOUNT, call.account, call.account, Set("issues_identity_tokens", False))
    return {}


def get_outbound_web_identity_federation_info(call: Call) -> Result:
    """Tells under which address the account's tokens can be verified.

    Raises:
        FeatureDisabled: it issues none.
    """
    _hold_to_feature(call)
    return {"issuer_identifier": _issuer(call), "jwt_vending_enabled": True}


def the_token(_call: Call, params: Mapping[str, Any]) -> Target:
    """A token that is asked for; policies may limit its life, whether or not the request says how long that is."""
    return Target(("*",), keys={"sts:DurationSeconds": str(params.get("duration_seconds") or USUAL_SECONDS)})


def get_web_identity_token(
    call: Call,
    *,
    audience: Sequence[str],
    signing_algorithm: str,
    duration_seconds: int = USUAL_SECONDS,
    tags: Sequence[dict[str, str]] = (),
) -> Result:
    """Gives out a token that says who the caller is.

    Raises:
        OutboundWebIdentityFederationDisabled: the account issues none.
        AccessDenied: the caller is a federated user.
        SessionDurationEscalation: it would outlive the caller's session.
        JWTPayloadSizeExceeded: the tags make it too long.
    """
    if not call.account.issues_identity_tokens:
        raise OutboundWebIdentityFederationDisabled("Outbound web identity federation is not enabled for this account.")
    if call.caller.kind is CallerKind.FEDERATED_USER:
        raise AccessDenied("Cannot call GetWebIdentityToken with federated user credentials")
    if signing_algorithm not in ALGORITHMS:
        raise ValidationError(f"SigningAlgorithm must be one of {', '.join(ALGORITHMS)}.")
    now = call.context.now.replace(microsecond=0)
    expires = now + timedelta(seconds=duration_seconds)
    session = call.caller.session
    if session and expires > session.expires_at:
        raise SessionDurationEscalation("The requested token would outlive the session that asks for it.")
    claims = _claims(call, audience, tags, now, expires)
    if len(json.dumps(claims)) > _MOST_OCTETS:
        raise JWTPayloadSizeExceeded(f"The token's payload exceeds {_MOST_OCTETS} bytes.")
    key = _key(call, signing_algorithm, now)
    private = call.keyring.open_sealed(key.sealed_key, call.account.account_id, _SEALED_AS)
    return {"web_identity_token": sign(claims, private, key.key_id, signing_algorithm), "expiration": expires}


def published(keys: Sequence[SigningKey], now: datetime) -> list[SigningKey]:
    """The keys whose tokens may still be good."""
    return [key for key in keys if now - key.create_date < _MONTH + 2 * _LONGEST]


def _claims(
    call: Call, audience: Sequence[str], tags: Sequence[dict[str, str]], now: datetime, expires: datetime
) -> dict[str, Any]:
    caller = call.caller
    own: dict[str, Any] = {
        "aws_account": caller.account_id,
        "principal_id": caller.arn,
        "source_region": call.context.region,
        "request_tags": {tag["key"]: tag["value"] for tag in tags},
    }
    if caller.mfa_time is not None:
        own["mfa_authenticated_at"] = int(caller.mfa_time.timestamp())
    return {
        "iss": _issuer(call),
        "sub": _subject(call),
        "aud": list(audience) if len(audience) > 1 else audience[0],
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(expires.timestamp()),
        "jti": secrets.token_urlsafe(16),
        _CLAIMS: own,
    }


def _subject(call: Call) -> str:
    """The ARN of the user, or of the role behind a session: what the outside keeps, whatever the session is called."""
    if call.caller.kind is CallerKind.ASSUMED_ROLE:
        return call.role(call.caller.name.partition("/")[0]).arn
    return call.caller.arn


def _key(call: Call, algorithm: str, now: datetime) -> SigningKey:
    """The key to sign with, made anew when the youngest is a month old; those that have run out are removed."""
    keys = sorted(call.store.find(SIGNING_KEY, call.account), key=lambda key: key.create_date)
    good = [key for key in keys if key.algorithm == algorithm and now - key.create_date < _MONTH]
    if good:
        return good[-1]
    wanted = {key.key_id for key in published(keys, now)}
    for key in keys:
        if key.key_id not in wanted:
            _remove(call, key)
    private = new_key(algorithm)
    key_id = secrets.token_hex(8)
    return call.store.add(
        SIGNING_KEY,
        call.account,
        SigningKey(
            key_id=key_id,
            algorithm=algorithm,
            public_jwk=public_jwk(private, key_id, algorithm),
            sealed_key=call.keyring.seal(private, call.account.account_id, _SEALED_AS),
            create_date=now,
        ),
    )


def _remove(call: Call, key: SigningKey) -> None:
    try:
        call.store.delete(SIGNING_KEY, call.account, key)
    except (NotThere, Stale):
        return  # another host was faster


def _hold_to_feature(call: Call) -> None:
    if not call.account.issues_identity_tokens:
        raise FeatureDisabled("Outbound web identity federation is not enabled for this account.")


def _issuer(call: Call) -> str:
    origin = call.federation.public_url
    if not origin.startswith("https://") and not origin.startswith("http://127.0.0.1"):
        raise ValidationError("BINDERY_PUBLIC_URL has to say at which https address the outside reaches this server.")
    return issuer_of(origin, call.account.account_id)


def issuer_of(origin: str, account_id: str) -> str:
    """Under which address an account's tokens can be verified."""
    return f"{origin}/oidc/{account_id}"
