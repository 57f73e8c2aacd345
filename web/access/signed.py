"""Signed requests that a service hands over, because only whoever holds the master key can tell who signed them.

The service keeps the body and tells its SHA-256, so that the signature covers what it is about to work on; of the
headers it tells those that are signed. It learns who that was, and asks about them from then on.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeGuard

from adapter import Caller, Iam, IamError, RequestContext
from adapter.crypto.canonical import HttpRequest
from adapter.decisions import InvalidQuestion
from adapter.errors import InvalidClientTokenId
from web.access.errors import NOT_AUTHENTICATED
from web.access.reading import Json

_WHO: Final = "sts:GetCallerIdentity"
"""What a service asks about a caller who has signed: who that is."""
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TEXTS: Final = ("service", "method", "path", "query", "body_sha256")
_MAY_BE_EMPTY: Final = frozenset({"query"})
_OWN_SERVICES: Final = frozenset({"iam", "sts", "bindery"})


def signer_document(iam: Iam, asker: Caller, body: Json, context: RequestContext) -> dict[str, Any]:
    """Who signed a request: a decision as others, whose context names the subject to ask about from then on.

    Args:
        iam: the door.
        asker: the service that got the request.
        body: the request, as the service tells it.
        context: the circumstances of the asking.

    Raises:
        InvalidQuestion: it is not told as it has to be, or was meant for Bindery itself.
        AccessDenied: the service may not ask about the one who signed.
    """
    request, service = _read(body)
    try:
        caller = iam.authenticate(request, context.now, (service,)).caller
        if caller.account_id != asker.account_id:
            raise InvalidClientTokenId("The security token included in the request is invalid.")
    except IamError as error:
        if error.code not in NOT_AUTHENTICATED:
            raise
        return {"decision": False, "context": {"error": {"status": 401, "message": error.message}}}
    iam.decisions.hold_to_asking(asker, _WHO, caller.arn, context)
    subject = ("user", caller.arn) if caller.session is None else ("session", caller.access_key_id)
    told = {"arn": caller.arn, "account": caller.account_id, "subject": dict(zip(("type", "id"), subject, strict=True))}
    return {"decision": True, "context": told}


def _read(body: Json) -> tuple[HttpRequest, str]:
    """The request, and the service that it has to be signed for."""
    service, method, path, query, digest = (_text(body, name) for name in _TEXTS)
    if service in _OWN_SERVICES:
        raise InvalidQuestion(f"service is {service}: what is signed for Bindery goes to Bindery.")
    if not _HASH.fullmatch(digest):
        raise InvalidQuestion("body_sha256 is not a SHA-256 in hexadecimal.")
    given = body.get("headers")
    if not isinstance(given, list) or not all(_is_pair(one) for one in given):
        raise InvalidQuestion("headers is not an array of names and values.")
    headers = tuple((name, value) for name, value in given)
    return HttpRequest(method, path.encode("latin-1"), query.encode("latin-1"), headers, body_hash=digest), service


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not _is_of_octets(value) or not (value or name in _MAY_BE_EMPTY):
        raise InvalidQuestion(f"{name} is missing or not a text of octets.")
    return value


def _is_pair(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 2 and all(map(_is_of_octets, given))


def _is_of_octets(given: Any) -> TypeGuard[str]:
    """Whether this is text in which each character stands for an octet, as WSGI has it."""
    return isinstance(given, str) and all(character <= "\xff" for character in given)
