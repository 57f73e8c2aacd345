"""HTTP requests as they came over the wire, taken from WSGI before anything in them is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final
from urllib.parse import quote

from adapter.crypto.canonical import HttpRequest
from adapter.errors import IamError

Environ = dict[str, Any]

MAX_BODY: Final = 1024 * 1024
"""Bytes; the longest body that is read."""
METHOD_OVERRIDES: Final = ("X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override")
"""Headers by which some applications take a request for one of another method."""
_PIECE: Final = 64 * 1024
_MOST_PASSED_OVER: Final = 32 * 1024 * 1024
_LENGTH_DIGITS: Final = 18
_RAW_PATHS: Final = ("RAW_URI", "REQUEST_URI")
"""Where servers that keep the path as it was sent put it."""


class MalformedInput(IamError):
    """The request is not written as the protocol has it."""

    code, status = "MalformedInput", 400


class RequestEntityTooLarge(IamError):
    """The body is larger than anything that is asked for here."""

    code, status = "RequestEntityTooLarge", 413


def read_request(environ: Environ, path: bytes) -> HttpRequest:
    """The request with its body.

    Args:
        environ: as WSGI has it.
        path: with its percent-escapes, as it was sent.

    Raises:
        RequestEntityTooLarge: the body is longer than MAX_BODY.
        MalformedInput: the length of the body is not a number.
    """
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=environ.get("QUERY_STRING", "").encode("latin-1"),
        headers=tuple(_headers(environ)),
        body=_read_body(environ),
    )


def sent_path(environ: Environ) -> bytes:
    """The path as it was sent; where the server has decoded it already, in its usual spelling."""
    raw = next((environ[name] for name in _RAW_PATHS if environ.get(name)), None)
    if raw:
        return bytes(raw.partition("?")[0], "latin-1")
    decoded = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    return quote(decoded, safe="/-._~!$&'()*+,;=:@").encode()


def media_type(environ: Environ) -> str:
    """What the body is said to be, without parameters, in lower case; empty where nothing is said."""
    return (environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()


def _read_body(environ: Environ) -> bytes:
    given = environ.get("CONTENT_LENGTH") or ""
    if given and not (given.isascii() and given.isdigit()):
        raise MalformedInput("The Content-Length is not a number.")
    stream = environ["wsgi.input"]
    if given and len(given) <= _LENGTH_DIGITS and int(given) <= MAX_BODY:
        body: bytes = stream.read(int(given))
        return body
    # Without a length (chunked) one byte more than is allowed tells whether it is too long.
    body = b"" if given else stream.read(MAX_BODY + 1)
    if given or len(body) > MAX_BODY:
        _pass_over(stream)
        raise RequestEntityTooLarge(f"The body is longer than {MAX_BODY} bytes.")
    return body


def _pass_over(stream: IO[bytes]) -> None:
    """Reads what follows and keeps none of it: a client that is still sending would not see the answer."""
    for _ in range(_MOST_PASSED_OVER // _PIECE):
        if not stream.read(_PIECE):
            return


def _headers(environ: Environ) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower(), value
        elif name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value:
            yield name.replace("_", "-").lower(), value
