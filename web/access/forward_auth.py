"""Forward authentication: a proxy asks about every request to the sites behind it before it lets the request through.

The proxy tells of the original request in the headers that Traefik and Caddy set by themselves and that nginx and Envoy
are told to set (X-Forwarded-Method, -Proto, -Host, -Uri, -For); it has to overwrite what its own clients send. Only
proxies in `BINDERY_ASKING_PROXIES` are heard. Answers: 200 with headers that say who it is, 401 with the address of the
sign-in (302 where the address that is asked ends with `?redirect=yes`, for proxies that hand answers on), 403 with a
page that says why, or JSON for clients that would rather have it. A proxy that only wants the page once more asks with
`?page=yes`; that leaves no trace.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from adapter import Caller, IamError, RequestContext
from adapter.caller import CallerKind
from adapter.crypto.canonical import HttpRequest
from adapter.decisions import Act
from adapter.errors import AccessDenied
from adapter.sites import METHODS, AmbiguousPath, Match, Site, Sites
from web.access.app_passwords import AppPasswordGuesses
from web.access.errors import NOT_AUTHENTICATED
from web.access.original import Original, read_original
from web.access.proxies import AskingProxies, peer
from web.current import iam

_log = logging.getLogger(__name__)

_PRESIGNED: Final = "X-Amz-Signature="
_MAX_USER_AGENT: Final = 512
_OF_THE_PROXY: Final = "x-forwarded-"
_TOLD: Final = ("User", "Arn", "Account", "Factor", "Id")
_LONGEST_RETURN: Final = 1000
"""Longer addresses are not returned to after sign-in."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where people sign in for a site.

    Attributes:
        public_url: scheme and host of the console; empty when nobody has said.
        cookie_domain: below which the console's sign-in is good; empty when it is good for its own name alone.
    """

    public_url: str
    cookie_domain: str

    def origin(self, original: Original) -> str:
        """The console's scheme and host; empty for the site's own, where the console's cookie would not reach it."""
        name = urlsplit(original.url).hostname or ""
        is_below = bool(self.cookie_domain) and f".{name}".endswith(f".{self.cookie_domain}")
        return self.public_url if is_below or name == urlsplit(self.public_url).hostname else ""


class Guard:
    """Answers proxies.

    Args:
        sites: what stands behind them.
        proxies: those that may ask.
        guesses: takes app passwords.
        sign_in: where people sign in.
    """

    def __init__(self, sites: Sites, proxies: AskingProxies, guesses: AppPasswordGuesses, sign_in: SignIn) -> None:
        self._sites = sites
        self._proxies = proxies
        self._guesses = guesses
        self._sign_in_at = sign_in

    def view(self, tail: str = "") -> ResponseReturnValue:
        """Answers one question; `tail` is what some proxies append."""
        try:
            return self._answer()
        except AccessDenied as error:
            if request.accept_mimetypes.best_match(("text/html", "application/json")) != "application/json":
                raise
            return {"code": error.code, "message": error.message}, error.status

    def _answer(self) -> ResponseReturnValue:
        if not self._proxies.sent(request.environ):
            _log.warning("%s asks about requests and is none of BINDERY_ASKING_PROXIES", peer(request.environ))
            raise Forbidden
        original = read_original(request.headers)
        site = self._sites.by_host.get(original.host) if original else None
        if original is None or site is None:
            raise Forbidden
        try:
            match = site.match(original.method, original.path)
        except AmbiguousPath as error:
            _log.warning("a request to %s is refused, because its path is ambiguous: %s", site.host, error)
            raise Forbidden from None
        if match is None:
            raise Forbidden
        if match.route.is_public:
            return _passes(dict.fromkeys(_TOLD, ""))
        return self._decide(site, match, original)

    def _decide(self, site: Site, match: Match, original: Original) -> ResponseReturnValue:
        context = _context(original)
        try:
            caller = self._caller(site, original, context.now)
        except IamError as error:
            if error.code not in NOT_AUTHENTICATED:
                raise
            return self._sign_in(original, error.message)
        if caller is None or caller.must_enrol:
            return self._sign_in(original, "")
        keys = match.context(caller.account_id)
        act = Act(
            action=match.route.action,
            resource=match.resource(caller.account_id),
            keys=keys,
            only_reads=original.only_reads,
        )
        iam().enforcement.hold(caller, act, context, leaves_trace=not _wants("page"))
        return _passes(_identity(caller, context.request_id))

    def _caller(self, site: Site, original: Original, now: datetime) -> Caller | None:
        """Who sent the original request: by its signature, an app password or the console's session; None for nobody.

        Raises:
            IamError: it is signed, and the signature is not good.
        """
        given = _authorization()
        if given is not None and given.type == "basic":
            name, password = given.username or "", given.password or ""
            return self._guesses.caller(site.service, name, password, original.address, now)
        if "Authorization" in request.headers or _PRESIGNED in original.query:
            signed = _as_it_was_signed(original)
            context = _context(original)
            return iam().authenticate(signed, now, (site.service,), is_body_elsewhere=True, context=context).caller
        if not current_user.is_authenticated or _is_foreign(original):
            return None
        caller: Caller = current_user.caller
        return caller

    def _sign_in(self, original: Original, why: str) -> Response:
        """Tells the proxy where to send a person; programs read the challenge.

        What was refused by its own proof would be refused again, and its address may hold that proof.
        """
        may_return = original.method == "GET" and len(original.url) <= _LONGEST_RETURN and not why
        wanted = original.url if may_return else ""
        query = urlencode({"next": wanted}) if wanted else ""
        address = self._sign_in_at.origin(original) + url_for("console.sign_in") + (f"?{query}" if query else "")
        answer = _empty(302 if _wants("redirect") else 401)
        answer.headers["Location"] = address
        answer.headers["WWW-Authenticate"] = 'AWS4-HMAC-SHA256 realm="bindery", Basic realm="bindery"'
        if why:
            answer.headers["X-Auth-Request-Error"] = quote(why, safe=" :,.'/-()")
        return answer


def create_forward_auth(guard: Guard) -> Blueprint:
    """The address that proxies ask; the path may go on, as Envoy's does."""
    blueprint = Blueprint("forward_auth", __name__)
    rule = "/access/v1/forward-auth"
    blueprint.add_url_rule(rule, view_func=guard.view, endpoint="ask", methods=sorted(METHODS))
    return blueprint


def _wants(option: str) -> bool:
    """Whether the proxy wants something else than usual; the first parameter says so, others may be its client's."""
    return request.query_string.partition(b"&")[0] == f"{option}=yes".encode()


def _context(original: Original) -> RequestContext:
    return RequestContext(
        source_ip=original.address,
        user_agent=request.headers.get("User-Agent", "")[:_MAX_USER_AGENT],
        secure=original.scheme == "https",
        now=datetime.now(UTC),
    )


def _authorization() -> Authorization | None:
    """What the Authorization header says; None where it makes no sense."""
    try:
        return request.authorization
    except ValueError:
        return None


def _as_it_was_signed(original: Original) -> HttpRequest:
    kept = [(name, value) for name, value in request.headers.items() if name.lower() not in {"host", "content-length"}]
    headers = [(name, value) for name, value in kept if not name.lower().startswith(_OF_THE_PROXY)]
    return HttpRequest(
        method=original.method,
        path=original.path.encode("latin-1"),
        query=original.query.encode("latin-1"),
        headers=(*headers, ("host", original.sent_host)),
    )


def _is_foreign(original: Original) -> bool:
    """Whether another site made the browser send a request that changes something: a cookie proves nothing then."""
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return not (original.only_reads or original.is_of_its_site(sent_from))


def _identity(caller: Caller, request_id: str) -> dict[str, str]:
    """What the service behind the proxy may know of the caller; everything else in these names is percent-encoded.

    Whoever begins a session chooses its name, and nobody keeps a user's name apart from the root user's address: so the
    kind stands in front of all but users, whose names have no slash.
    """
    name = caller.name if caller.kind is CallerKind.USER else f"{caller.kind}/{caller.name}"
    told = (name, caller.arn, caller.account_id, caller.factor, request_id)
    return {key: quote(value, safe="@:/+=,._-") for key, value in zip(_TOLD, told, strict=True)}


def _passes(told: dict[str, str]) -> Response:
    """Lets a request pass; nobody is told of by empty headers, which replace what the client may have sent itself."""
    answer = _empty(200)
    answer.headers.update({f"X-Auth-Request-{key}": value for key, value in told.items()})
    return answer


def _empty(status: int) -> Response:
    response = make_response("", status)
    response.headers["Cache-Control"] = "no-store"
    return response
