"""AWS Signature Version 4: taking signed requests apart and verifying them.

    signed = parse(request)                  # what is claimed: whose key, when, over what
    check(signed, now)                       # time and scope, before any key is looked up
    body = verify(signed, secret, now)       # the part of the request that the signature covers

`verify` checks everything; `check` beforehand spares the look-up of the key when the request is stale.

Source: IAM user guide, "AWS Signature Version 4 for API requests"; wording of errors as the services answer.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapter.crypto.authorization import ALGORITHM, SHOWN, Claims, read_claims
from adapter.crypto.canonical import HttpRequest, canonical_request, read_query, sha256_hex
from adapter.crypto.chunks import STREAMING_PAYLOAD, Chain, open_chunks
from adapter.errors import IncompleteSignature, SignatureDoesNotMatch

TERMINATOR = "aws4_request"
SERVICES = ("iam", "sts")
CLOCK_SKEW = timedelta(minutes=15)
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for: one day, one region, one service."""

    date: str
    region: str
    service: str
    terminator: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that claims to be signed; nothing in it is proven before `verify`.

    Attributes:
        access_key_id: whose secret is said to have signed it.
        timestamp: when it was signed, as it is written in the request.
        signed_at: the same as a time.
        expires: for how many seconds a presigned request is good; None for others.
        session_token: comes with temporary credentials.
        string_to_sign: what the signature is computed over.
        is_streamed: the body is signed piece by piece, with signatures in between.
        body: as it was received; `verify` answers with the one to use.
    """

    access_key_id: str
    scope: Scope
    timestamp: str
    signed_at: datetime
    expires: int | None
    session_token: str | None = field(repr=False)
    signature: str = field(repr=False)
    string_to_sign: str = field(repr=False)
    is_streamed: bool
    body: bytes = field(repr=False)


def parse(
    request: HttpRequest, *, accept_unsigned_payload: bool = False, is_body_elsewhere: bool = False
) -> SignedRequest:
    """Takes a signed request apart, signed by header or presigned by query string.

    Args:
        request: as it came over the wire.
        accept_unsigned_payload: whether the marker UNSIGNED-PAYLOAD may stand for the body's hash. The signature then
            does not cover the body, which only TLS protects; AWS grants it for S3 alone.
        is_body_elsewhere: somebody else has the body, and has to hold it to the hash in x-amz-content-sha256, which
            the signature covers.

    Raises:
        MissingAuthenticationToken: it is not signed.
        IncompleteSignature: something is missing or is not written as it has to be.
        MalformedQueryString: the query string can't be decoded.
        SignatureDoesNotMatch: something that has to be signed is not.
    """
    query = read_query(request.query)
    claims = read_claims(request, query)
    signed_at = _read_timestamp(claims.timestamp)
    access_key_id, *scope_parts = claims.credential
    scope = Scope(*scope_parts)
    payload = _declared(request, claims) if is_body_elsewhere else None
    payload = payload or _payload(request, claims, accept_unsigned_payload)
    canonical = canonical_request(request, claims.query, claims.signed_headers, payload)
    return SignedRequest(
        access_key_id=access_key_id,
        scope=scope,
        timestamp=claims.timestamp,
        signed_at=signed_at,
        expires=claims.expires,
        session_token=claims.session_token,
        signature=claims.signature,
        string_to_sign="\n".join((ALGORITHM, claims.timestamp, str(scope), sha256_hex(canonical.encode("latin-1")))),
        is_streamed=payload == STREAMING_PAYLOAD,
        body=request.body,
    )


def check(signed: SignedRequest, now: datetime, services: tuple[str, ...] = SERVICES) -> None:
    """Refuses a request that is out of its time or scope.

    Credentials of every region are accepted, as there are no regions here.

    Raises:
        SignatureDoesNotMatch: the message names what is out of bounds.
    """
    if signed.signed_at - now > CLOCK_SKEW:
        limit, clock = _stamp(now + CLOCK_SKEW), _stamp(now)
        raise SignatureDoesNotMatch(
            f"Signature not yet current: {signed.timestamp} is still later than {limit} ({clock} + 15 min.)"
        )
    lifetime = CLOCK_SKEW if signed.expires is None else timedelta(seconds=signed.expires)
    if now - signed.signed_at > lifetime:
        limit, clock = _stamp(now - lifetime), _stamp(now)
        span = "15 min." if signed.expires is None else f"{signed.expires} sec."
        raise SignatureDoesNotMatch(
            f"Signature expired: {signed.timestamp} is now earlier than {limit} ({clock} - {span})"
        )
    faults = " ".join(_scope_faults(signed, services))
    if faults:
        raise SignatureDoesNotMatch(faults)


def verify(signed: SignedRequest, secret: str, now: datetime, services: tuple[str, ...] = SERVICES) -> bytes:
    """Holds a request to the secret of the key that it names.

    Returns:
        The body; of a streamed request without the signatures in between.

    Raises:
        SignatureDoesNotMatch: it was not signed with that secret, was changed since, or is out of its time or scope.
        IncompleteSignature: a streamed body is not written as it has to be.
    """
    check(signed, now, services)
    key = signing_key(secret, signed.scope)
    expected = hmac.digest(key, signed.string_to_sign.encode("latin-1"), "sha256").hex()
    if not hmac.compare_digest(expected.encode(), signed.signature.encode()):
        raise SignatureDoesNotMatch(MISMATCH)
    if signed.is_streamed:
        return open_chunks(signed.body, Chain(key, signed.timestamp, str(signed.scope)), signed.signature)
    return signed.body


def signing_key(secret: str, scope: Scope) -> bytes:
    """The key that a secret gives for one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, scope.terminator):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _read_timestamp(text: str) -> datetime:
    found = _TIMESTAMP.fullmatch(text)
    try:
        if found:
            year, month, day, hour, minute, second = map(int, found.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        found = None
    raise IncompleteSignature(
        f"Date must be in ISO-8601 'basic format'. Got '{text[:SHOWN]}'. See http://en.wikipedia.org/wiki/ISO_8601"
    )


def _declared(request: HttpRequest, claims: Claims) -> str | None:
    """The hash of a body that is not here, where the signature covers it."""
    marker = request.header("x-amz-content-sha256") or ""
    return marker if _HASH.fullmatch(marker) and "x-amz-content-sha256" in claims.header_names else None


def _payload(request: HttpRequest, claims: Claims, accept_unsigned: bool) -> str:
    """What stands for the body: its hash, which is always computed here, or a marker that is itself signed."""
    marker = request.header("x-amz-content-sha256") or ""
    is_signed = "x-amz-content-sha256" in claims.header_names
    if marker.startswith("STREAMING-") and is_signed:
        if marker != STREAMING_PAYLOAD:
            raise IncompleteSignature(f"x-amz-content-sha256 '{marker[:SHOWN]}' is not supported.")
        return marker
    if marker == UNSIGNED_PAYLOAD and is_signed and accept_unsigned:
        return marker
    return request.body_hash or sha256_hex(request.body)


def _scope_faults(signed: SignedRequest, services: tuple[str, ...]) -> Iterator[str]:
    scope = signed.scope
    if not scope.region:
        yield "Credential should be scoped to a valid region."
    if scope.service not in services:
        wanted = " or ".join(f"'{service}'" for service in services)
        yield f"Credential should be scoped to correct service: {wanted}."
    if scope.terminator != TERMINATOR:
        yield f"Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{scope.terminator[:SHOWN]}'."
    if scope.date != signed.timestamp[:8]:
        yield (
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{scope.date[:SHOWN]}' != '{signed.timestamp[:8]}', from '{signed.timestamp}'."
        )


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
