"""Job ids of last-accessed reports: each tells which report it stands for, so that nothing has to be kept.

A report is made from the directory when it is fetched, on whichever host. Its id holds what it is about and when it was
asked for, with a proof that this was allowed to the same caller; it has the 36 characters of AWS's ids.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapter.caller import Caller
from adapter.crypto.sealing import Keyring

_CONTENT: Final = struct.Struct(">B16sI")
_PROOF: Final = 6
"""Bytes. Nobody tries 2**47 ids against a server, and an id is good for a day."""
_BY_ACTION: Final = 0x80
_PURPOSE: Final = "last-accessed report jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report.

    Attributes:
        kind: number of the kind of thing that it is about.
        entry_uuid: of the entry that it is about.
        by_action: it tells of actions too.
        created: when it was asked for, in whole seconds.
    """

    kind: int
    entry_uuid: str
    by_action: bool
    created: datetime

    def to_id(self, keyring: Keyring, caller: Caller) -> str:
        """The id, good for the same caller."""
        flags = self.kind | (_BY_ACTION if self.by_action else 0)
        content = _CONTENT.pack(flags, uuid.UUID(self.entry_uuid).bytes, int(self.created.timestamp()))
        return base64.urlsafe_b64encode(content + _proof(keyring, caller, content)).decode()

    @classmethod
    def from_id(cls, keyring: Keyring, caller: Caller, job_id: str) -> Job:
        """The report that an id stands for.

        Raises:
            ValueError: it is none of ours, or another caller's.
        """
        octets = base64.b64decode(job_id, altchars=b"-_", validate=True)
        content, proof = octets[: _CONTENT.size], octets[_CONTENT.size :]
        if len(content) < _CONTENT.size or not hmac.compare_digest(proof, _proof(keyring, caller, content)):
            raise ValueError("not an id of this caller's")
        flags, entry, seconds = _CONTENT.unpack(content)
        return cls(
            kind=flags & ~_BY_ACTION,
            entry_uuid=str(uuid.UUID(bytes=entry)),
            by_action=bool(flags & _BY_ACTION),
            created=datetime.fromtimestamp(seconds, UTC),
        )


def _proof(keyring: Keyring, caller: Caller, content: bytes) -> bytes:
    message = "\n".join((caller.account_id, caller.arn, caller.subject_id)).encode() + content
    return hmac.digest(keyring.derive(_PURPOSE), message, hashlib.sha256)[:_PROOF]
