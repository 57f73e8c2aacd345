"""Holds requests to a service to the policies of whoever sends them: one by one, or all of them by a table."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from http import HTTPStatus
from inspect import signature
from typing import Any, Final, ParamSpec, TypeVar
from wsgiref.types import StartResponse, WSGIApplication

from adapter.decisions import Act
from adapter.enforcer.backend import CALLER_KEY, Backend, Known
from adapter.errors import AccessDenied, IamError
from adapter.sites import AmbiguousPath, Match, Sites
from adapter.wsgi import METHOD_OVERRIDES, Environ

P = ParamSpec("P")
R = TypeVar("R")

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PLACE: Final = re.compile(r"\{(\w+)\}", re.ASCII)
_ACCOUNT: Final = "account"
_OVERRIDES: Final = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in METHOD_OVERRIDES)
_REFUSED: Final = "No route of this service means that request."


class Enforcer:
    """Lets requests pass, or refuses them.

    Args:
        backend: knows who calls and decides.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def hold(
        self,
        environ: Environ,
        action: str,
        resource: str,
        keys: Mapping[str, str | tuple[str, ...]] | None = None,
        places: Mapping[str, Any] | None = None,
    ) -> Known:
        """Holds one request to the policies of whoever sent it.

        Args:
            environ: the request (WSGI); its body can still be read afterwards.
            action: such as `ecs:CreateServers`.
            resource: an ARN in which `{account}` stands for the caller's account, or `*`. What a client has sent goes
                into `places`, never into this text: braces in it would be read.
            keys: condition keys that the service adds, such as `aws:RequestedRegion`.
            places: what other `{name}`s in the resource stand for.

        Raises:
            NotAuthenticated: it is not known who sent it.
            AccessDenied: their policies do not allow it.
            KeyError: the resource has a place that nothing is given for.
        """
        known = self._identify(environ)
        arn = _resource(resource, {**(places or {}), _ACCOUNT: known.account_id})
        self._let_pass(known, environ, action, arn, keys or {})
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
            NotAuthenticated, AccessDenied, KeyError: from the view that is made, as `hold`.
        """

        def decorate(view: Callable[P, R]) -> Callable[P, R]:
            arguments = signature(view)

            @wraps(view)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
                given = arguments.bind(*args, **kwargs)
                given.apply_defaults()
                request = environ()
                places = {**given.arguments, **kwargs, _ACCOUNT: self._identify(request).account_id}
                told = {name: _filled(template, places) for name, template in (keys or {}).items()}
                self.hold(request, action, resource, told, places)
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
        self._let_pass(known, environ, match.route.action, match.resource(account), match.context(account))

    def _let_pass(
        self, known: Known, environ: Environ, action: str, arn: str, keys: Mapping[str, str | tuple[str, ...]]
    ) -> None:
        only_reads = environ["REQUEST_METHOD"] in _SAFE
        self._backend.hold(known, Act(action=action, resource=arn, keys=keys, only_reads=only_reads), environ)

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
    method = environ["REQUEST_METHOD"]
    if any(environ.get(key, method) != method for key in _OVERRIDES):
        raise AccessDenied("The request says to be of two methods.")
    site = sites.by_host.get(environ.get("HTTP_HOST", "").lower())
    try:
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode()
        match = site.match_decoded(method, path) if site else None
    except (UnicodeError, AmbiguousPath) as error:
        raise AccessDenied(_REFUSED) from error
    if match is None:
        raise AccessDenied(_REFUSED)
    return match


def _resource(template: str, values: Mapping[str, Any]) -> str:
    """An ARN with its places filled; what stands in one of its parts begins no other part."""
    *parts, rest = (_filled(part, values) for part in template.split(":", 5))
    if any(":" in part for part in parts):
        raise AccessDenied("What was sent does not make the name of a resource.")
    return ":".join([*parts, rest])


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A text with its places filled, all of them at once: what is put in is not looked at again."""
    return _PLACE.sub(lambda found: str(values[found[1]]), template)


def _refuse(start_response: StartResponse, error: IamError) -> list[bytes]:
    status = HTTPStatus(error.status)
    body = json.dumps({"code": error.code, "message": error.message}, ensure_ascii=False).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append(("WWW-Authenticate", 'AWS4-HMAC-SHA256 realm="bindery"'))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
