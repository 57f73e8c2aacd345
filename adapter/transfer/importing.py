"""Importing: what a file asks for, beside what is there, and the calls that make it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from adapter.caller import Caller
from adapter.errors import EntityAlreadyExists, IamError, NoSuchEntity, ServiceUnavailable, ValidationError
from adapter.iam import Iam
from adapter.operations.catalogue import CATALOGUE
from adapter.operations.parameters import check_parameters
from adapter.transfer.journal import Journal, Outcome
from adapter.transfer.ldif_file import read_ldif
from adapter.transfer.records import CREATE, Content, Fault, Kind, Record, UnreadableFile
from adapter.transfer.sheets import read_table

_UPDATE: Final = {Kind.PERSON: "update_user", Kind.GROUP: "update_group"}
_LISTS: Final = {Kind.PERSON: ("list_users", "users", "user_name"), Kind.GROUP: ("list_groups", "groups", "group_name")}
_MOST: Final = 1000

Told = Callable[[int, int], object]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do.

    Attributes:
        new, there: how many of each kind are to be made, and how many exist.
        faults: what is left out.
    """

    new: Counter[Kind]
    there: Counter[Kind]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many records an import would look at."""
        return self.new.total() + self.there.total()


def read_content(octets: bytes, *, as_ldif: bool) -> Content:
    """What a file holds.

    Raises:
        UnreadableFile: it is neither.
    """
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"The file is not text in UTF-8 (at its octet {error.start:,}).") from error
    if "\0" in text:
        raise UnreadableFile("The file is no text file.")
    return read_ldif(text) if as_ldif else read_table(text)


class Import:
    """The import of one file.

    Args:
        iam: the door.
        caller: the operator.
        content: what the file holds, of the kinds that are wanted.
    """

    def __init__(self, iam: Iam, caller: Caller, content: Content) -> None:
        self._iam = iam
        self._caller = caller
        checked = [(record, _complaint(record)) for record in content.records]
        self.records = tuple(record for record, complaint in checked if complaint is None)
        self.faults = (*content.faults, *(Fault(r.line, r.name, words) for r, words in checked if words is not None))
        self._remarks = content.remarks

    def preview(self) -> Preview:
        """What it would do; nothing changes."""
        new, old = Counter[Kind](), Counter[Kind]()
        for record in self.records:
            (old if record.name.casefold() in self._there[record.kind] else new)[record.kind] += 1
        return Preview(new=new, there=old, faults=self.faults, remarks=self._remarks)

    def run(self, journal: Journal, told: Told, *, update: bool = False) -> None:
        """Does it, as far as an earlier run has not; what is refused is written down, and the next record follows.

        Args:
            journal: the result file.
            told: is told of each record.
            update: what is there gets the file's details.

        Raises:
            ServiceUnavailable: the directory is gone; run it again when it is back.
        """
        for fault in self.faults:
            journal.note_fault(fault)
        for number, record in enumerate(self.records, 1):
            if not journal.has(record):
                journal.note(record, *self._carried_out(record, update))
            told(number, len(self.records))

    def _carried_out(self, record: Record, update: bool) -> tuple[Outcome, str]:
        try:
            self._iam.execute(self._caller, CREATE[record.kind], record.params)
            return self._made(record), ""
        except EntityAlreadyExists:
            return self._met(record, update)
        except ServiceUnavailable:
            raise
        except IamError as error:
            return Outcome.FAILED, str(error)

    def _met(self, record: Record, update: bool) -> tuple[Outcome, str]:
        """What is done about somebody who is there."""
        if not update:
            return Outcome.EXISTS, ""
        params = dict(record.params)
        if "path" in params:
            params["new_path"] = params.pop("path")
        try:
            self._iam.execute(self._caller, _UPDATE[record.kind], params)
        except ServiceUnavailable:
            raise
        except IamError as error:
            return Outcome.FAILED, str(error)
        return Outcome.UPDATED, ""

    def _made(self, record: Record) -> Outcome:
        """Who is made a member twice is one without a word."""
        is_old = record.kind is Kind.MEMBERSHIP and record.name.casefold() in self._there[Kind.MEMBERSHIP]
        return Outcome.EXISTS if is_old else Outcome.CREATED

    @cached_property
    def _there(self) -> Mapping[Kind, frozenset[str]]:
        """The names, before anything is done, of what is there of the kinds that the file holds."""
        return {kind: frozenset(name.casefold() for name in self._names(kind)) for kind in Kind}

    def _names(self, kind: Kind) -> Iterator[str]:
        records = [record for record in self.records if record.kind is kind]
        if kind is Kind.MEMBERSHIP:
            for group in sorted({record.params["group_name"] for record in records}):
                yield from self._members(group)
        elif records:
            operation, members, name = _LISTS[kind]
            yield from (item[name] for item in listed(self._iam, self._caller, operation, members))

    def _members(self, group: str) -> Iterator[str]:
        with suppress(NoSuchEntity):  # … yet
            users = listed(self._iam, self._caller, "get_group", "users", group_name=group)
            yield from (f"{group}/{user['user_name']}" for user in users)


def listed(iam: Iam, caller: Caller, operation: str, members: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Everything that a list operation lists, page by page."""
    marker: dict[str, str] = {}
    while True:
        answer = iam.execute(caller, operation, {"max_items": _MOST, **params, **marker})
        yield from answer[members]
        if not answer.get("is_truncated"):
            return
        marker = {"marker": answer["marker"]}


def _complaint(record: Record) -> str | None:
    """What the operation will have against a record's form."""
    row = CATALOGUE[CREATE[record.kind]]
    try:
        check_parameters(row.service, row.wire_name, record.params)
    except ValidationError as error:
        return str(error)
    return None
