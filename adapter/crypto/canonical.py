"""The canonical form of an HTTP request, over which Signature Version 4 is computed.

Source: IAM user guide, "Create a signed AWS API request".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, unquote_to_bytes

from adapter.errors import MalformedQueryString

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n]+")

Query = tuple[tuple[str, str], ...]
"""The pairs of a query string, percent-encoded afresh, so that each byte has one spelling."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire, before anything in it was decoded.

    Attributes:
        method: such as `POST`.
        path: with its percent-escapes, without the query string.
        query: what stands after the question mark.
        headers: names and values, their bytes taken as Latin-1 (as WSGI hands them over), so that none is lost.
        body: exactly as it was received.
        body_hash: the body's SHA-256 in hexadecimal, where somebody else has the body and has computed it.
    """

    method: str
    path: bytes
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    body_hash: str | None = None

    def header(self, name: str) -> str | None:
        """The value of a header, given in lower case; several of one name are joined by commas, as HTTP says."""
        values = [value for given, value in self.headers if given.lower() == name]
        return _joined(values) if values else None


def _joined(values: Iterable[str]) -> str:
    """Header values as one, with surplus white space taken out."""
    return ",".join(_SPACES.sub(" ", value).strip(" ") for value in values)


def read_query(query: bytes) -> Query:
    """Takes a query string apart.

    A plus sign stands for a space, as it does for whoever reads the parameters later: both must see one thing.

    Raises:
        MalformedQueryString: a percent sign is not followed by two hexadecimal digits.
    """
    bad = _BAD_ESCAPE.search(query)
    if bad:
        shown = bad[0].decode("ascii", "backslashreplace")
        raise MalformedQueryString(f"Illegal hex character in escape % pattern: {shown}")
    parts = (part.partition(b"=") for part in query.split(b"&") if part)
    return tuple((_encode_again(name), _encode_again(value)) for name, _, value in parts)


def _encode_again(text: bytes) -> str:
    return quote_from_bytes(unquote_to_bytes(text.replace(b"+", b" ")), safe="-_.~")


def canonical_request(request: HttpRequest, query: Query, signed_headers: str, payload: str) -> str:
    """The canonical form.

    Args:
        request: the request.
        query: its parameters, without the signature.
        signed_headers: the names of the headers that are signed, as the request lists them.
        payload: the hexadecimal SHA-256 of the body, or a marker that stands for it.
    """
    lines = [
        request.method,
        canonical_path(request.path),
        "&".join(f"{name}={value}" for name, value in sorted(query)),
        *_canonical_headers(request, signed_headers.split(";")),
        "",
        signed_headers,
        payload,
    ]
    return "\n".join(lines)


def canonical_path(path: bytes) -> str:
    """The path without `.`, `..` and empty segments, percent-encoded once more (only S3 does neither)."""
    segments: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in {b"", b"."}:
            segments.append(segment)
    trailing = b"/" if segments and path.endswith((b"/", b"/.", b"/..")) else b""
    return quote_from_bytes(b"/" + b"/".join(segments) + trailing, safe="/-_.~")


def _canonical_headers(request: HttpRequest, names: Iterable[str]) -> Iterator[str]:
    values: dict[str, list[str]] = {}
    for name, value in request.headers:
        values.setdefault(name.lower(), []).append(value)
    for name in names:
        yield f"{name.lower()}:{_joined(values.get(name.lower(), ()))}"


def sha256_hex(content: bytes) -> str:
    """The hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()
