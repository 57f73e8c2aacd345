"""Asks a decision point over HTTP, for services that reach no directory.

Who calls is told by the decision point, to which the service hands what proves it: the signed head of the request and
the hash of its body. Or the proxy in front says it (`X-Auth-Request-Arn`, as forward authentication sets it); then the
service must not be reachable past that proxy.
"""

from __future__ import annotations

import json
import ssl
from typing import Any, Final, cast
from urllib.parse import unquote

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter.crypto.authorization import Claims, read_claims
from adapter.crypto.canonical import HttpRequest, read_query, sha256_hex
from adapter.decisions import Act
from adapter.enforcer.backend import Known, NotAuthenticated
from adapter.errors import AccessDenied, IamError, ServiceUnavailable
from adapter.names import Arn
from adapter.wsgi import Environ, read_request, sent_path

_ARN: Final = "HTTP_X_AUTH_REQUEST_ARN"
_PATH: Final = "/access/v1/"
_TIMEOUT: Final = urllib3.Timeout(connect=2.0, read=5.0)
_OK: Final = 200
_MAX_USER_AGENT: Final = 512
_OF_SIGNATURES: Final = frozenset({
    "authorization", "date", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
})  # fmt: skip
"""Headers that a signature is read from; beside the signed ones, the decision point needs no others."""

_Json = dict[str, Any]


class AtADistance:
    """Asks a decision point who calls, and whether they may.

    Args:
        url: scheme and host of the decision point; https, unless it is on this machine.
        access_key_id, secret_access_key: of the service's own user, who needs `bindery:Evaluate`; empty where a
            certificate says enough.
        service: what requests have to be signed for; empty where the proxy in front says who calls.
        tls: whom to trust, and with `load_cert_chain` the certificate of the service's own user; absent, the system's
            authorities and no certificate.
    """

    def __init__(
        self,
        url: str,
        access_key_id: str = "",
        secret_access_key: str = "",
        service: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url.rstrip("/") + _PATH
        self._credentials = Credentials(access_key_id, secret_access_key) if access_key_id else None
        self._service = service
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT, ssl_context=tls)

    def identify(self, environ: Environ) -> Known:
        """Whoever signed a request, body included; or whoever the proxy says it is."""
        return self._signer(environ) if self._service else _named_by_the_proxy(environ)

    def hold(self, known: Known, act: Act, environ: Environ) -> None:
        """Asks whether the act may pass."""
        answer = self._ask(
            "evaluation",
            {
                "subject": cast("_Json", known.proof),
                "action": {"name": act.action},
                "resource": {"type": act.action.partition(":")[0], "id": act.resource},
                "context": _circumstances(environ) | dict(act.keys),
            },
        )
        if answer.get("decision") is not True:
            told = answer.get("context", {})
            raise AccessDenied(told.get("reason") or _error(answer) or "It is not allowed.")

    def _signer(self, environ: Environ) -> Known:
        request = read_request(environ, sent_path(environ))
        try:
            claims = read_claims(request, read_query(request.query))
        except IamError as error:
            raise NotAuthenticated(error.message) from error
        answer = self._ask("signer", {"service": self._service} | _handed_over(request, claims))
        if answer.get("decision") is not True:
            raise NotAuthenticated(_error(answer) or "It is not known who signed the request.")
        told = answer["context"]
        subject = told["subject"]
        if claims.session_token is not None:
            subject |= {"properties": {"session_token": claims.session_token}}
        return Known(told["arn"], told["account"], request.body, subject)

    def _ask(self, path: str, question: _Json) -> _Json:
        url, body = self._url + path, json.dumps(question).encode()
        request = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
        if self._credentials is not None:
            SigV4Auth(self._credentials, "bindery", "us-east-1").add_auth(request)
        try:
            answer = self._pool.request("POST", url, body=body, headers=dict(request.headers.items()))
        except urllib3.exceptions.HTTPError as error:
            raise ServiceUnavailable("The decision point does not answer.") from error
        if answer.status != _OK:
            raise ServiceUnavailable(f"The decision point answered {answer.status}.")
        try:
            found = answer.json()
        except ValueError as error:
            raise ServiceUnavailable("The decision point answers something else than JSON.") from error
        if not isinstance(found, dict) or not isinstance(found.get("context", {}), dict):
            raise ServiceUnavailable("The decision point answers something else than a decision.")
        return found


def _named_by_the_proxy(environ: Environ) -> Known:
    text = unquote(environ.get(_ARN, ""))
    try:
        arn = Arn.parse(text)
    except ValueError as error:
        raise NotAuthenticated("The proxy in front does not say who calls.") from error
    if arn.service != "iam":
        raise NotAuthenticated(
            "A proxy can't vouch for a session: what limits it is in its credentials. Let the service see the signed "
            "request, and say what it has to be signed for."
        )
    return Known(text, arn.account, proof={"type": "user", "id": text})


def _handed_over(request: HttpRequest, claims: Claims) -> _Json:
    """What the decision point needs of a request to tell who signed it; cookies are none of it."""
    wanted = claims.header_names | _OF_SIGNATURES
    return {
        "method": request.method,
        "path": request.path.decode("latin-1"),
        "query": request.query.decode("latin-1"),
        "headers": [pair for pair in request.headers if pair[0] in wanted],
        "body_sha256": sha256_hex(request.body),
    }


def _circumstances(environ: Environ) -> _Json:
    """What only the service knows that got the request."""
    told = {
        "aws:SourceIp": environ.get("REMOTE_ADDR"),
        "aws:UserAgent": environ.get("HTTP_USER_AGENT", "")[:_MAX_USER_AGENT],
        "aws:SecureTransport": str(environ["wsgi.url_scheme"] == "https").lower(),
    }
    return {name: value for name, value in told.items() if value}


def _error(answer: _Json) -> str:
    message: str = answer.get("context", {}).get("error", {}).get("message", "")
    return message
