"""What a file asks for, whatever kind of file it is: one record for each call that an import makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What a record is about, in the order in which an import takes them."""

    PERSON = "person"
    GROUP = "group"
    MEMBERSHIP = "membership"


COLUMNS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.PERSON: ("user_name", "display_name", "email", "mobile_phone", "remarks", "path"),
        Kind.GROUP: ("group_name", "display_name", "remarks", "path"),
        Kind.MEMBERSHIP: ("group_name", "user_name"),
    }
)
"""The columns of a table, which are the parameters of the operation; what a kind is named by comes first."""
REQUIRED: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {Kind.PERSON: ("user_name",), Kind.GROUP: ("group_name",), Kind.MEMBERSHIP: ("group_name", "user_name")}
)
CREATE: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.PERSON: "create_user", Kind.GROUP: "create_group", Kind.MEMBERSHIP: "add_user_to_group"}
)
"""The operation that makes one."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that a file asks for.

    Attributes:
        line: where in the file it begins, from 1.
        params: of the operation; an absent one is not touched.
    """

    line: int
    kind: Kind
    params: Mapping[str, str]

    @property
    def name(self) -> str:
        """What it is about, in one word."""
        return "/".join(self.params.get(column, "") for column in REQUIRED[self.kind])


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that can't be imported, and why."""

    line: int
    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file holds.

    Attributes:
        records: in the order in which they are to be imported.
        faults: what is left out.
        remarks: what else its owner should know.
    """

    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()

    def only(self, kinds: frozenset[Kind]) -> Content:
        """The records of some kinds."""
        records = tuple(record for record in self.records if record.kind in kinds)
        return Content(records=records, faults=self.faults, remarks=self.remarks)


class UnreadableFile(Exception):
    """A file as a whole can't be imported; the message says why."""
