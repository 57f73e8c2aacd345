"""Names of things: ARNs, unique ids and the account's own id.

Source: AWS IAM user guide, "IAM identifiers"; ids are 21 characters (four that tell the kind, 17 of base32).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ID_LENGTH = 17
_ACCESS_KEY_LENGTH = 16
_CERTIFICATE_ID_LENGTH = 32
_COLONS = 5

PARTITION = "aws"
SYSTEM_ACCOUNT = "aws"
"""Stands where the account id stands in the ARN of a system-defined policy."""


class IdPrefix(StrEnum):
    """The first four characters of a unique id, which tell what it names."""

    USER = "AIDA"
    GROUP = "AGPA"
    POLICY = "ANPA"
    ROLE = "AROA"
    INSTANCE_PROFILE = "AIPA"
    SERVER_CERTIFICATE = "ASCA"
    SSH_PUBLIC_KEY = "APKA"
    SERVICE_CREDENTIAL = "ACCA"
    ACCESS_KEY = "AKIA"
    SESSION_KEY = "ASIA"


@dataclass(frozen=True, slots=True)
class Arn:
    """An Amazon Resource Name, taken apart.

    Source: AWS general reference, "Amazon Resource Names (ARNs)".
    """

    service: str
    account: str
    resource: str
    region: str = ""
    partition: str = PARTITION

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Takes an ARN apart; the resource keeps its colons.

        Raises:
            ValueError: the text does not have six parts or does not start with `arn:`.
        """
        if not is_arn(text):
            raise ValueError(f"{text[:80]!r} is not an ARN")
        _, partition, service, region, account, resource = text.split(":", _COLONS)
        return cls(service, account, resource, region, partition)

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def is_arn(text: str) -> bool:
    """Whether a text starts with `arn:` and has six parts."""
    return text.startswith("arn:") and text.count(":") >= _COLONS


def iam_arn(account_id: str, kind: str, path: str, name: str) -> str:
    """The ARN of something in IAM that has a path, such as `arn:aws:iam::123456789012:user/eng/bob`.

    Args:
        account_id: 12 digits, or SYSTEM_ACCOUNT.
        kind: `user`, `group`, `policy`, `role` …
        path: starts and ends with a slash.
        name: the friendly name.
    """
    return f"arn:{PARTITION}:iam::{account_id}:{kind}{path}{name}"


def session_arn(account_id: str, kind: str, name: str) -> str:
    """The ARN of a session, such as `arn:aws:sts::123456789012:assumed-role/deploy/bob`.

    Args:
        account_id: 12 digits.
        kind: `assumed-role` or `federated-user`.
        name: of the role and the session, or of the federated user.
    """
    return f"arn:{PARTITION}:sts::{account_id}:{kind}/{name}"


def root_arn(account_id: str) -> str:
    """The ARN of an account's root user, which also stands for the account itself in a trust policy."""
    return f"arn:{PARTITION}:iam::{account_id}:root"


def new_unique_id(prefix: IdPrefix) -> str:
    """A fresh unique id; never given twice (85 random bits)."""
    length = _ACCESS_KEY_LENGTH if prefix is IdPrefix.ACCESS_KEY else _ID_LENGTH
    return prefix + _random_letters(length)


def new_certificate_id() -> str:
    """A fresh id of a signing certificate, which has no prefix."""
    return _random_letters(_CERTIFICATE_ID_LENGTH)


def _random_letters(count: int) -> str:
    """Letters of base32, each of five random bits; asking for all of them at once spares system calls."""
    return "".join(_BASE32[octet % len(_BASE32)] for octet in secrets.token_bytes(count))


def derived_unique_id(prefix: IdPrefix, entry_uuid: str) -> str:
    """The unique id of an entry that another LDAP tool wrote and that therefore stores none.

    It follows from entryUUID alone, so it survives a rename and is a new one when the name is made again.
    """
    digest = hashlib.sha256(f"{prefix} {entry_uuid}".encode()).digest()
    return prefix + base64.b32encode(digest).decode()[:_ID_LENGTH]


def new_account_id() -> str:
    """Twelve random digits that do not start with zero (tools tend to drop a leading zero)."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)
