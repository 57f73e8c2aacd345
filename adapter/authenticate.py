"""Who signed? A request signed with Signature Version 4 becomes a caller.

Everything that is wrong with a key has one answer: unknown, switched off, of an owner who is gone, disabled or has been
made again under the same name.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from adapter.caller import Caller, caller_of
from adapter.crypto.canonical import HttpRequest
from adapter.crypto.credentials import open_secret_key
from adapter.crypto.sealing import Keyring, SealingError
from adapter.crypto.sigv4 import SignedRequest, check, parse, verify
from adapter.errors import InvalidClientTokenId
from adapter.graph import Graph
from adapter.key_usage import KeyUsage
from adapter.models import AccessKey, Account, KeyStatus, RootUser, User

_log = logging.getLogger(__name__)

_INVALID = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An access key, the account that it is in and the entry that it belongs to."""

    account: Account
    key: AccessKey
    owner: User | RootUser

    @property
    def is_good(self) -> bool:
        """Whether it may sign at this moment."""
        owner, key = self.owner, self.key
        if key.status is not KeyStatus.ACTIVE:
            return False
        if isinstance(owner, RootUser):
            return key.owner_id == owner.unique_id
        return key.owner_id == owner.user_id and not owner.disabled


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
    """

    def __init__(self, graph: Graph, keyring: Keyring, usage: KeyUsage) -> None:
        self._graph = graph
        self._keyring = keyring
        self._usage = usage

    def authenticate(self, request: HttpRequest, now: datetime) -> Authenticated:
        """The caller who signed a request.

        Raises:
            MissingAuthenticationToken: it is not signed.
            IncompleteSignature, MalformedQueryString: the signature is not written as it has to be.
            InvalidClientTokenId: the key is not known or no longer good.
            SignatureDoesNotMatch: it was signed with another secret, changed since, or is out of its time or scope.
            ServiceUnavailable: the directory does not answer.
        """
        signed = parse(request)
        check(signed, now)
        credential = self._credential(signed)
        body = verify(signed, self._secret(credential), now)
        scope = signed.scope
        self._usage.note(credential.account, credential.key, scope.service, scope.region, now)
        caller = caller_of(credential.account, credential.owner, credential.key.access_key_id)
        return Authenticated(caller=caller, body=body, region=scope.region, service=scope.service)

    def _credential(self, signed: SignedRequest) -> Credential:
        found = self._find(signed.access_key_id) if signed.session_token is None else None
        if found is None or not found.is_good:
            raise InvalidClientTokenId(_INVALID)
        return found

    def _find(self, access_key_id: str) -> Credential | None:
        """The key of an id in whichever account it is, with its owner."""
        found = self._graph.access_key(access_key_id)
        if found is None:
            return None
        account, key = found
        owner = self._graph.user(account, key.owner) or self._root(account, key)
        return Credential(account=account, key=key, owner=owner) if owner else None

    def _root(self, account: Account, key: AccessKey) -> RootUser | None:
        root = self._graph.root(account)
        return root if root and root.unique_id == key.owner_id else None

    def _secret(self, credential: Credential) -> str:
        key = credential.key
        try:
            return open_secret_key(self._keyring, key.sealed_secret, key.owner_id)
        except SealingError as error:
            _log.error("the secret of access key %s can't be used: %s", key.access_key_id, error)
            raise InvalidClientTokenId(_INVALID) from error
