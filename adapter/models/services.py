"""Services that policies speak about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapter.models.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredService(Record):
    """A service that an operator has registered.

    Attributes:
        prefix: what its actions begin with.
        definition: what it says of itself, as JSON.
    """

    prefix: str
    definition: str
    create_date: datetime
