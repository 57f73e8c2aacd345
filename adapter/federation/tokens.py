"""ID tokens of OpenID Connect providers: JSON Web Tokens, verified.

Source: RFC 7515, RFC 7519, RFC 8725 (best current practices); OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from adapter.errors import ExpiredIdentityToken, InvalidIdentityToken
from adapter.federation.identity import SKEW
from adapter.federation.issuers import Key

ALGORITHMS: Final = {"RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "ES256": "P-256", "ES384": "P-384"}
"""What tokens may be signed with, and the kind of key that goes with it: public-key algorithms and nothing else."""
_LONGEST: Final = 20_000
_LONGEST_SUBJECT: Final = 255
_NO_KEY: Final = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
_NO_TOKEN: Final = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"  # noqa: S105


class _Registry(jws.JWSRegistry):
    """Headers may be long: some providers put a certificate chain into them, which is not looked at."""

    max_header_length = _LONGEST
    max_payload_length = _LONGEST
    max_signature_length = 4096


_REGISTRY: Final = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


@dataclass(frozen=True, slots=True)
class OpenedToken:
    """A token taken apart. Nothing in it has been verified.

    Attributes:
        issuer: who is said to have signed it.
    """

    text: str = field(repr=False)
    algorithm: str
    key_id: str | None
    claims: Mapping[str, Any]

    @property
    def issuer(self) -> str:
        """Who is said to have signed it."""
        return str(self.claims["iss"])


def open_token(text: str) -> OpenedToken:
    """Takes a token apart.

    Raises:
        InvalidIdentityToken: it is no signed token, or is signed with an algorithm that is not accepted.
    """
    parts = text.split(".")
    if len(parts) != 3 or len(text) > _LONGEST or not text.isascii():
        raise InvalidIdentityToken(_NO_TOKEN)
    header, claims = _json(parts[0]), _json(parts[1])
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(claims.get("iss"), str) or not isinstance(key_id, str | None):
        raise InvalidIdentityToken(_NO_TOKEN)
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise InvalidIdentityToken("The algorithm that the ID Token is signed with is not supported.")
    return OpenedToken(text, algorithm, key_id, claims)


def verify_signature(token: OpenedToken, keys: Iterable[Key]) -> Mapping[str, Any]:
    """The claims of a token, whose signature is one of the keys'.

    Raises:
        InvalidIdentityToken: there is no such key, or the signature is wrong.
    """
    fitting = [key for key in keys if _fits(key, token)]
    if not fitting:
        raise InvalidIdentityToken(_NO_KEY)
    for key in fitting:
        try:
            signed = jws.deserialize_compact(token.text, key, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError):
            continue
        claims = _parsed(bytes(signed.payload or b""))
        if claims is not None:
            return claims
    raise InvalidIdentityToken("The signature of the ID Token is not valid.")


def audience_of(claims: Mapping[str, Any], client_ids: Collection[str] | None) -> str:
    """The application that a token is for.

    Where a token is for several, its `azp` claim has to say which of them it was issued to.

    Args:
        claims: of a verified token.
        client_ids: the applications that the provider is trusted for; None for a well-known provider, whose
            applications the trust policy names. Google's `azp` is then what counts, as with AWS.

    Raises:
        InvalidIdentityToken: it is for none that the provider is trusted for.
    """
    named = claims.get("aud")
    audiences = [named] if isinstance(named, str) else named
    if not isinstance(audiences, list) or not audiences or not all(isinstance(each, str) for each in audiences):
        raise InvalidIdentityToken("Missing a required claim: aud")
    is_plain = len(audiences) == 1 and (client_ids is not None or "azp" not in claims)
    audience = audiences[0] if is_plain else claims.get("azp")
    if not isinstance(audience, str) or (client_ids is not None and audience not in client_ids):
        raise InvalidIdentityToken("Incorrect token audience")
    return audience


def subject_of(claims: Mapping[str, Any]) -> str:
    """Whom a token is about.

    Raises:
        InvalidIdentityToken: it does not say so.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise InvalidIdentityToken("Missing a required claim: sub")
    return subject


def hold_to_time(claims: Mapping[str, Any], now: datetime) -> None:
    """Refuses a token before or after its time.

    Raises:
        ExpiredIdentityToken: it is over.
        InvalidIdentityToken: it is not good yet, or does not say for how long it is.
    """
    current = int(now.timestamp())
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if current >= expires + SKEW:
        raise ExpiredIdentityToken(
            f"Token expired: current date/time {current} must be before the expiration date/time {int(expires)}"
        )
    starts = _moment(claims, "nbf") if claims.get("nbf") is not None else issued
    if current < max(starts, issued) - SKEW:
        raise InvalidIdentityToken("The ID Token is not valid yet: it was issued in the future.")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15 or math.isnan(value):
        raise InvalidIdentityToken(f"Missing a required claim: {name}")
    return value


def _fits(key: Key, token: OpenedToken) -> bool:
    """Whether a key may have signed a token: by its kind, by what it says of itself, and by its id."""
    kind = str(key.curve_name) if isinstance(key, ECKey) else "RSA"
    says = key.as_dict(private=False)
    if kind != ALGORITHMS[token.algorithm] or says.get("alg", token.algorithm) != token.algorithm:
        return False
    return token.key_id is None or says.get("kid") == token.key_id


def _json(part: str) -> dict[str, Any]:
    try:
        octets = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise InvalidIdentityToken(_NO_TOKEN) from error
    found = _parsed(octets)
    if found is None:
        raise InvalidIdentityToken(_NO_TOKEN)
    return found


def _parsed(octets: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(octets, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found
