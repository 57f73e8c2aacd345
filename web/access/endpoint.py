"""The decision point: `/access/v1/…`, as the OpenID Authorization API has it.

Who asks is authenticated by the request itself (Signature Version 4, scope service `bindery`) or by the certificate
that a proxy has seen them show (mutual TLS); nothing of a browser takes part in it. A question that has an answer is
answered with 200, whatever the answer is.

Source: OpenID Authorization API 1.0, "Transport".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication

import orjson

from adapter import Caller, Iam, IamError, RequestContext
from adapter.caller import new_request_id
from adapter.crypto.canonical import HttpRequest
from adapter.decisions import InvalidQuestion, NoSuchSubject, Wanted
from adapter.errors import InvalidClientTokenId, MissingAuthenticationToken, ServiceFailure
from adapter.wsgi import Environ, media_type, read_request
from web.access.certificates import ClientCertificates
from web.access.errors import NOT_AUTHENTICATED
from web.access.issuer import CACHING, issuer_document
from web.access.reading import Json, read_batch, read_json, read_question, read_search
from web.access.signed import signer_document
from web.access.writing import (
    answer_document,
    metadata_document,
    nobody_document,
    refusal_text,
    results_document,
)
from web.security import OF_DOCUMENTS_FOR_PROGRAMS

_log = logging.getLogger(__name__)

_ROOT: Final = "/access/v1/"
_FORWARD_AUTH: Final = "/access/v1/forward-auth"
_ISSUERS: Final = "/oidc/"
_METADATA: Final = "/.well-known/authzen-configuration"
_SERVICES: Final = ("bindery",)
_MAX_USER_AGENT: Final = 512
_LONGEST_ID: Final = 256
_NOT_KEPT: Final = ("Cache-Control", "no-store")
_CHALLENGE: Final = ("WWW-Authenticate", 'AWS4-HMAC-SHA256 realm="bindery"')
_HEADERS: Final = [
    ("Content-Type", "application/json"),
    *OF_DOCUMENTS_FOR_PROGRAMS,
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request whose sender is known."""

    iam: Iam
    asker: Caller
    body: Json
    context: RequestContext


def _evaluation(asked: _Asked) -> Json:
    return _answer(asked)


def _evaluations(asked: _Asked) -> Json:
    batch = read_batch(asked.body)
    if batch is None:
        return _answer(asked)
    answers = asked.iam.decisions.evaluate_all(asked.asker, batch.questions, asked.context, batch.semantic)
    return {"evaluations": [answer_document(answer) for answer in answers]}


def _answer(asked: _Asked) -> Json:
    return answer_document(asked.iam.decisions.evaluate(asked.asker, read_question(asked.body), asked.context))


def _search(wanted: Wanted, asked: _Asked) -> Json:
    search, page = read_search(wanted, asked.body)
    try:
        return results_document(asked.iam.decisions.search(asked.asker, search, page, asked.context))
    except NoSuchSubject as error:
        return nobody_document(error)


def _signer(asked: _Asked) -> Json:
    return signer_document(asked.iam, asked.asker, asked.body, asked.context)


_QUESTIONS: Final[dict[str, Callable[[_Asked], Json]]] = {
    "evaluation": _evaluation,
    "evaluations": _evaluations,
    "signer": _signer,
    **{f"search/{wanted}": partial(_search, wanted) for wanted in Wanted},
}


class Endpoint:
    """Answers questions and hands every other request on.

    Args:
        inner: the rest of the web front end.
        iam: the door.
        certificates: takes what proxies hand on of callers' certificates.
        behind_https: visitors come over https, whatever this process sees.
        public_url: scheme and host under which the outside reaches this server; empty when nobody has said.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        iam: Iam,
        certificates: ClientCertificates,
        *,
        behind_https: bool,
        public_url: str,
    ) -> None:
        self._inner = inner
        self._iam = iam
        self._certificates = certificates
        self._behind_https = behind_https
        self._public_url = public_url

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serves one request (WSGI)."""
        path = environ["PATH_INFO"]
        if path == _METADATA or path.startswith(_ISSUERS):
            return self._answer(environ, start_response, partial(self._show, path), "GET, HEAD")
        if path.startswith(f"{_FORWARD_AUTH}/"):
            # Envoy appends its client's path and query, which say nothing that its headers do not say.
            environ["PATH_INFO"], environ["QUERY_STRING"] = _FORWARD_AUTH, ""
        if not path.startswith(_ROOT) or environ["PATH_INFO"] == _FORWARD_AUTH:
            return self._inner(environ, start_response)
        return self._answer(environ, start_response, partial(self._carry_out, path), "POST")

    def _answer(
        self, environ: Environ, start_response: StartResponse, find: Callable[[Environ, str], Json], methods: str
    ) -> list[bytes]:
        """Sends what is found, or why there is nothing."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if 0 < len(given) <= _LONGEST_ID else new_request_id()
        more = [("X-Request-ID", given or request_id)]
        try:
            document = find(environ, request_id)
            kept = CACHING if environ["PATH_INFO"].startswith(_ISSUERS) else _NOT_KEPT
            return _send(start_response, HTTPStatus.OK, document, [*more, kept])
        except IamError as error:
            refusal = error
        except Exception:
            _log.exception("request %s failed", request_id)
            refusal = ServiceFailure("")
        status = HTTPStatus(refusal.status)
        if refusal.code in NOT_AUTHENTICATED:
            status, more = HTTPStatus.UNAUTHORIZED, [*more, _CHALLENGE]
        elif status is HTTPStatus.METHOD_NOT_ALLOWED:
            more = [*more, ("Allow", methods)]
        return _send(start_response, status, refusal_text(refusal), [*more, _NOT_KEPT])

    def _carry_out(self, path: str, environ: Environ, request_id: str) -> Json:
        question = _QUESTIONS.get(path.removeprefix(_ROOT))
        if question is None:
            raise _NotFound(f"There is nothing at {path[:80]}.")
        if environ["REQUEST_METHOD"] != "POST":
            raise _MethodNotAllowed("Questions are asked by POST.")
        request = read_request(environ, path.encode("latin-1"))
        context = RequestContext(
            source_ip=environ.get("REMOTE_ADDR") or "",
            user_agent=environ.get("HTTP_USER_AGENT", "")[:_MAX_USER_AGENT],
            secure=self._behind_https or environ["wsgi.url_scheme"] == "https",
            request_id=request_id,
        )
        asker, body = self._authenticate(environ, request, context)
        if media_type(environ) != "application/json":
            raise InvalidQuestion("The Content-Type has to be application/json.")
        return question(_Asked(self._iam, asker, read_json(body), context))

    def _authenticate(self, environ: Environ, request: HttpRequest, context: RequestContext) -> tuple[Caller, bytes]:
        """Who asks, and what: by signature, by certificate, or by both, and then both of the same user."""
        certificate = self._certificates.shown(environ)
        certified = self._iam.authenticate_certificate(certificate, context) if certificate is not None else None
        if "HTTP_AUTHORIZATION" in environ:
            signed = self._iam.authenticate(request, context.now, _SERVICES, context=context)
            if certified is not None and certified.unique_id != signed.caller.unique_id:
                raise InvalidClientTokenId("The signature is not of the user whose certificate was shown.")
            return signed.caller, signed.body
        if certified is None:
            raise MissingAuthenticationToken("Request is missing Authentication Token")
        return certified, request.body

    def _show(self, path: str, environ: Environ, _request_id: str) -> Json:
        """A document for everybody."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            raise _MethodNotAllowed("Documents are asked for by GET.")
        if path == _METADATA:
            return metadata_document(self._origin(environ))
        # Under no other address than the operator's are tokens issued: what a request calls this server does not count.
        document = issuer_document(self._iam, path, self._public_url) if self._public_url else None
        if document is None:
            raise _NotFound("There is no such issuer.")
        return document

    def _origin(self, environ: Environ) -> str:
        if self._public_url:
            return self._public_url
        scheme = "https" if self._behind_https else environ["wsgi.url_scheme"]
        return f"{scheme}://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}"


class _NotFound(IamError):
    """There is nothing at that address."""

    code, status = "NotFound", 404


class _MethodNotAllowed(IamError):
    """The address is there and does not take that method."""

    code, status = "MethodNotAllowed", 405


def _send(start_response: StartResponse, status: HTTPStatus, document: Any, more: list[tuple[str, str]]) -> list[bytes]:
    body = orjson.dumps(document)
    headers = [*_HEADERS, *more, ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
