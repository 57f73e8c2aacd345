"""Where a signed request says who signed it: the Authorization header, or the query string of a presigned request.

Source: IAM user guide, "Authentication methods" of Signature Version 4; wording of errors as the services answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from adapter.crypto.canonical import HttpRequest, Query
from adapter.errors import IncompleteSignature, MissingAuthenticationToken, SignatureDoesNotMatch

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_EXPIRY = 7 * 24 * 60 * 60
SHOWN = 256
"""How much of an offending value a message repeats."""

_SEPARATORS = re.compile(r"[, \t]+")
_EXPIRY = re.compile(r"[0-9]{1,6}")
_CREDENTIAL = re.compile(r"[!-~]+")
_SIGNED_HEADERS = re.compile(r"[!-:<-~]+(;[!-:<-~]+)*")
_HOST = "'Host' or ':authority'"
_IN_HEADER = ("Credential", "Signature", "SignedHeaders")
_IN_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
_TELLING = frozenset(_IN_QUERY[:3])
"""One of these in the query string shows that the request is meant to be presigned."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signed request says about its signature; nothing of it is proven.

    Attributes:
        credential: the key id, then the scope: date, region, service and terminator.
        signed_headers: as the request lists them.
        expires: for how many seconds a presigned request is good.
        query: the parameters that are signed.
    """

    credential: tuple[str, ...]
    signature: str
    signed_headers: str
    timestamp: str
    session_token: str | None
    expires: int | None
    query: Query

    @property
    def header_names(self) -> frozenset[str]:
        """The names of the signed headers, in lower case."""
        return frozenset(self.signed_headers.lower().split(";"))

    def require_signed(self, name: str, shown: str) -> None:
        """Refuses a request that leaves a header out of its signature.

        Raises:
            SignatureDoesNotMatch: the header is not signed.
        """
        if name not in self.header_names:
            raise SignatureDoesNotMatch(f"{shown} must be a 'SignedHeader' in the AWS Authorization.")


def read_claims(request: HttpRequest, query: Query) -> Claims:
    """Finds out what a request says about its signature.

    Raises:
        MissingAuthenticationToken: nothing at all.
        IncompleteSignature: something is missing or is not written as it has to be.
        SignatureDoesNotMatch: a header that has to be signed is not.
    """
    authorization = request.header("authorization")
    if authorization is not None:
        return _header_claims(request, authorization, query)
    if any(unquote(name) in _TELLING for name, _ in query):
        return _query_claims(query)
    raise MissingAuthenticationToken("Request is missing Authentication Token")


def _header_claims(request: HttpRequest, authorization: str, query: Query) -> Claims:
    given = _authorization_parts(authorization)
    date_header = next((name for name in ("X-Amz-Date", "Date") if request.header(name.lower())), None)
    faults = [f"Authorization header requires '{name}' parameter." for name in _IN_HEADER if not given.get(name)]
    if date_header is None:
        faults.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if faults or date_header is None:
        raise IncompleteSignature(f"{' '.join(faults)} Authorization={ALGORITHM}")
    claims = Claims(
        credential=_read_credential(given["Credential"]),
        signature=given["Signature"],
        signed_headers=_read_signed_headers(given["SignedHeaders"]),
        timestamp=request.header(date_header.lower()) or "",
        session_token=request.header("x-amz-security-token"),
        expires=None,
        query=query,
    )
    claims.require_signed("host", _HOST)
    claims.require_signed(date_header.lower(), f"'{date_header}'")
    return claims


def _authorization_parts(authorization: str) -> Mapping[str, str]:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm[:SHOWN]}'.")
    given: dict[str, str] = {}
    for part in filter(None, _SEPARATORS.split(rest)):
        name, equals, value = part.partition("=")
        if not equals:
            raise IncompleteSignature(
                f"'{name[:SHOWN]}' not a valid key=value pair (missing equal-sign) in Authorization header: "
                f"'{authorization[:SHOWN]}'"
            )
        if given.setdefault(name, value) != value:
            raise IncompleteSignature(f"Authorization header has more than one '{name[:SHOWN]}' parameter.")
    return given


def _query_claims(query: Query) -> Claims:
    pairs = [(unquote(name), unquote(value)) for name, value in query]
    count = Counter(name for name, _ in pairs if name.startswith("X-Amz-"))
    twice = next((name for name, times in count.items() if times > 1), None)
    if twice:
        raise IncompleteSignature(f"AWS query-string parameters must include '{twice[:SHOWN]}' only once.")
    given = dict(pairs)
    faults = [f"AWS query-string parameters must include '{name}'." for name in _IN_QUERY if not given.get(name)]
    if faults:
        raise IncompleteSignature(f"{' '.join(faults)} Re-examine the query-string parameters.")
    if given["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{given['X-Amz-Algorithm'][:SHOWN]}'.")
    claims = Claims(
        credential=_read_credential(given["X-Amz-Credential"]),
        signature=given["X-Amz-Signature"],
        signed_headers=_read_signed_headers(given["X-Amz-SignedHeaders"]),
        timestamp=given["X-Amz-Date"],
        session_token=given.get("X-Amz-Security-Token"),
        expires=_read_expiry(given.get("X-Amz-Expires")),
        query=tuple(pair for pair in query if pair[0] != "X-Amz-Signature"),
    )
    claims.require_signed("host", _HOST)
    return claims


def _read_credential(text: str) -> tuple[str, ...]:
    parts = tuple(text.split("/"))
    if len(parts) != 5 or not _CREDENTIAL.fullmatch(text):
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{text[:SHOWN]}'"
        )
    return parts


def _read_signed_headers(text: str) -> str:
    if not _SIGNED_HEADERS.fullmatch(text):
        raise IncompleteSignature(f"SignedHeaders must be names separated by semicolons, got '{text[:SHOWN]}'.")
    names = text.lower().split(";")
    if len(set(names)) < len(names):
        raise IncompleteSignature("SignedHeaders must name every header only once.")
    return text


def _read_expiry(text: str | None) -> int | None:
    if text is None:
        return None
    if not _EXPIRY.fullmatch(text) or int(text) > LONGEST_EXPIRY:
        raise IncompleteSignature(f"X-Amz-Expires must be a number of seconds from 0 to {LONGEST_EXPIRY}.")
    return int(text)
