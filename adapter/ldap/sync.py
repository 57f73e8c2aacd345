"""Messages of the content synchronisation operation, as far as following changes needs them.

Source: RFC 4533.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from adapter.ldap import ber, controls, search
from adapter.ldap.controls import Control

_REQUEST = "1.3.6.1.4.1.4203.1.9.1.1"
_STATE = "1.3.6.1.4.1.4203.1.9.1.2"
INTERMEDIATE = 0x79
_REFRESH_AND_PERSIST = ber.integer(3, tag=ber.ENUMERATED)
_RESPONSE_VALUE = 0x81
_REFRESH_DELETE, _REFRESH_PRESENT = 0xA1, 0xA2
_CONTROLS = 0xA0


class State(IntEnum):
    """What is told of an entry."""

    PRESENT = 0
    ADD = 1
    MODIFY = 2
    DELETE = 3


class Changed(NamedTuple):
    """An entry that was written to, under the name that it has now.

    Attributes:
        is_gone: it has been removed.
        attributes: those that were asked for; none of an entry that is gone.
    """

    dn: str
    entry_uuid: str
    is_gone: bool
    attributes: dict[str, list[bytes]]


def request(csns: Iterable[str]) -> Control:
    """Asks for all changes after the given ones (contextCSN values), and then for each as it happens."""
    cookie = f"rid=000,csn={';'.join(csns)}".encode()
    return Control(_REQUEST, True, ber.sequence(_REFRESH_AND_PERSIST, ber.tlv(ber.OCTETS, cookie)))


def changed(message: bytes) -> Changed | None:
    """The change that a search result entry tells of; None for entries that merely are still there."""
    _, _, start, end = search.open_message(message)
    entry = search.decode_entry(message, start)
    _, first, last = ber.header(message, end)
    value = controls.decode(message, first, last)[_STATE]
    _, begin, stop = ber.header(value, 0)
    (_, a, b), (_, c, d), *_ = ber.children(value, begin, stop)
    state = ber.number(value, a, b)
    if state == State.PRESENT:
        return None
    return Changed(entry.dn, str(UUID(bytes=value[c:d])), state == State.DELETE, entry.attributes)


def ends_refresh(message: bytes) -> bool:
    """Whether an intermediate response says that everything up to now has been told."""
    _, _, start, end = search.open_message(message)
    for tag, first, last in ber.children(message, start, end):
        if tag == _RESPONSE_VALUE:
            kind, begin, stop = ber.header(message[first:last], 0)
            content = message[first + begin : first + stop]
            return kind in (_REFRESH_DELETE, _REFRESH_PRESENT) and _done(content)
    return False


def _done(content: bytes) -> bool:
    """`refreshDone`, which is true unless it is said to be false."""
    flags = [content[a:b] for tag, a, b in ber.children(content, 0, len(content)) if tag == ber.BOOLEAN]
    return flags != [b"\x00"]
