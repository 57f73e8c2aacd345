"""Managed policies and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapter.models.records import Record, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One version of a managed policy; at most five are kept."""

    version_id: str
    document: str
    create_date: datetime
    is_default_version: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Record):
    """A managed policy with its versions.

    Attributes:
        is_system: system-defined (`arn:aws:iam::aws:policy/…`); nobody changes it through the API.
        versions: every version that is kept, newest first.
    """

    policy_name: str
    policy_id: str
    arn: str
    path: str = "/"
    create_date: datetime
    update_date: datetime
    description: str | None = None
    default_version_id: str
    versions: tuple[PolicyVersion, ...]
    last_version: int = 1
    tags: tuple[Tag, ...] = ()
    is_system: bool = False

    @property
    def document(self) -> str:
        """The text of the default version, which is the one in force."""
        return next(v.document for v in self.versions if v.version_id == self.default_version_id)
