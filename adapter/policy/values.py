"""Reading the values that condition operators compare; None stands for "not such a value", which equals nothing.

Source: IAM user guide, "IAM JSON policy elements: Condition operators"; W3C NOTE-datetime for dates.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache

_LONGEST = 64
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_EPOCH = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]+))?")
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)?"
    r"(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2})?)?)?)?)?"
)
_BASIC_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_YEAR_DIGITS = 4
_NANOSECONDS = 10**9
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """A decimal number."""
    return Decimal(text) if len(text) <= _LONGEST and _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=4096)
def moment(text: str) -> int | None:
    """A date, as nanoseconds since 1970: ISO 8601 from the year alone to fractions of a second, or epoch seconds.

    Without an offset it is UTC. Four digits alone are a year, because no epoch second of 1970 is ever meant.
    """
    if len(text) > _LONGEST:
        return None
    found = _BASIC_DATE.fullmatch(text)
    if found:
        return _iso(*found.groups(), "", "", "", "")
    found = _DATE.fullmatch(text)
    if found:
        return _iso(*found.groups())
    found = _EPOCH.fullmatch(text)
    if found and len(text) != _YEAR_DIGITS:
        sign, seconds, fraction = found.groups()
        return (-1 if sign else 1) * (int(seconds) * _NANOSECONDS + _fraction(fraction))
    return None


def _iso(
    year: str, month: str | None, day: str | None, hour: str | None, minute: str | None, second: str | None,
    fraction: str | None, sign: str | None, offset_hours: str | None, offset_minutes: str | None,
) -> int | None:  # fmt: skip
    months, days, hours = int(month or 1), int(day or 1), int(hour or 0)
    minutes, seconds = int(minute or 0), int(second or 0)
    offset = int(offset_hours or 0) * 60 + int(offset_minutes or 0)
    in_range = (
        int(year) > 0 and 1 <= months <= 12 and 1 <= days <= monthrange(int(year), months)[1]
        and hours < 24 and minutes < 60 and seconds < 60 and offset < 24 * 60
    )  # fmt: skip
    if not in_range:
        return None
    whole = ((date(int(year), months, days).toordinal() - _EPOCH_DAY) * 24 + hours) * 60 + minutes
    whole += offset if sign == "-" else -offset
    return (whole * 60 + seconds) * _NANOSECONDS + _fraction(fraction)


def _fraction(digits: str | None) -> int:
    return int((digits or "")[:9].ljust(9, "0"))


@lru_cache(maxsize=4096)
def address(text: str) -> tuple[int, int] | None:
    """An IP address, as its version and its number."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (parsed.version, int(parsed)) if "%" not in text else None


def network(text: str) -> tuple[int, int, int] | None:
    """A range of addresses, as version, mask and masked number; bits behind the prefix don't count."""
    base, slash, prefix = text.partition("/")
    parsed = address(base)
    if parsed is None:
        return None
    version, value = parsed
    bits = 32 if version == 4 else 128
    if slash and not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 3 and int(prefix) <= bits):
        return None
    length = int(prefix) if slash else bits
    mask = ((1 << length) - 1) << (bits - length)
    return version, mask, value & mask


def boolean(text: str) -> bool | None:
    """`true` or `false`, in any case."""
    return {"true": True, "false": False}.get(text.lower())


@lru_cache(maxsize=1024)
def binary(text: str) -> bytes | None:
    """The bytes that Base64 text stands for; padding may be missing."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
