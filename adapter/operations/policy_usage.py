"""Who uses managed policies: counted for many policies at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.ldap import GROUP, ROLE, USER, Noun
from adapter.models import Policy
from adapter.operations.call import Call

_ATTACHABLE: Final[tuple[Noun[Any], ...]] = (USER, GROUP, ROLE)
_BOUNDED: Final[tuple[Noun[Any], ...]] = (USER, ROLE)


@dataclass(frozen=True, slots=True)
class Usage:
    """How often policies are used, by their DNs.

    Attributes:
        attachments: to how many users, groups and roles each is attached.
        boundaries: of how many users and roles each is the permissions boundary.
    """

    attachments: Counter[str]
    boundaries: Counter[str]


def usage_of(call: Call, policies: Sequence[Policy]) -> Usage:
    """Counts the uses of some policies with as many questions to the directory as for one."""
    dns = [policy.dn for policy in policies]
    return Usage(_count(call, _ATTACHABLE, "attached_policies", dns), _count(call, _BOUNDED, "boundary", dns))


def _count(call: Call, nouns: Sequence[Noun[Any]], field: str, dns: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for noun in nouns:
        found += call.store.tally(noun, call.account, field, dns)
    return found
