"""What strangers were refused, written down such that they can't fill the disk or wash the trail's past away with it.

Of each address a few refusals a minute are written down, and of all together no more than a host's trail can bear for
weeks; the next one that is written tells how many were passed over.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapter.addresses import household
from adapter.trail.audit import AuditRecord, AuditTrail

PER_ADDRESS: Final = 10
OVERALL: Final = 120
"""So many in a minute: some 50 MB a day at the most."""
_MOST_ADDRESSES: Final = 10_000
"""So many addresses are told apart; further ones are only counted together."""
_OTHERS: Final = "others"


class Refusals:
    """Appends refusals of strangers to a trail, unless there are too many of them.

    Args:
        trail: where they go.
    """

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail
        self._guard = threading.Lock()
        self._minute: datetime | None = None
        self._written: Counter[str] = Counter()
        self._passed_over: Counter[str] = Counter()

    def write(self, record: AuditRecord) -> None:
        """Appends one record, or counts it for the next one of that address.

        Raises:
            OSError: it could not be written.
        """
        with self._guard:
            passed_over = self._admit(household(record.source_ip), record.time.replace(second=0, microsecond=0))
        if passed_over is None:
            return
        more = {"passed_over": passed_over} if passed_over else {}
        self._trail.write(replace(record, params={**record.params, **more}))

    def _admit(self, address: str, minute: datetime) -> int | None:
        """How many were passed over before this one; None when it is passed over itself."""
        if minute != self._minute:
            self._minute = minute
            self._written.clear()
        if self._written[address] >= PER_ADDRESS or self._written.total() >= OVERALL:
            known = address in self._passed_over or len(self._passed_over) < _MOST_ADDRESSES
            self._passed_over[address if known else _OTHERS] += 1
            return None
        self._written[address] += 1
        return self._passed_over.pop(address, 0) + self._passed_over.pop(_OTHERS, 0)
