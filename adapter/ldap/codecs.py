"""How single values look in the directory: pure pairs of functions, each the inverse of the other."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from adapter.models import BindMode, InlinePolicy, KeyStatus, LastAccess, Layout, PolicyVersion, Tag

log = logging.getLogger(__name__)

T = TypeVar("T")

_DAY = 24 * 60 * 60
_NEVER_AGAIN = b"000001010000Z"
_GRACE_SIGN_INS = b"5"
"""How often an expired password may still be used to choose a new one, where the account allows that."""
_TIME_DIGITS = 14
_WHOLE_SERVICE = "*"
_SPACES_OF_AN_ACCESS = 3


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How values of one kind are written and read.

    Attributes:
        decode: raises ValueError when the octets mean nothing.
        encode: None means that the attribute is absent; raises ValueError when the value can't be written.
    """

    decode: Callable[[bytes], T]
    encode: Callable[[T], bytes | None]


def decode_text(octets: bytes) -> str:
    """Reads UTF-8."""
    return octets.decode()


def encode_text(text: str) -> bytes:
    """Writes UTF-8; a lone surrogate, which is no character, is a ValueError."""
    return text.encode()


def decode_time(octets: bytes) -> datetime:
    """Reads a generalizedTime in UTC, with or without a fraction.

    Source: RFC 4517 section 3.3.13.
    """
    text = octets.decode("ascii")
    digits, mark, fraction = text.removesuffix("Z").replace(",", ".").partition(".")
    if not text.endswith("Z") or not digits.isdecimal() or len(digits) != _TIME_DIGITS:
        raise ValueError(f"{text[:40]!r} is not a time in UTC")
    if mark and not fraction.isdecimal():
        raise ValueError(f"{text[:40]!r} has no valid fraction of a second")
    year, *rest = (int(digits[0:4]), *(int(digits[i : i + 2]) for i in range(4, _TIME_DIGITS, 2)))
    month, day, hour, minute, second = rest
    return datetime(year, month, day, hour, minute, second, int(fraction[:6].ljust(6, "0")), UTC)


def encode_time(moment: datetime) -> bytes:
    """Writes a generalizedTime; the fraction only where there is one."""
    utc = moment.astimezone(UTC)
    text = f"{utc.year:04}{utc:%m%d%H%M%S}"
    return (f"{text}.{utc.microsecond:06}Z" if utc.microsecond else f"{text}Z").encode()


def decode_bool(octets: bytes) -> bool:
    """Reads TRUE or FALSE."""
    if octets not in {b"TRUE", b"FALSE"}:
        raise ValueError(f"{octets[:40]!r} is neither TRUE nor FALSE")
    return octets == b"TRUE"


def encode_bool(value: bool) -> bytes:
    """Writes TRUE or FALSE."""
    return b"TRUE" if value else b"FALSE"


def decode_path(octets: bytes) -> str:
    """Reads a path, which begins and ends with a slash."""
    path = octets.decode("ascii")
    if not path.startswith("/") or not path.endswith("/"):
        raise ValueError(f"{path[:80]!r} is not a path")
    return path


def encode_path(path: str) -> bytes | None:
    """Writes a path; `/` is what absence means."""
    return None if path == "/" else path.encode()


def decode_tag(octets: bytes) -> Tag:
    """Reads `KEY=VALUE`."""
    key, mark, value = octets.decode().partition("=")
    if not mark:
        raise ValueError("a tag has no equals sign")
    return Tag(key=key.replace("%3D", "="), value=value)


def encode_tag(tag: Tag) -> bytes:
    """Writes `KEY=VALUE`; an equals sign in the key becomes %3D, which is unambiguous as keys have no percent sign."""
    if "%" in tag.key:
        raise ValueError("a tag's key can't contain a percent sign")
    return f"{tag.key.replace('=', '%3D')}={tag.value}".encode()


def decode_inline(octets: bytes) -> InlinePolicy:
    """Reads `NAME SPACE document`."""
    name, mark, document = octets.decode().partition(" ")
    if not name or not mark:
        raise ValueError("an inline policy has no name")
    return InlinePolicy(policy_name=name, policy_document=document)


def encode_inline(policy: InlinePolicy) -> bytes:
    """Writes `NAME SPACE document`."""
    if not policy.policy_name or " " in policy.policy_name:
        raise ValueError("an inline policy's name can't be empty or contain a space")
    return f"{policy.policy_name} {policy.policy_document}".encode()


def version_number(version_id: str) -> int:
    """The number in `v3`.

    Raises:
        ValueError: it is not a version id.
    """
    if not version_id.startswith("v") or not (version_id[1:].isascii() and version_id[1:].isdecimal()):
        raise ValueError(f"{version_id[:40]!r} is not a version id")
    return int(version_id[1:])


def decode_version(octets: bytes) -> PolicyVersion:
    """Reads `v3 TIME document`."""
    version_id, _, rest = octets.decode().partition(" ")
    version_number(version_id)
    time, mark, document = rest.partition(" ")
    if not mark:
        raise ValueError("a policy version has no document")
    return PolicyVersion(version_id=version_id, document=document, create_date=decode_time(time.encode()))


def encode_version(version: PolicyVersion) -> bytes:
    """Writes `v3 TIME document`; which version is the default stands elsewhere."""
    version_number(version.version_id)
    return b"%b %b %b" % (version.version_id.encode(), encode_time(version.create_date), version.document.encode())


def decode_quota(octets: bytes) -> tuple[str, int]:
    """Reads `NAME VALUE`."""
    name, _, value = octets.decode("ascii").partition(" ")
    if not name:
        raise ValueError("a quota has no name")
    return name, int(value)


def encode_quota(quota: tuple[str, int]) -> bytes:
    """Writes `NAME VALUE`."""
    name, value = quota
    return f"{name} {value}".encode("ascii")


def decode_access(octets: bytes) -> LastAccess:
    """Reads `SERVICE ACTION TIME REGION`."""
    service, action, time, region = octets.decode("ascii").split(" ")
    return LastAccess(
        service=service,
        action="" if action == _WHOLE_SERVICE else action,
        time=decode_time(time.encode()),
        region=region,
    )


def encode_access(access: LastAccess) -> bytes:
    """Writes `SERVICE ACTION TIME REGION`."""
    time = encode_time(access.time).decode()
    text = f"{access.service} {access.action or _WHOLE_SERVICE} {time} {access.region}"
    if text.count(" ") != _SPACES_OF_AN_ACCESS:
        raise ValueError("the name of a service, an action or a region can't contain a space")
    return text.encode("ascii")


def decode_layout(octets: bytes) -> Layout:
    """Reads a layout. One that can't be read stands for the strictest: without it, everybody might become a user."""
    try:
        values: dict[str, Any] = json.loads(octets)
        return Layout(**values | {"member_attributes": tuple(values.get("member_attributes", ()))})
    except (ValueError, TypeError, AttributeError) as error:
        log.error("an account's layout can't be read: %s", error)
        return Layout()


def encode_layout(layout: Layout) -> bytes:
    """Writes a layout as JSON."""
    return json.dumps(asdict(layout), ensure_ascii=False).encode()


def decode_entry_uuid(octets: bytes) -> str:
    """Reads an entryUUID; one spelling, as ids are derived from it."""
    return octets.decode("ascii").lower()


TEXT = Codec(decode_text, encode_text)
OCTETS: Codec[bytes] = Codec(bytes, bytes)
TIME = Codec(decode_time, encode_time)
BOOL = Codec(decode_bool, encode_bool)
INT: Codec[int] = Codec(int, lambda value: str(int(value)).encode())
DAYS: Codec[int] = Codec(lambda octets: int(octets) // _DAY, lambda days: str(int(days) * _DAY).encode())
PATH = Codec(decode_path, encode_path)
TAG = Codec(decode_tag, encode_tag)
INLINE = Codec(decode_inline, encode_inline)
VERSION = Codec(decode_version, encode_version)
QUOTA = Codec(decode_quota, encode_quota)
ACCESS = Codec(decode_access, encode_access)
UUID = Codec(decode_entry_uuid, encode_text)
LAYOUT = Codec(decode_layout, encode_layout)
STATUS: Codec[KeyStatus] = Codec(lambda octets: KeyStatus(octets.decode()), lambda status: status.value.encode())
DISABLED: Codec[bool] = Codec(lambda octets: octets == _NEVER_AGAIN, lambda value: _NEVER_AGAIN if value else None)
"""ppolicy's pwdAccountLockedTime: a real time there is a lock that passes by itself."""
RESET: Codec[bool] = Codec(decode_bool, lambda value: b"TRUE" if value else None)
GRACE: Codec[bool] = Codec(lambda octets: int(octets) == 0, lambda hard: b"0" if hard else _GRACE_SIGN_INS)
"""ppolicy's pwdGraceAuthNLimit, which follows from whether expiry is hard."""
BIND_MODE: Codec[BindMode] = Codec(lambda octets: BindMode(octets.decode()), lambda mode: mode.value.encode())
