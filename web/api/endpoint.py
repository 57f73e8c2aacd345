"""The AWS Query protocol: one address, every operation of IAM and STS.

The way of a request: raw bytes, signature, parameters, `Iam.execute`, document. Nothing of a browser takes part in it:
no session, no cookie, no form token. What is authenticated is the request itself.

Source: AWS IAM and STS API references, "Making query requests", "Common errors".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication

from adapter import Iam, IamError, RequestContext
from adapter.authenticate import Authenticated
from adapter.caller import new_request_id, stranger
from adapter.crypto.canonical import HttpRequest
from adapter.errors import InvalidAction, SignatureDoesNotMatch
from adapter.operations.catalogue import CATALOGUE
from adapter.operations.catalogue.coverage import ABSENT
from adapter.operations.parameters import service_model
from adapter.wsgi import Environ
from web.api.codec import input_decoder, output_encoder
from web.api.errors import InternalFailure, MissingAction, error_document
from web.api.form import Node, read_form
from web.api.limits import UnsignedCalls
from web.api.requests import is_for_api, read_request
from web.security import OF_DOCUMENTS_FOR_PROGRAMS

_log = logging.getLogger(__name__)

_SERVICES: Final = {"2010-05-08": "iam", "2011-06-15": "sts"}
_NAMES: Final = {(row.service, row.wire_name): row.name for row in CATALOGUE.values()}
_UNSIGNED: Final = frozenset((row.service, row.wire_name) for row in CATALOGUE.values() if row.identify)
_MARKS: Final = tuple(action.encode() for _, action in _UNSIGNED)
_REGION: Final = "us-east-1"
"""The region of requests that are not signed for one."""
_OF_STS: Final = (b"Version=2011-06-15", b"/sts/aws4_request", b"%2Fsts%2Faws4_request")
"""What tells a request for STS from one for IAM, also where neither can be read."""
_HEADERS: Final = [
    ("Content-Type", "text/xml"),
    ("Cache-Control", "no-store"),
    *OF_DOCUMENTS_FOR_PROGRAMS,
]
_MORE_HEADERS: Final = {
    int(HTTPStatus.SERVICE_UNAVAILABLE): ("Retry-After", "5"),
    int(HTTPStatus.METHOD_NOT_ALLOWED): ("Allow", "GET, POST"),
}
_SHOWN: Final = 128
_MAX_USER_AGENT: Final = 512


@dataclass(frozen=True, slots=True)
class WireOperation:
    """One operation as the wire has it."""

    name: str
    decode: Callable[[Mapping[str, Node]], dict[str, Any]]
    encode: Callable[[Mapping[str, Any], str], bytes]


@cache
def wire_operation(service: str, action: str) -> WireOperation:
    """An operation of the catalogue with its decoder and its encoder, which are made at its first use."""
    model = service_model(service).operation_model(action)
    return WireOperation(_NAMES[service, action], input_decoder(model), output_encoder(model))


class Endpoint:
    """Answers API requests and hands every other one on.

    Args:
        inner: the rest of the web front end.
        iam: the door.
        unsigned_calls: counts calls that nobody has signed.
        behind_https: visitors come over https, whatever this process sees.
    """

    def __init__(self, inner: WSGIApplication, iam: Iam, unsigned_calls: UnsignedCalls, *, behind_https: bool) -> None:
        self._inner = inner
        self._iam = iam
        self._unsigned_calls = unsigned_calls
        self._behind_https = behind_https

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serves one request (WSGI)."""
        if not is_for_api(environ):
            return self._inner(environ, start_response)
        request_id = new_request_id()
        status, body = self._answer(environ, request_id)
        headers = [*_HEADERS, ("x-amzn-RequestId", request_id), ("Content-Length", str(len(body)))]
        if status in _MORE_HEADERS:
            headers.append(_MORE_HEADERS[status])
        start_response(f"{status} {_phrase(status)}", headers)
        return [body]

    def _answer(self, environ: Environ, request_id: str) -> tuple[int, bytes]:
        request = None
        try:
            request = read_request(environ)
            return HTTPStatus.OK, self._carry_out(request, self._context(environ, request_id))
        except IamError as error:
            refusal = error
        except Exception:
            _log.exception("request %s failed", request_id)
            refusal = InternalFailure("")
        return refusal.status, error_document(refusal, _namespace(request), request_id)

    def _context(self, environ: Environ, request_id: str) -> RequestContext:
        return RequestContext(
            source_ip=environ.get("REMOTE_ADDR") or "",
            user_agent=environ.get("HTTP_USER_AGENT", "")[:_MAX_USER_AGENT],
            secure=self._behind_https or environ["wsgi.url_scheme"] == "https",
            request_id=request_id,
            now=datetime.now(UTC),
        )

    def _carry_out(self, request: HttpRequest, context: RequestContext) -> bytes:
        unsigned = _unsigned(request)
        if unsigned is not None:
            return self._carry_out_unsigned(request, unsigned, context)
        return self._execute(request, self._iam.authenticate(request, context.now, context=context), context)

    def _carry_out_unsigned(self, request: HttpRequest, unsigned: Authenticated, context: RequestContext) -> bytes:
        self._unsigned_calls.admit(context.source_ip)
        try:
            return self._execute(request, unsigned, context)
        except IamError as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._unsigned_calls.count_refusal(context.source_ip)
            raise

    def _execute(self, request: HttpRequest, signed: Authenticated, context: RequestContext) -> bytes:
        form = read_form(request.query, signed.body)
        operation = _operation(form, signed)
        context = replace(context, region=signed.region)
        result = self._iam.execute(signed.caller, operation.name, operation.decode(form), context)
        return operation.encode(result, context.request_id)


def _namespace(request: HttpRequest | None) -> str:
    """The namespace of the documents of the service that a request is for; IAM's as long as nothing is known of it."""
    parts = (request.body, request.query, *(value.encode("latin-1") for _, value in request.headers)) if request else ()
    is_for_sts = any(mark in part for part in parts for mark in _OF_STS)
    return str(service_model("sts" if is_for_sts else "iam").metadata["xmlNamespace"])


def _unsigned(request: HttpRequest) -> Authenticated | None:
    """A request for an operation that needs no signature: what it brings along proves who calls."""
    if not any(mark in request.body or mark in request.query for mark in _MARKS):
        return None
    form = read_form(request.query, request.body)
    version, action = form.get("Version"), form.get("Action")
    service = _SERVICES.get(version) if isinstance(version, str) else None
    if service is None or not isinstance(action, str) or (service, action) not in _UNSIGNED:
        return None
    return Authenticated(caller=stranger(), body=request.body, region=_REGION, service=service)


def _operation(form: Mapping[str, Node], signed: Authenticated) -> WireOperation:
    """The operation that a request names.

    Raises:
        MissingAction: it names none.
        InvalidAction: there is no such operation in that version of the API.
        IamError: it is one of AWS's that we don't have; the message tells why.
        SignatureDoesNotMatch: it was signed for another service.
    """
    action, version = form.get("Action"), form.get("Version", "NO_VERSION_SPECIFIED")
    if not isinstance(action, str) or not action:
        raise MissingAction("The request is missing an action or a required parameter.")
    service = _SERVICES.get(version) if isinstance(version, str) else None
    absent = ABSENT.get(f"{service}:{action}")
    if absent is not None:
        raise absent.refusal()
    if service is None or (service, action) not in _NAMES:
        raise InvalidAction(f"Could not find operation {action[:_SHOWN]} for version {str(version)[:_SHOWN]}")
    if service != signed.service:
        raise SignatureDoesNotMatch(f"Credential should be scoped to correct service: '{service}'.")
    return wire_operation(service, action)


@cache
def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
