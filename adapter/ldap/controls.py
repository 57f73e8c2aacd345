"""LDAP controls and extended operations, as values on the wire.

Source: RFC 4528 (assertion), RFC 4527 (post-read), RFC 2696 (paged results), RFC 3876 (matched values),
RFC 5805 (transactions), RFC 3062 (password modify), draft-behera-ldap-password-policy-10 (password policy).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from adapter.ldap import ber
from adapter.ldap.filters import Filter

ASSERTION = "1.3.6.1.1.12"
POST_READ = "1.3.6.1.1.13.2"
PAGED_RESULTS = "1.2.840.113556.1.4.319"
MATCHED_VALUES = "1.2.826.0.1.3344810.2.3"
PASSWORD_POLICY = "1.3.6.1.4.1.42.2.27.8.5.1"  # noqa: S105 (an object identifier)
TRANSACTION_START, TRANSACTION, TRANSACTION_END = "1.3.6.1.1.21.1", "1.3.6.1.1.21.2", "1.3.6.1.1.21.3"
PASSWORD_MODIFY = "1.3.6.1.4.1.4203.1.11.1"  # noqa: S105 (an object identifier)

COMMIT = ber.sequence(ber.tlv(ber.OCTETS, b""))
ABORT = ber.sequence(ber.boolean(False), ber.tlv(ber.OCTETS, b""))

_USER, _OLD, _NEW = 0x80, 0x81, 0x82
_WARNING, _ERROR = 0xA0, 0x81
_TIME_LEFT, _GRACE_LEFT = 0x80, 0x81


class Control(NamedTuple):
    """A control in the form that ldap3 takes it."""

    oid: str
    critical: bool
    value: bytes | None


PART_OF_TRANSACTION = Control(TRANSACTION, True, b"")
ASK_PASSWORD_POLICY = Control(PASSWORD_POLICY, False, None)


def assertion(condition: Filter) -> Control:
    """Carries out the operation only if the entry meets a condition; result 122 otherwise."""
    return Control(ASSERTION, True, condition)


def post_read(selection: bytes) -> Control:
    """Asks for the entry as it is after the operation.

    Args:
        selection: encoded attribute names, as `search.selection` makes them.
    """
    return Control(POST_READ, False, selection)


def matched_values(items: Iterable[Filter]) -> Control:
    """Asks for those values alone that one of the items matches; items are simple filters without AND, OR and NOT."""
    return Control(MATCHED_VALUES, True, ber.sequence(*items))


def paged(size: int, cookie: bytes) -> Control:
    """Asks for one page of a search's results."""
    return Control(PAGED_RESULTS, True, ber.sequence(ber.integer(size), ber.tlv(ber.OCTETS, cookie)))


def next_cookie(value: bytes) -> bytes:
    """Where the next page begins; empty after the last one."""
    _, start, end = ber.header(value, 0)
    (_, (_, first, last)) = list(ber.children(value, start, end))
    return value[first:last]


def encode(controls: tuple[Control, ...]) -> bytes:
    """Controls as the end of an LDAP message; nothing when there are none."""
    return ber.sequence(*(_encode_one(control) for control in controls), tag=0xA0) if controls else b""


def _encode_one(control: Control) -> bytes:
    value = b"" if control.value is None else ber.tlv(ber.OCTETS, control.value)
    critical = ber.boolean(True) if control.critical else b""
    return ber.sequence(ber.tlv(ber.OCTETS, control.oid.encode()), critical, value)


def decode(data: bytes, start: int, end: int) -> dict[str, bytes]:
    """The values of a response's controls, by object identifier."""
    found = {}
    for _, first, last in ber.children(data, start, end):
        parts = list(ber.children(data, first, last))
        value = next((data[a:b] for tag, a, b in parts[1:] if tag == ber.OCTETS), b"")
        found[data[parts[0][1] : parts[0][2]].decode("ascii")] = value
    return found


def password_modify(dn: str, old: bytes | None, new: bytes) -> bytes:
    """The request value of the password modify operation."""
    parts = [ber.tlv(_USER, dn.encode())]
    if old is not None:
        parts.append(ber.tlv(_OLD, old))
    return ber.sequence(*parts, ber.tlv(_NEW, new))


class PasswordError(IntEnum):
    """What the password policy objects to."""

    EXPIRED = 0
    LOCKED = 1
    CHANGE_AFTER_RESET = 2
    MODIFICATION_NOT_ALLOWED = 3
    MUST_SUPPLY_OLD = 4
    INSUFFICIENT_QUALITY = 5
    TOO_SHORT = 6
    TOO_YOUNG = 7
    IN_HISTORY = 8


@dataclass(frozen=True, slots=True)
class PasswordState:
    """What the password policy says beside a bind or a password change.

    Attributes:
        error: what it objects to.
        expires_in: seconds until the password expires, when that is soon.
        grace_left: how many more sign-ins an expired password is good for.
    """

    error: PasswordError | None = None
    expires_in: int | None = None
    grace_left: int | None = None


def password_state(value: bytes | None) -> PasswordState:
    """Reads the password policy's response control; None when the server sent none."""
    if not value:
        return PasswordState()
    error, warnings = None, {}
    _, start, end = ber.header(value, 0)
    for tag, first, last in ber.children(value, start, end):
        if tag == _ERROR:
            error = PasswordError(ber.number(value, first, last))
        elif tag == _WARNING:
            warnings = {kind: ber.number(value, a, b) for kind, a, b in ber.children(value, first, last)}
    return PasswordState(error, warnings.get(_TIME_LEFT), warnings.get(_GRACE_LEFT))
