"""Asks a decision point over HTTP, for services that reach no directory.

Who calls is said by the proxy in front (`X-Auth-Request-Arn`, as forward authentication sets it): the service must not
be reachable past that proxy.
"""

from __future__ import annotations

import json
from typing import Any, Final

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from adapter.decisions import Act
from adapter.enforcer.backend import Known, NotAuthenticated
from adapter.errors import AccessDenied, ServiceUnavailable
from adapter.names import Arn
from adapter.wsgi import Environ

_ARN: Final = "HTTP_X_AUTH_REQUEST_ARN"
_PATH: Final = "/access/v1/evaluation"
_TIMEOUT: Final = urllib3.Timeout(connect=2.0, read=5.0)
_OK: Final = 200


class AtADistance:
    """Asks a decision point about whoever the proxy names.

    Args:
        url: scheme and host of the decision point; https, unless it is on this machine.
        access_key_id, secret_access_key: of the service's own user, who needs `bindery:Evaluate`.
    """

    def __init__(self, url: str, access_key_id: str, secret_access_key: str) -> None:
        self._url = url.rstrip("/") + _PATH
        self._credentials = Credentials(access_key_id, secret_access_key)
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def identify(self, environ: Environ) -> Known:
        """Whoever the proxy says it is."""
        text = environ.get(_ARN, "")
        try:
            arn = Arn.parse(text)
        except ValueError as error:
            raise NotAuthenticated("The proxy in front does not say who calls.") from error
        if arn.service != "iam":
            raise NotAuthenticated("Sessions of roles can only be decided about by whoever sees their credentials.")
        return Known(text, arn.account)

    def hold(self, known: Known, act: Act, environ: Environ) -> None:
        """Asks whether the act may pass."""
        keys = {name: list(value) if isinstance(value, tuple) else value for name, value in act.keys.items()}
        address = environ.get("REMOTE_ADDR")
        answer = self._ask(
            {
                "subject": {"type": "user", "id": known.arn},
                "action": {"name": act.action},
                "resource": {"type": act.action.partition(":")[0], "id": act.resource},
                "context": {**({"aws:SourceIp": address} if address else {}), **keys},
            }
        )
        if answer.get("decision") is not True:
            told = answer.get("context", {})
            raise AccessDenied(told.get("reason") or told.get("error", {}).get("message") or "It is not allowed.")

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(question).encode()
        request = AWSRequest("POST", self._url, data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(self._credentials, "bindery", "us-east-1").add_auth(request)
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=dict(request.headers.items()))
        except urllib3.exceptions.HTTPError as error:
            raise ServiceUnavailable("The decision point does not answer.") from error
        if answer.status != _OK:
            raise ServiceUnavailable(f"The decision point answered {answer.status}.")
        found: dict[str, Any] = answer.json()
        return found
