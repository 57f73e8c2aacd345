"""Which requests are for the API, and what they have to look like."""

from __future__ import annotations

from adapter import wsgi
from adapter.crypto.canonical import HttpRequest
from adapter.wsgi import Environ, media_type
from web.api.errors import MethodNotAllowed, UnsupportedMediaType

_FORM = "application/x-www-form-urlencoded"
_LOOKING = frozenset({"GET", "HEAD"})
_METHODS = frozenset({"GET", "POST"})
_OF_A_PRESIGNED_REQUEST = ("Action=", "X-Amz-")


def is_for_api(environ: Environ) -> bool:
    """Whether a request is for the API: it goes to the root, and is not a browser's that looks at the front page."""
    if environ["PATH_INFO"] not in {"/", ""}:
        return False
    return environ["REQUEST_METHOD"] not in _LOOKING or _looks_signed(environ)


def _looks_signed(environ: Environ) -> bool:
    query = environ.get("QUERY_STRING", "")
    return "HTTP_AUTHORIZATION" in environ or any(mark in query for mark in _OF_A_PRESIGNED_REQUEST)


def read_request(environ: Environ) -> HttpRequest:
    """The request with its body.

    Raises:
        MethodNotAllowed: it is neither a POST nor a GET.
        RequestEntityTooLarge: the body is longer than any operation takes.
        UnsupportedMediaType: the body is no form.
        MalformedInput: the length of the body is not a number.
    """
    request = wsgi.read_request(environ, b"/")
    if request.method not in _METHODS:
        raise MethodNotAllowed("The specified method is not allowed: the API takes POST and GET.")
    if request.body and environ.get("CONTENT_TYPE") and media_type(environ) != _FORM:
        raise UnsupportedMediaType(f"The body has to be {_FORM}.")
    return request
