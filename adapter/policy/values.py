"""Reading the values that condition operators compare; None stands for "not such a value", which equals nothing.

Source: IAM user guide, "IAM JSON policy elements: Condition operators"; W3C NOTE-datetime for dates.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

_T = TypeVar("_T")
_LONGEST = 64
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_EPOCH = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]+))?")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<offset_hours>[0-9]{2}):?(?P<offset_minutes>[0-9]{2})?)?)?)?)?"
)
_BASIC_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"[Tt](?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})[Zz]"
)
_NANOSECONDS = 10**9
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def _remembered(read: Callable[[str], _T | None]) -> Callable[[str], _T | None]:
    """Remembers what was read lately. Longer texts are no such values, and no request can fill the memory with them."""
    remembered = lru_cache(maxsize=4096)(read)
    return lambda text: remembered(text) if len(text) <= _LONGEST else None


@_remembered
def number(text: str) -> Decimal | None:
    """A decimal number."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@_remembered
def moment(text: str) -> int | None:
    """A date, as nanoseconds since 1970: ISO 8601 from the year alone to fractions of a second, or epoch seconds.

    Without an offset it is UTC. Four digits alone are a year, because no epoch second of 1970 is ever meant.
    """
    found = _DATE.fullmatch(text) or _BASIC_DATE.fullmatch(text)
    if found:
        return _iso(found.groupdict())
    found = _EPOCH.fullmatch(text)
    if found:
        sign, seconds, fraction = found.groups()
        return (-1 if sign else 1) * (int(seconds) * _NANOSECONDS + _fraction(fraction))
    return None


def _iso(parts: dict[str, str | None]) -> int | None:
    def part(name: str, absent: int = 0) -> int:
        return int(parts.get(name) or absent)

    year, month, day, hour = part("year"), part("month", 1), part("day", 1), part("hour")
    minute, second, offset = part("minute"), part("second"), part("offset_hours") * 60 + part("offset_minutes")
    if not (year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    if not (hour < 24 and minute < 60 and second < 60 and offset < 24 * 60):
        return None
    minutes = ((date(year, month, day).toordinal() - _EPOCH_DAY) * 24 + hour) * 60 + minute
    minutes += offset if parts.get("sign") == "-" else -offset
    return (minutes * 60 + second) * _NANOSECONDS + _fraction(parts.get("fraction"))


def _fraction(digits: str | None) -> int:
    return int((digits or "")[:9].ljust(9, "0"))


@_remembered
def address(text: str) -> tuple[int, int] | None:
    """An IP address, as its version and its number; one of IPv4 that is written as one of IPv6 is one of IPv4."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    return (parsed.version, int(parsed)) if "%" not in text else None


def network(text: str) -> tuple[int, int, int] | None:
    """A range of addresses, as version, mask and masked number; bits behind the prefix don't count."""
    base, slash, prefix = text.partition("/")
    parsed = address(base)
    if parsed is None:
        return None
    version, value = parsed
    bits, written = 32 if version == 4 else 128, 128 if ":" in base else 32
    if slash and not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 3 and int(prefix) <= written):
        return None
    length = int(prefix) - written + bits if slash else bits
    if length < 0:
        return None  # it begins as IPv4 and reaches beyond
    mask = ((1 << length) - 1) << (bits - length)
    return version, mask, value & mask


def boolean(text: str) -> bool | None:
    """`true` or `false`, in any case."""
    return {"true": True, "false": False}.get(text.lower())


def binary(text: str) -> bytes | None:
    """The bytes that Base64 text stands for; padding may be missing."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
