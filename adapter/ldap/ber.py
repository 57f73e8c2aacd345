"""The few rules of BER that LDAP needs, written out by hand because every read passes through here.

Source: ITU-T X.690; RFC 4511 section 5.1 allows definite lengths only.
"""

from __future__ import annotations

from collections.abc import Iterator

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31

_LONG_FORM = 0x80
_MAX_LENGTH_OCTETS = 8


class BerError(ValueError):
    """The octets are not BER, or not all of it."""


def tlv(tag: int, content: bytes) -> bytes:
    """One element: tag, length, content."""
    size = len(content)
    if size < _LONG_FORM:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_FORM | len(octets))) + octets + content


def sequence(*parts: bytes, tag: int = SEQUENCE) -> bytes:
    """A constructed element with the given parts."""
    return tlv(tag, b"".join(parts))


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A whole number in as few octets as it takes."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool) -> bytes:
    """TRUE or FALSE."""
    return b"\x01\x01\xff" if value else b"\x01\x01\x00"


def header(data: bytes, position: int) -> tuple[int, int, int]:
    """Where the element at a position begins and ends.

    Returns:
        The tag, where the content starts and where it ends.

    Raises:
        BerError: the header itself is cut off, or its length has no definite form.
    """
    try:
        tag, size = data[position], data[position + 1]
    except IndexError:
        raise BerError("an element is cut off") from None
    start = position + 2
    if size < _LONG_FORM:
        return tag, start, start + size
    octets = size & 0x7F
    if not 0 < octets <= _MAX_LENGTH_OCTETS or len(data) < start + octets:
        raise BerError("a length is cut off or indefinite")
    start += octets
    return tag, start, start + int.from_bytes(data[start - octets : start], "big")


def children(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The elements between two positions, each as `header` describes it.

    Raises:
        BerError: an element reaches beyond the end.
    """
    while start < end:
        tag, first, last = header(data, start)
        if last > end:
            raise BerError("an element is longer than what holds it")
        yield tag, first, last
        start = last


def number(data: bytes, start: int, end: int) -> int:
    """The whole number (or enumerated value) whose content lies between two positions."""
    return int.from_bytes(data[start:end], "big", signed=True)
