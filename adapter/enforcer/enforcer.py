"""Holds requests to a service to the policies of whoever sends them: one by one, or all of them by a table."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, ParamSpec, TypeVar
from wsgiref.types import StartResponse, WSGIApplication

from adapter.decisions import Act
from adapter.enforcer.backend import CALLER_KEY, Backend, Known
from adapter.errors import AccessDenied, IamError
from adapter.sites import AmbiguousPath, Match, Sites
from adapter.wsgi import Environ

P = ParamSpec("P")
R = TypeVar("R")

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PLACE: Final = re.compile(r"\{([a-z_]+)\}", re.ASCII)
_REFUSED: Final = "No route of this service means that request."


class Enforcer:
    """Lets requests pass, or refuses them.

    Args:
        backend: knows who calls and decides.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def hold(
        self, environ: Environ, action: str, resource: str, keys: Mapping[str, str | tuple[str, ...]] | None = None
    ) -> Known:
        """Holds one request to the policies of whoever sent it.

        Args:
            environ: the request (WSGI); its body can still be read afterwards.
            action: such as `ecs:CreateServers`.
            resource: an ARN in which `{account}` stands for the caller's account, or `*`.
            keys: condition keys that the service adds, such as `aws:RequestedRegion`.

        Raises:
            NotAuthenticated: it is not known who sent it.
            AccessDenied: their policies do not allow it.
        """
        known = self._identify(environ)
        only_reads = environ["REQUEST_METHOD"] in _SAFE
        arn = _filled(resource, {"account": known.account_id})
        self._backend.hold(known, Act(action=action, resource=arn, keys=keys or {}, only_reads=only_reads), environ)
        return known

    def requires(
        self,
        action: str,
        resource: str,
        *,
        environ: Callable[[], Environ],
        keys: Mapping[str, str] | None = None,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Makes a view open only to those whose policies allow it; it can be put on any function.

        Args:
            action: such as `ecs:CreateServers`.
            resource: an ARN; `{name}` stands for the view's argument of that name, `{account}` for the caller's
                account.
            environ: gives the request at hand; in Flask `lambda: request.environ`.
            keys: condition keys, with the same places.

        Raises:
            NotAuthenticated, AccessDenied: from the view that is made, as `hold`.
        """

        def decorate(view: Callable[P, R]) -> Callable[P, R]:
            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
                told = {name: _filled(template, kwargs) for name, template in (keys or {}).items()}
                self.hold(environ(), action, _filled(resource, kwargs), told)
                return view(*args, **kwargs)

            return guarded

        return decorate

    def middleware(self, inner: WSGIApplication, sites: Sites) -> WSGIApplication:
        """Puts a table of routes in front of a whole application; what fits no route is refused.

        Args:
            inner: the application, which finds whoever was let pass in `environ[CALLER_KEY]`.
            sites: the table; hosts are those of the requests.
        """

        def guarded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            try:
                self._hold_to_table(environ, sites)
            except IamError as error:
                return _refuse(start_response, error)
            return inner(environ, start_response)

        return guarded

    def _hold_to_table(self, environ: Environ, sites: Sites) -> None:
        match = _match(environ, sites)
        if match.route.is_public:
            return
        known = self._identify(environ)
        account = known.account_id
        self.hold(environ, match.route.action, match.resource(account), match.context(account))

    def _identify(self, environ: Environ) -> Known:
        found = environ.get(CALLER_KEY)
        if not isinstance(found, Known):
            found = environ[CALLER_KEY] = self._backend.identify(environ)
            if found.body is not None:
                # The backend has read it to verify it; the application reads the very same octets.
                environ["wsgi.input"] = io.BytesIO(found.body)
                environ["CONTENT_LENGTH"] = str(len(found.body))
        return found


def _match(environ: Environ, sites: Sites) -> Match:
    site = sites.by_host.get(environ.get("HTTP_HOST", "").lower())
    try:
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode()
        match = site.match_decoded(environ["REQUEST_METHOD"], path) if site else None
    except (UnicodeError, AmbiguousPath) as error:
        raise AccessDenied(_REFUSED) from error
    if match is None:
        raise AccessDenied(_REFUSED)
    return match


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), template)


def _refuse(start_response: StartResponse, error: IamError) -> list[bytes]:
    status = HTTPStatus(error.status)
    body = json.dumps({"code": error.code, "message": error.message}, ensure_ascii=False).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append(("WWW-Authenticate", 'AWS4-HMAC-SHA256 realm="bindery"'))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
