"""Refusals as AWS's tools read them: an ErrorResponse document with code, message and request id."""

from __future__ import annotations

from http import HTTPStatus

from adapter import IamError
from web.api.markup import escape

_UNKNOWN = "The request processing has failed because of an unknown error, exception or failure."


class MissingAction(IamError):
    """The request does not say which operation it wants."""

    code, status = "MissingAction", 400


class MethodNotAllowed(IamError):
    """The request's method is none that the protocol knows."""

    code, status = "MethodNotAllowed", 405


class UnsupportedMediaType(IamError):
    """The body is not a form."""

    code, status = "UnsupportedMediaType", 415


class InternalFailure(IamError):
    """Something failed here; the server's log has the details."""

    code, status = "InternalFailure", 500


def error_document(error: IamError, namespace: str, request_id: str) -> bytes:
    """The body of a refusal. What went wrong inside is told to nobody, except that the directory is out of reach."""
    at_fault = "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    message = _UNKNOWN if error.status == HTTPStatus.INTERNAL_SERVER_ERROR else error.message
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>{at_fault}</Type><Code>{error.code}</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()
