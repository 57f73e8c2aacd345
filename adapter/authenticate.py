"""Who signed? A request signed with Signature Version 4 becomes a caller.

Everything that is wrong with a key or a session has one answer: unknown, switched off, altered, of an owner who is
gone, disabled or has been made again under the same name. Only a session that is over is told so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from adapter.caller import Caller, RequestContext, caller_of, session_caller
from adapter.credential import Credential, with_owner, write_refusal
from adapter.crypto.canonical import HttpRequest
from adapter.crypto.credentials import open_secret_key
from adapter.crypto.sealing import Keyring, SealingError
from adapter.crypto.sigv4 import SERVICES, Scope, SignedRequest, check, parse, verify
from adapter.crypto.tokens import InvalidToken, open_token
from adapter.errors import ExpiredToken, IamError, InvalidClientTokenId, ServiceUnavailable
from adapter.graph import Graph
from adapter.models import AccessKey, Role
from adapter.trail.refusals import Refusals
from adapter.usage.credentials import CredentialUsage

_log = logging.getLogger(__name__)

_Note = Callable[[Scope, datetime], None]
"""Takes the use of a credential down, once its signature has been found right."""

_INVALID = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticated:
    """A request whose signature has been verified.

    Attributes:
        body: the part of the body that the signature covers; nothing else may be used.
        region, service: what the signature is good for.
    """

    caller: Caller
    body: bytes = field(repr=False)
    region: str
    service: str


class Authenticator:
    """Verifies signed requests.

    Args:
        graph: knows keys and their owners.
        keyring: opens the secrets of keys.
        usage: is told of every key that has signed.
        refusals: where requests are written down that nobody has signed rightly.
    """

    def __init__(self, graph: Graph, keyring: Keyring, usage: CredentialUsage, refusals: Refusals) -> None:
        self._graph = graph
        self._keyring = keyring
        self._usage = usage
        self._refusals = refusals

    def authenticate(
        self,
        request: HttpRequest,
        now: datetime,
        services: tuple[str, ...] = SERVICES,
        *,
        is_body_elsewhere: bool = False,
        context: RequestContext | None = None,
    ) -> Authenticated:
        """The caller who signed a request.

        Args:
            request: as it came over the wire.
            now: when it came.
            services: the services that it may be signed for.
            is_body_elsewhere: see `sigv4.parse`.
            context: the circumstances, for the audit trail; without them a refusal is not written down.

        Raises:
            MissingAuthenticationToken: it is not signed.
            IncompleteSignature, MalformedQueryString: the signature is not written as it has to be.
            InvalidClientTokenId: the key or the session token is not known or no longer good.
            ExpiredToken: the session is over.
            SignatureDoesNotMatch: it was signed with another secret, changed since, or is out of its time or scope.
            ServiceUnavailable: the directory does not answer.
        """
        signed = parse(request, is_body_elsewhere=is_body_elsewhere)
        try:
            return self._verified(signed, now, services)
        except IamError as error:
            if context is not None and not isinstance(error, ServiceUnavailable):
                self._write_down(error, signed, context)
            raise

    def _verified(self, signed: SignedRequest, now: datetime, services: tuple[str, ...]) -> Authenticated:
        check(signed, now, services)
        if signed.session_token is None:
            caller, secret, note = self._by_key(signed)
        else:
            caller, secret, note = self._by_session(signed, signed.session_token, now)
        body = verify(signed, secret, now, services)
        note(signed.scope, now)
        return Authenticated(caller=caller, body=body, region=signed.scope.region, service=signed.scope.service)

    def _write_down(self, error: IamError, signed: SignedRequest, context: RequestContext) -> None:
        """Writes a refusal down: of a key that there is it tells whose that is, and of another one nothing."""
        found = self._find(signed.access_key_id)
        told = {"access_key_id": found.proof.access_key_id} if found else {}
        write_refusal(self._refusals, error, found, told, context)

    def _by_key(self, signed: SignedRequest) -> tuple[Caller, str, _Note]:
        """The owner of a long-term key."""
        found = self._find(signed.access_key_id)
        if found is None or not found.is_good:
            raise InvalidClientTokenId(_INVALID)
        account, key = found.account, found.proof

        def note(scope: Scope, now: datetime) -> None:
            self._usage.note(account, key, scope.service, scope.region, now)

        return caller_of(account, found.owner, key.access_key_id), self._secret(found), note

    def _by_session(self, signed: SignedRequest, token: str, now: datetime) -> tuple[Caller, str, _Note]:
        """The holder of temporary credentials."""
        try:
            opened = open_token(self._keyring, signed.access_key_id, token)
        except InvalidToken as error:
            raise InvalidClientTokenId(_INVALID) from error
        session = opened.session
        if now >= session.expires_at:
            raise ExpiredToken("The security token included in the request is expired")
        account = self._graph.account(session.account_id)
        record = self._graph.record_of(account, session) if account else None
        if account is None or record is None:
            raise InvalidClientTokenId(_INVALID)
        caller = session_caller(account, record, session, signed.access_key_id)

        def note(scope: Scope, now: datetime) -> None:
            if isinstance(record, Role):
                self._usage.note_role(account, record, scope.region, now)

        return caller, opened.secret_access_key, note

    def _find(self, access_key_id: str) -> Credential[AccessKey] | None:
        """The key of an id in whichever account it is, with its owner."""
        found = self._graph.access_key(access_key_id)
        return with_owner(self._graph, *found) if found else None

    def _secret(self, credential: Credential[AccessKey]) -> str:
        key = credential.proof
        try:
            return open_secret_key(self._keyring, key.sealed_secret, key.owner_id)
        except SealingError as error:
            _log.error("the secret of access key %s can't be used: %s", key.access_key_id, error)
            raise InvalidClientTokenId(_INVALID) from error
