"""HTTP requests as they came over the wire, taken from WSGI before anything in them is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from adapter.crypto.canonical import HttpRequest
from web.api.errors import MalformedInput, RequestEntityTooLarge, UnsupportedMediaType
from web.security import MAX_BODY

Environ = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"
_PIECE = 64 * 1024
_MOST_PASSED_OVER = 32 * 1024 * 1024
_LENGTH_DIGITS = 18
_OF_A_PRESIGNED_REQUEST = ("Action=", "X-Amz-")


def is_for_api(environ: Environ) -> bool:
    """Whether a request is for the API: a POST to the root, or a GET that names an action or is signed."""
    if environ["PATH_INFO"] not in {"/", ""}:
        return False
    method = environ["REQUEST_METHOD"]
    return method == "POST" or (method == "GET" and _looks_signed(environ))


def _looks_signed(environ: Environ) -> bool:
    query = environ.get("QUERY_STRING", "")
    return "HTTP_AUTHORIZATION" in environ or any(mark in query for mark in _OF_A_PRESIGNED_REQUEST)


def read_request(environ: Environ) -> HttpRequest:
    """The request with its body.

    Raises:
        RequestEntityTooLarge: the body is longer than any operation takes.
        UnsupportedMediaType: the body is no form.
        MalformedInput: the length of the body is not a number.
    """
    body = _read_body(environ)
    kind = environ.get("CONTENT_TYPE") or _FORM
    if body and kind.partition(";")[0].strip().lower() != _FORM:
        raise UnsupportedMediaType(f"The body has to be {_FORM}.")
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=b"/",
        query=environ.get("QUERY_STRING", "").encode("latin-1"),
        headers=tuple(_headers(environ)),
        body=body,
    )


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
