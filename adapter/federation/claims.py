"""What the claims of an ID token mean for a session: context keys, session tags, source identity.

Source: IAM user guide, "Available keys for AWS OIDC federation", "Passing session tags using
AssumeRoleWithWebIdentity".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapter.errors import InvalidIdentityToken
from adapter.federation.identity import FederatedIdentity, checked_source_identity, checked_tags

_AWS: Final = "https://aws.amazon.com/"
_TAGS: Final = f"{_AWS}tags"
_PRINCIPAL_TAGS: Final = "principal_tags"
_TRANSITIVE: Final = "transitive_tag_keys"
_SOURCE: Final = f"{_AWS}source_identity"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_OWN: Final = frozenset({"iss", "aud", "sub", "amr", "oaud", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash"})
_MOST_KEYS: Final = 64
_MOST_VALUES: Final = 256
_LONGEST_VALUE: Final = 2048


def identity_of(
    claims: Mapping[str, Any], *, principal: str, name: str, audience: str, subject: str
) -> FederatedIdentity:
    """Whom a verified token vouches for.

    Args:
        claims: of the token.
        principal: how trust policies name the provider.
        name: what its context keys start with, such as `accounts.example.com`.
        audience: the application that the token is for.
        subject: whom it is about.

    Raises:
        InvalidIdentityToken: session tags or source identity are not as they have to be.
    """
    methods = _texts(claims.get("amr"))
    main: dict[str, str | tuple[str, ...]] = {f"{name}:aud": audience, f"{name}:sub": subject}
    if methods:
        main[f"{name}:amr"] = methods
    source = claims.get(_SOURCE)
    if source is not None and not isinstance(source, str):
        raise _malformed("source identity")
    return FederatedIdentity(
        principal=principal,
        subject=subject,
        issuer=str(claims["iss"]),
        audience=audience,
        keys={f"{name}:{key}": value for key, value in _plain(claims)} | main,
        session_keys={"aws:FederatedProvider": principal, **main},
        tags=checked_tags(_tags(claims)),
        transitive_tag_keys=_list(_part(claims, _TRANSITIVE), "transitive tag keys"),
        source_identity=checked_source_identity(source) if source is not None else None,
    )


def _plain(claims: Mapping[str, Any]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Claims that are texts, truth values or lists of texts. Names differ by more than case, as context keys do."""
    seen = set(_OWN)
    for name, value in list(claims.items())[:_MOST_KEYS]:
        shown: str | tuple[str, ...] = ("true" if value else "false") if isinstance(value, bool) else _texts(value)
        if shown and _PLAIN_NAME.fullmatch(name) and name.lower() not in seen:
            seen.add(name.lower())
            yield name, value if isinstance(value, str) else shown


def _texts(value: object) -> tuple[str, ...]:
    """A text or a list of texts; empty for everything else."""
    found = value if isinstance(value, list) else [value]
    if len(found) > _MOST_VALUES or not all(isinstance(each, str) and len(each) <= _LONGEST_VALUE for each in found):
        return ()
    return tuple(found)


def _part(claims: Mapping[str, Any], name: str) -> object:
    """Something of the tags claim, which may be one claim or be spread over several."""
    whole = claims.get(_TAGS)
    if whole is not None and not isinstance(whole, dict):
        raise _malformed("session tags")
    return (whole or {}).get(name, claims.get(f"{_TAGS}/{name}"))


def _tags(claims: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = _part(claims, _PRINCIPAL_TAGS) or {}
    if not isinstance(given, dict):
        raise _malformed("session tags")
    prefix = f"{_TAGS}/{_PRINCIPAL_TAGS}/"
    spread = {name.removeprefix(prefix): value for name, value in claims.items() if name.startswith(prefix)}
    for key, value in {**spread, **given}.items():
        values = _list(value, "session tags")
        if len(values) != 1:
            raise _malformed("session tags")
        yield key, values[0]


def _list(value: object, what: str) -> tuple[str, ...]:
    if value is None:
        return ()
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in found):
        raise _malformed(what)
    return tuple(found)


def _malformed(what: str) -> InvalidIdentityToken:
    return InvalidIdentityToken(f"The {what} in the ID Token are not written as they have to be.")
