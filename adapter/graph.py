"""Principals with what decides about them: their policies, compiled, and what policies can ask about them.

Compiled policies are shared between all principals that they reach.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from adapter.caller import Caller, CallerKind
from adapter.ldap import USER, Store
from adapter.models import Account, User
from adapter.operations.reach import Reach, reach_of
from adapter.policy import CompiledPolicy, MalformedDocument, Policies, compile_policy, parse_document

_log = logging.getLogger(__name__)

_DENY_ALL: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
_MOST_COMPILED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated principal and what decides about it.

    Attributes:
        user: None for the root user.
        policies: everything that reaches it; the root user needs none.
    """

    caller: Caller
    user: User | None
    policies: Policies = field(default_factory=Policies)


class Graph:
    """Answers which policies count for a caller.

    Args:
        store: where users, groups and policies are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def principal(self, account: Account, caller: Caller) -> Principal | None:
        """The caller with its policies; None when it does not exist any more or is disabled."""
        if caller.kind is CallerKind.ROOT:
            return Principal(caller=caller, user=None)
        user = self._store.load(USER, account, caller.dn)
        if user is None or user.user_id != caller.unique_id or user.disabled:
            return None
        return Principal(caller=caller, user=user, policies=compiled_policies(reach_of(self._store, account, user)))


def compiled_policies(reach: Reach) -> Policies:
    """The policies that reach a user, as the engine takes them."""
    identity = tuple(_compiled(p.policy_name, p.policy_arn, p.via, p.document) for p in reach.policies)
    return Policies(identity=identity, boundary=tuple(_boundary(reach)) if reach.user.boundary else None)


def _boundary(reach: Reach) -> Iterable[CompiledPolicy]:
    """The boundary, if it is still there; nothing is within a boundary that is not."""
    if reach.boundary is not None:
        yield _compiled(reach.boundary.policy_name, reach.boundary.arn, "boundary", reach.boundary.document)


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled(name: str, arn: str | None, via: str, document: str) -> CompiledPolicy:
    """A compiled policy.

    LDAP tools can write documents that are not valid. Such a document may have been meant to deny something, so it
    denies everything until it is mended.
    """
    try:
        parsed = parse_document(document, kind="identity")
    except MalformedDocument as error:
        _log.warning("policy %s (%s) is not valid and denies everything until it is mended: %s", name, via, error)
        parsed = parse_document(_DENY_ALL, kind="identity")
    return compile_policy(parsed, name=name, arn=arn, via=via)
