"""What a user keeps in the directory to prove who they are, with the user; and what is written down when it fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from adapter.caller import RequestContext, caller_of
from adapter.errors import IamError
from adapter.graph import Graph
from adapter.models import AccessKey, Account, KeyStatus, RootUser, SigningCertificate, User
from adapter.trail.audit import HIDDEN
from adapter.trail.refusals import Refusals

_log = logging.getLogger(__name__)

P = TypeVar("P", AccessKey, SigningCertificate)

REFUSED: Final = "Authenticate"
"""What such an event is called in the audit trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Generic[P]):
    """An access key or a certificate, the account that it is in and the entry that it belongs to."""

    account: Account
    proof: P
    owner: User | RootUser

    @property
    def is_good(self) -> bool:
        """Whether it proves anything at this moment."""
        owner, proof = self.owner, self.proof
        if proof.status is not KeyStatus.ACTIVE:
            return False
        if isinstance(owner, RootUser):
            return proof.owner_id == owner.unique_id
        return proof.owner_id == owner.user_id and not owner.disabled


def with_owner(graph: Graph, account: Account, proof: P) -> Credential[P] | None:
    """An access key or a certificate with its owner; None when the owner is gone."""
    owner = graph.user(account, proof.owner) or _root(graph, account, proof.owner_id)
    return Credential(account=account, proof=proof, owner=owner) if owner else None


def write_refusal(
    refusals: Refusals, error: IamError, found: Credential[Any] | None, told: dict[str, str], context: RequestContext
) -> None:
    """Writes down that somebody was not believed.

    Args:
        refusals: where.
        error: how it was refused.
        found: the credential, which tells whose it is; nothing is told of one that there is not.
        told: its id.
        context: the circumstances.
    """
    account_id, actor = (found.account.account_id, caller_of(found.account, found.owner).arn) if found else ("", HIDDEN)
    try:
        refusals.write(context.record(account_id, actor, REFUSED, error.code, params=told))
    except OSError:
        _log.critical("the audit trail can't be written: somebody was not believed", exc_info=True)


def _root(graph: Graph, account: Account, owner_id: str) -> RootUser | None:
    root = graph.root(account)
    return root if root and root.unique_id == owner_id else None
