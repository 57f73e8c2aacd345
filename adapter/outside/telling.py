"""Writes down what others have changed: who, which entry, which attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapter.ldap import Store, dn
from adapter.models import Account
from adapter.trail.audit import AuditRecord, AuditTrail
from adapter.trail.history import History
from adapter.trail.reader import Look

EVENT: Final = "bindery:OutsideChange"
UNKNOWN: Final = "unknown"
"""Who has removed something: the directory does not tell."""
_MOST_LOOKED_AT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change as the trail tells of it.

    Attributes:
        kind: `added`, `modified`, `renamed` or `deleted`.
        by: the DN of who made it, or `unknown`.
        attributes: the names of those that changed; never a value.
        csn: the change's number; empty for a removal, which has none that is known.
        former: what a renamed entry was called.
    """

    dn: str
    kind: str
    by: str
    attributes: tuple[str, ...] = ()
    csn: str = ""
    former: str = ""


class Telling:
    """Writes changes into the trail, each of them once.

    Args:
        store: knows which account an entry is in.
        trail: where changes are written down.
    """

    def __init__(self, store: Store, trail: AuditTrail) -> None:
        self._store = store
        self._trail = trail
        self._told: frozenset[str] = frozenset()

    def look_back(self) -> None:
        """Notes which changes the end of the trail tells of: whoever had the turn before may have been killed."""
        look = Look(count=_MOST_LOOKED_AT)
        found = History(self._trail.path).look_back(lambda event: event.event == EVENT, look)
        self._told = frozenset(event.request_id for event in found.events)

    def tell(self, change: Told) -> None:
        """Writes a change down, unless that has been done.

        Raises:
            OSError: it could not be written.
        """
        if change.csn and change.csn in self._told:
            return
        account = self._account_of(change.dn)
        params = {"change": change.kind, "dn": change.dn, "attributes": list(change.attributes), "csn": change.csn}
        self._trail.write(
            AuditRecord(
                time=datetime.now(UTC),
                request_id=change.csn,
                account_id=account.account_id if account else "",
                actor=change.by,
                event=EVENT,
                outcome="ok",
                resources=(change.dn,),
                params=params | ({"former_dn": change.former} if change.former else {}),
            )
        )

    def _account_of(self, at: str) -> Account | None:
        holding = [each for each in self._store.accounts() if dn.is_below(at, dn.parent(each.dn))]
        return max(holding, key=lambda each: len(dn.parse(each.dn)), default=None)
