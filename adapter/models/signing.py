"""What an account signs with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapter.models.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey(Record):
    """A key that an account signs identity tokens with.

    Attributes:
        key_id: what tokens name it by.
        algorithm: `RS256` or `ES384`.
        public_jwk: its public half, as JSON.
        sealed_key: its private half, as PEM.
    """

    key_id: str
    algorithm: str
    public_jwk: str
    sealed_key: bytes = field(repr=False)
    create_date: datetime
