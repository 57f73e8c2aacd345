"""Which requests are for the API, and what their bodies have to be."""

from __future__ import annotations

from adapter.crypto.canonical import HttpRequest
from web import wire
from web.api.errors import UnsupportedMediaType
from web.wire import Environ, media_type

_FORM = "application/x-www-form-urlencoded"
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
    request = wire.read_request(environ, b"/")
    if request.body and (media_type(environ) or _FORM) != _FORM:
        raise UnsupportedMediaType(f"The body has to be {_FORM}.")
    return request
