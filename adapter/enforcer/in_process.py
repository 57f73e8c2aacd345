"""Decides in the service's own process, on a directory that it reaches itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from adapter.caller import Caller, RequestContext
from adapter.decisions import Act
from adapter.enforcer.backend import Known, NotAuthenticated
from adapter.errors import IamError
from adapter.iam import Iam
from adapter.wsgi import Environ, read_request, sent_path

_MAX_USER_AGENT: Final = 512
_SERVER_ERROR: Final = 500


class InProcess:
    """Verifies signed requests and decides, with everything in this process.

    Args:
        iam: the door.
        service: what requests have to be signed for.
    """

    def __init__(self, iam: Iam, service: str) -> None:
        self._iam = iam
        self._service = service

    def identify(self, environ: Environ) -> Known:
        """Whoever signed a request; its body is read, and verified with it."""
        request = read_request(environ, sent_path(environ))
        try:
            signed = self._iam.authenticate(request, datetime.now(UTC), (self._service,))
        except IamError as error:
            if error.status >= _SERVER_ERROR:
                raise
            raise NotAuthenticated(error.message) from error
        return Known(signed.caller.arn, signed.caller.account_id, signed.body, signed.caller)

    def hold(self, known: Known, act: Act, environ: Environ) -> None:
        """Lets an act pass or refuses it; writes both down as the console's and the API's are."""
        context = RequestContext(
            source_ip=environ.get("REMOTE_ADDR") or "",
            user_agent=environ.get("HTTP_USER_AGENT", "")[:_MAX_USER_AGENT],
            secure=environ["wsgi.url_scheme"] == "https",
            region="",
        )
        self._iam.enforcement.hold(cast("Caller", known.proof), act, context)
