"""Change sequence numbers, which say when and on which server a change was made: `TIME#COUNT#SERVER#MODIFICATION`.

Source: draft-ietf-ldup-model, "CSN Format"; OpenLDAP's `entryCSN` and `contextCSN`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapter.ldap.codecs import decode_time

_PARTS: Final = 4


def time_of(csn: str) -> datetime | None:
    """When the change was made; None for a text that is no change sequence number."""
    try:
        return decode_time(csn.partition("#")[0].encode())
    except ValueError:
        return None


def server_of(csn: str) -> str:
    """The number of the server that made the change; empty for a text that is no change sequence number."""
    parts = csn.split("#")
    return parts[2] if len(parts) == _PARTS else ""
