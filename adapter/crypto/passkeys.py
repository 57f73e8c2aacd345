"""Passkeys: what a browser is asked, and whether its answer is good.

Nothing is remembered here. A challenge carries the moment it was made in and a code that only we can make, so that it
need not be kept anywhere until it is answered. The caller keeps, for each passkey, the moment of the challenge that was
answered last, moves it forward by compare-and-swap and accepts no challenge from before: an answer is good once.

Source: W3C Web Authentication Level 3, sections 7.1 and 7.2.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_LIFE: Final = timedelta(minutes=5)
_SKEW: Final = timedelta(minutes=1)
"""So much may the clocks of two hosts differ: one makes a challenge, another takes the answer."""
_TIMEOUT: Final = int(CHALLENGE_LIFE.total_seconds() * 1000)
_NAME: Final = "Bindery"
_MOMENT_BYTES: Final = 8
_NONCE_BYTES: Final = 16
_LONGEST_ANSWER: Final = 65_536
_TRANSPORTS: Final = frozenset(each.value for each in AuthenticatorTransport)


class PasskeyRefused(ValueError):
    """A browser's answer is not good; the message is for the log."""


class Purpose(StrEnum):
    """What a challenge is good for."""

    REGISTER = "register"
    PROVE = "prove"
    SIGN_IN = "sign in"


@dataclass(frozen=True, slots=True)
class Site:
    """The console as the browser sees it.

    Attributes:
        origin: such as `https://console.example.org:8443`.
    """

    origin: str

    @property
    def host(self) -> str:
        """The name that passkeys are bound to (the relying party's id)."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_named(self) -> bool:
        """Whether it has a name: browsers bind passkeys to names, and to no IP address."""
        try:
            ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A passkey that somebody has."""

    passkey_id: bytes
    public_key: bytes = field(default=b"", repr=False)
    sign_count: int = 0
    transports: tuple[str, ...] = ()


def new_challenge(key: bytes, purpose: Purpose, owner_id: str, now: datetime) -> bytes:
    """A challenge for one owner and one purpose.

    Args:
        key: makes challenges recognisable; the same on every host.
        purpose: what it is good for.
        owner_id: whose answer is expected; empty where the answer is to tell who it is.
        now: the current time.
    """
    body = _microseconds(now).to_bytes(_MOMENT_BYTES, "big") + secrets.token_bytes(_NONCE_BYTES)
    return body + _code(key, purpose, owner_id, body)


def moment_of(key: bytes, purpose: Purpose, owner_id: str, challenge: bytes, now: datetime) -> int:
    """When a challenge of ours was made, in microseconds of the epoch.

    Raises:
        PasskeyRefused: it is none of ours, is for somebody or something else, or is too old.
    """
    length = _MOMENT_BYTES + _NONCE_BYTES
    body, code = challenge[:length], challenge[length:]
    if len(body) != length or not hmac.compare_digest(code, _code(key, purpose, owner_id, body)):
        raise PasskeyRefused("the challenge is not ours, or was made for another purpose")
    moment = int.from_bytes(body[:_MOMENT_BYTES], "big")
    if not -_SKEW <= timedelta(microseconds=_microseconds(now) - moment) <= CHALLENGE_LIFE:
        raise PasskeyRefused("the challenge is too old")
    return moment


def challenge_in(answer: str) -> bytes:
    """The challenge that a browser says it has answered.

    Raises:
        PasskeyRefused: this is no answer.
    """
    try:
        client_data = json.loads(base64url_to_bytes(_read(answer)["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PasskeyRefused("this is no answer of a browser") from error


def credential_in(answer: str) -> bytes:
    """The id of the passkey that a browser has used.

    Raises:
        PasskeyRefused: this is no answer.
    """
    try:
        return base64url_to_bytes(_read(answer)["rawId"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused("the answer names no passkey") from error


def registration_options(site: Site, challenge: bytes, owner_id: str, name: str, known: Sequence[Known]) -> str:
    """What `navigator.credentials.create` is given, as JSON.

    Args:
        site: that the passkey will be for.
        challenge: to be answered.
        owner_id: whose it will be; authenticators get a digest of it.
        name: of the owner, as authenticators show it.
        known: passkeys that the owner has; their authenticators take no second one.
    """
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_NAME,
        user_id=hashlib.sha256(owner_id.encode()).digest(),
        user_name=name,
        challenge=challenge,
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options)


def proof_options(site: Site, challenge: bytes, known: Sequence[Known]) -> str:
    """What `navigator.credentials.get` is given, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=_TIMEOUT,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def registered(site: Site, answer: str, challenge: bytes) -> Known:
    """The passkey that a browser has made.

    Raises:
        PasskeyRefused: the answer is not good.
    """
    content = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=content,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        transports = tuple(sorted(_TRANSPORTS & set(content["response"].get("transports") or ())))
    except Exception as error:  # whatever a hostile answer brings the parsers of JSON, CBOR and keys to
        raise PasskeyRefused(f"the new passkey is not good: {type(error).__name__}: {error}") from error
    return Known(
        passkey_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=transports,
    )


def used(site: Site, answer: str, challenge: bytes, known: Known) -> int:
    """How often a passkey has been used, by its authenticator, after it has answered a challenge.

    Raises:
        PasskeyRefused: the answer is not good, or the count has not grown: there may be a copy of the passkey.
    """
    content = _read(answer)
    try:
        proved = webauthn.verify_authentication_response(
            credential=content,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a hostile answer brings the parsers of JSON, CBOR and keys to
        raise PasskeyRefused(f"the passkey's answer is not good: {type(error).__name__}: {error}") from error
    return proved.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise PasskeyRefused("the answer is too long")
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused("the answer is not JSON") from error
    if not isinstance(content, dict):
        raise PasskeyRefused("the answer is no object")
    return content


def _descriptors(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.passkey_id,
            transports=[AuthenticatorTransport(name) for name in each.transports if name in _TRANSPORTS] or None,
        )
        for each in known
    ]


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _code(key: bytes, purpose: Purpose, owner_id: str, body: bytes) -> bytes:
    return hmac.digest(key, f"{purpose}\n{owner_id}\n".encode() + body, "sha256")
