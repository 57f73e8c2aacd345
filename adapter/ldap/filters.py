"""Search filters, built straight in BER, so that no value ever needs escaping and none can change a filter's meaning.

Source: RFC 4511 section 4.5.1.7.
"""

from __future__ import annotations

from typing import NewType

from adapter.ldap import ber

Filter = NewType("Filter", bytes)
"""An encoded filter; only the functions of this module make one."""

_AND, _OR, _NOT = 0xA0, 0xA1, 0xA2
_EQUALITY, _SUBSTRINGS, _PRESENT = 0xA3, 0xA4, 0x87
_INITIAL, _ANY = 0x80, 0x81


def equals(attribute: str, value: bytes) -> Filter:
    """The attribute has the value, by its own matching rule."""
    return Filter(ber.sequence(ber.tlv(ber.OCTETS, attribute.encode()), ber.tlv(ber.OCTETS, value), tag=_EQUALITY))


def present(attribute: str) -> Filter:
    """The attribute has any value."""
    return Filter(ber.tlv(_PRESENT, attribute.encode()))


def starts_with(attribute: str, prefix: bytes) -> Filter:
    """A value of the attribute begins with the prefix; an empty prefix asks for presence alone."""
    if not prefix:
        return present(attribute)
    pieces = ber.sequence(ber.tlv(_INITIAL, prefix))
    return Filter(ber.sequence(ber.tlv(ber.OCTETS, attribute.encode()), pieces, tag=_SUBSTRINGS))


def contains(attribute: str, part: bytes) -> Filter:
    """A value of the attribute has the part somewhere in it; an empty part asks for presence alone."""
    if not part:
        return present(attribute)
    pieces = ber.sequence(ber.tlv(_ANY, part))
    return Filter(ber.sequence(ber.tlv(ber.OCTETS, attribute.encode()), pieces, tag=_SUBSTRINGS))


def all_of(*filters: Filter) -> Filter:
    """Every one of the filters holds."""
    return filters[0] if len(filters) == 1 else Filter(ber.sequence(*filters, tag=_AND))


def any_of(*filters: Filter) -> Filter:
    """At least one of the filters holds."""
    return filters[0] if len(filters) == 1 else Filter(ber.sequence(*filters, tag=_OR))


def negation(inner: Filter) -> Filter:
    """The filter does not hold."""
    return Filter(ber.sequence(inner, tag=_NOT))
