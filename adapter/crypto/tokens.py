"""Temporary credentials: an access key id, a secret access key, and a sealed token that carries both and the session.

A token is `base64(seal(zlib(JSON)))`, sealed for its access key id alone: with another id, with one changed character
or from another installation it can't be opened. So nothing has to be kept of a session, and only the holder of the
master key can tell what a token says.

The id of a temporary access key tells which account issued it, to the holder of the master key only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from adapter.crypto.credentials import new_secret_access_key
from adapter.crypto.sealing import Keyring, SealingError
from adapter.models import Tag
from adapter.names import IdPrefix
from adapter.sessions import Session, SessionKind

LONGEST_TOKEN: Final = 8192
"""Characters. What is longer is none of ours and is not looked at."""

_PACKED_MAXIMUM: Final = 4096
"""Bytes that session policies and tags may take in a token; with all else it stays below LONGEST_TOKEN."""
_SEALED_AS: Final = "session token"
_MESSAGE: Final = "authorization message"
_KEY_IDS: Final = "session key ids"
_HALF_ID: Final = 5
"""Bytes. An access key id is 16 characters of base32, which are two halves: a random one and the masked account id."""


class InvalidToken(ValueError):
    """A text is no token of ours, or not one for that access key; nothing more is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryCredentials:
    """What STS gives out, once."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expiration: datetime

    @property
    def token_utilization(self) -> int:
        """How much of the longest possible token this one takes, in per cent."""
        return -(-len(self.session_token) * 100 // LONGEST_TOKEN)


@dataclass(frozen=True, slots=True)
class OpenedToken:
    """What a token says: the session, and the secret that its requests are signed with."""

    session: Session
    secret_access_key: str = field(repr=False)


def issue(keyring: Keyring, session: Session, minimum_size: int = 0) -> TemporaryCredentials:
    """Makes the credentials of a session.

    Args:
        keyring: seals the token.
        session: what the credentials are good for.
        minimum_size: the token gets at least so many characters.
    """
    access_key_id = new_session_key_id(keyring, session.account_id)
    secret = new_secret_access_key()
    content = _pack({"s": secret, **_claims(session)})
    token = _sealed(keyring, content, access_key_id)
    missing = minimum_size - len(token)
    if missing > 0:  # what follows the end of the compressed content is ignored
        token = _sealed(keyring, content + bytes(-(-missing // 4) * 3), access_key_id)
    return TemporaryCredentials(
        access_key_id=access_key_id, secret_access_key=secret, session_token=token, expiration=session.expires_at
    )


def open_token(keyring: Keyring, access_key_id: str, token: str) -> OpenedToken:
    """Opens a session token; whether the session is over is the caller's to judge.

    Raises:
        InvalidToken: it is none of ours, was changed, or belongs to another access key.
    """
    if len(token) > LONGEST_TOKEN:
        raise InvalidToken("this is not a session token")
    try:
        claims = _unpack(keyring.open_sealed(base64.b64decode(token, validate=True), access_key_id, _SEALED_AS))
        return OpenedToken(_session(claims), claims["s"])
    except (SealingError, binascii.Error, zlib.error, ValueError, KeyError, TypeError) as error:
        raise InvalidToken("this is not a session token") from error


def packed_size(policy: str | None, policy_arns: Iterable[str], tags: Iterable[Tag]) -> int:
    """How much of their place in a token session policies and tags take, in per cent; more than 100 is too much."""
    content = _pack({"p": policy, "r": list(policy_arns), "t": [[tag.key, tag.value] for tag in tags]})
    return -(-len(content) * 100 // _PACKED_MAXIMUM)


def new_session_key_id(keyring: Keyring, account_id: str) -> str:
    """A fresh id of a temporary access key (`ASIA…`), issued by that account."""
    nonce = secrets.token_bytes(_HALF_ID)
    account = int(account_id).to_bytes(_HALF_ID, "big")
    masked = _masked(keyring.derive(_KEY_IDS), nonce, account)
    return IdPrefix.SESSION_KEY + base64.b32encode(nonce + masked).decode()


def accounts_of_session_key(keyring: Keyring, access_key_id: str) -> tuple[str, ...]:
    """The account ids that a temporary access key id may say, one for each master key; none for what can't be one.

    Made-up ids and other master keys give made-up accounts: it has to be looked up whether an account exists.
    """
    try:
        octets = base64.b32decode(access_key_id.removeprefix(IdPrefix.SESSION_KEY).encode())
    except (binascii.Error, ValueError):
        return ()
    if not access_key_id.startswith(IdPrefix.SESSION_KEY) or len(octets) != 2 * _HALF_ID:
        return ()
    nonce, masked = octets[:_HALF_ID], octets[_HALF_ID:]
    keys = keyring.derive_from_each(_KEY_IDS)
    return tuple(f"{int.from_bytes(_masked(key, nonce, masked), 'big'):012}" for key in keys)


def seal_message(keyring: Keyring, account_id: str, message: object) -> str:
    """An authorization message that only DecodeAuthorizationMessage in the same account can read."""
    return base64.urlsafe_b64encode(keyring.seal(_pack(message), account_id, _MESSAGE)).decode()


def open_message(keyring: Keyring, account_id: str, text: str) -> str:
    """The JSON text of a sealed authorization message.

    Raises:
        InvalidToken: it is none, or was made for another account.
    """
    try:
        sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        return zlib.decompress(keyring.open_sealed(sealed, account_id, _MESSAGE)).decode()
    except (SealingError, binascii.Error, zlib.error, ValueError) as error:
        raise InvalidToken("this is not an authorization message") from error


def _masked(key: bytes, nonce: bytes, octets: bytes) -> bytes:
    mask = hmac.digest(key, nonce, "sha256")
    return bytes(octet ^ hidden for octet, hidden in zip(octets, mask, strict=False))


def _sealed(keyring: Keyring, content: bytes, access_key_id: str) -> str:
    return base64.b64encode(keyring.seal(content, access_key_id, _SEALED_AS)).decode()


def _pack(content: object) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(), 9)


def _unpack(content: bytes) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(zlib.decompressobj().decompress(content))
    return claims


def _as_it_is(value: Any) -> Any:
    return value


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _tag_pairs(tags: Iterable[Tag]) -> list[list[str]]:
    return [[tag.key, tag.value] for tag in tags]


def _tags(pairs: Iterable[list[str]]) -> tuple[Tag, ...]:
    return tuple(Tag(key=key, value=value) for key, value in pairs)


def _pairs(pairs: Iterable[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in pairs)


_Coding = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]
_CLAIMS: Final = MappingProxyType[str, _Coding](
    {
        "kind": ("k", str, SessionKind),
        "account_id": ("a", _as_it_is, str),
        "dn": ("d", _as_it_is, str),
        "subject_id": ("u", _as_it_is, str),
        "name": ("n", _as_it_is, str),
        "issued_at": ("i", _seconds, _moment),
        "expires_at": ("e", _seconds, _moment),
        "mfa_at": ("m", _seconds, _moment),
        "policy": ("p", _as_it_is, str),
        "policy_arns": ("r", list, tuple),
        "tags": ("t", _tag_pairs, _tags),
        "transitive_tag_keys": ("x", list, tuple),
        "source_identity": ("o", _as_it_is, str),
        "keys": ("c", list, _pairs),
    }
)
"""What each field of a session is called in a token, how it is written and how it is read; what is empty is absent."""


def _claims(session: Session) -> dict[str, Any]:
    given = ((short, write, getattr(session, name)) for name, (short, write, _) in _CLAIMS.items())
    return {short: write(value) for short, write, value in given if value}


def _session(claims: dict[str, Any]) -> Session:
    return Session(**{name: read(claims[short]) for name, (short, _, read) in _CLAIMS.items() if short in claims})
