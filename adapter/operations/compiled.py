"""Policies as the engine takes them; compiled once, and shared between everybody whom they reach."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from adapter.operations.reach import Reach
from adapter.policy import CompiledPolicy, MalformedDocument, Policies, compile_policy, parse_document

_log = logging.getLogger(__name__)

_DENY_ALL: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
_MOST_COMPILED: Final = 10_000


def compiled_policies(reach: Reach) -> Policies:
    """The policies that reach a user, a group or a role, as the engine takes them."""
    identity = tuple(compiled(p.policy_name, p.policy_arn, p.via, p.document) for p in reach.policies)
    return Policies(identity=identity, boundary=tuple(_boundary(reach)) if reach.is_bounded else None)


def _boundary(reach: Reach) -> Iterable[CompiledPolicy]:
    """The boundary, if it is still there; nothing is within a boundary that is not."""
    if reach.boundary is not None:
        yield compiled(reach.boundary.policy_name, reach.boundary.arn, "boundary", reach.boundary.document)


@lru_cache(maxsize=_MOST_COMPILED)
def compiled(name: str, arn: str | None, via: str, document: str) -> CompiledPolicy:
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
