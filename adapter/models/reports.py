"""Reports that several hosts share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapter.models.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """A report, or one piece of it: an entry has to stay far below what a server takes in one message.

    Attributes:
        started_at: when somebody began to make it; its pieces are named after that time.
        completed_at: when it was made.
        pieces: how many there are.
        content: of a piece. Only filled where a call asks for it.
    """

    report_name: str
    create_date: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    pieces: int = 0
    content: bytes = b""
