"""What every record has, and the small values that records share.

Field names are the AWS service model's, snake-cased as botocore's `xform_name` does it; what AWS lacks (display name,
remarks, mobile phone, e-mail) is named plainly. `dn` and `revision` are the handle by which the store finds the
record again: callers pass them back and never take them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something that the directory holds.

    Attributes:
        dn: where it is.
        revision: changes with every write to it; a guarded write is refused when it no longer holds.
        entry_uuid: names it for good, through every rename.
    """

    dn: str = ""
    revision: str = ""
    entry_uuid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label that policies can refer to."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InlinePolicy:
    """A policy that lives and dies with its user, group or role."""

    policy_name: str
    policy_document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedPolicy:
    """A managed policy as it is listed at the one it is attached to."""

    policy_name: str
    policy_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsBoundary:
    """The boundary as GetUser and GetRole answer it; AWS's type for a policy reads `Policy`."""

    permissions_boundary_arn: str
    permissions_boundary_type: str = "Policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAccess:
    """The latest attempt to use a service or one of its actions, allowed or not.

    Attributes:
        service: the prefix of its actions, such as `iam`.
        action: such as `CreateUser`; empty for the service as a whole.
    """

    service: str
    action: str = ""
    time: datetime
    region: str
