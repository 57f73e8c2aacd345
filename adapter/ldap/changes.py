"""Add, modify and delete requests: encoded by hand like searches, because ldap3 spends more on one than slapd does.

Source: RFC 4511 sections 4.6, 4.7 and 4.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from adapter.ldap import ber, controls
from adapter.ldap.controls import Control

MODIFIED, ADDED, DELETED = 0x67, 0x69, 0x6B
"""How the answers are tagged."""
_MODIFY_REQUEST, _ADD_REQUEST, _DELETE_REQUEST = 0x66, 0x68, 0x4A


class Verb(IntEnum):
    """What is done with the values of a modification."""

    ADD = 0
    DELETE = 1
    REPLACE = 2


Modification = tuple[str, Verb, list[bytes]]
"""Attribute, verb, values."""


def add_request(
    message_id: int, dn: str, attributes: Mapping[str, Sequence[bytes]], extra: tuple[Control, ...] = ()
) -> bytes:
    """A request to create an entry."""
    given = ber.sequence(*(_attribute(name, values) for name, values in attributes.items()))
    return _message(message_id, ber.sequence(_octets(dn), given, tag=_ADD_REQUEST), extra)


def modify_request(message_id: int, dn: str, changes: Sequence[Modification], extra: tuple[Control, ...] = ()) -> bytes:
    """A request to change an entry, in the order of the changes."""
    steps = (
        ber.sequence(ber.integer(verb, tag=ber.ENUMERATED), _attribute(name, values)) for name, verb, values in changes
    )
    return _message(message_id, ber.sequence(_octets(dn), ber.sequence(*steps), tag=_MODIFY_REQUEST), extra)


def delete_request(message_id: int, dn: str, extra: tuple[Control, ...] = ()) -> bytes:
    """A request to remove an entry."""
    return _message(message_id, ber.tlv(_DELETE_REQUEST, dn.encode()), extra)


def _message(message_id: int, operation: bytes, extra: tuple[Control, ...]) -> bytes:
    return ber.sequence(ber.integer(message_id), operation, controls.encode(extra))


def _octets(text: str) -> bytes:
    return ber.tlv(ber.OCTETS, text.encode())


def _attribute(name: str, values: Iterable[bytes]) -> bytes:
    return ber.sequence(_octets(name), ber.sequence(*(ber.tlv(ber.OCTETS, value) for value in values), tag=ber.SET))
