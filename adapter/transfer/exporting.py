"""Exporting: tables of people, groups and memberships, and the whole directory as LDIF that makes it again."""

from __future__ import annotations

import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from adapter.caller import Caller
from adapter.iam import Iam
from adapter.ldap import dn
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.operational import BOOKKEEPING
from adapter.server import PrivateServer, ldif
from adapter.server.backup import write_backup_of
from adapter.transfer.importing import listed
from adapter.transfer.records import COLUMNS, Kind
from adapter.transfer.sheets import table

_FIRST: Final = OBJECT_CLASS.lower()


def export_table(iam: Iam, caller: Caller, kind: Kind, target: IO[str]) -> int:
    """Writes a table of one kind; returns how many rows it has."""
    count = 0
    for count, line in enumerate(table(COLUMNS[kind], _ROWS[kind](iam, caller))):  # noqa: B007  # the header is no row
        target.write(line)
    return count


def _people(iam: Iam, caller: Caller) -> Iterator[Mapping[str, Any]]:
    return listed(iam, caller, "list_users", "users")


def _groups(iam: Iam, caller: Caller) -> Iterator[Mapping[str, Any]]:
    return listed(iam, caller, "list_groups", "groups")


def _memberships(iam: Iam, caller: Caller) -> Iterator[Mapping[str, Any]]:
    for group in _groups(iam, caller):
        name = group["group_name"]
        for user in listed(iam, caller, "get_group", "users", group_name=name):
            yield {"group_name": name, "user_name": user["user_name"]}


_ROWS: Final = {Kind.PERSON: _people, Kind.GROUP: _groups, Kind.MEMBERSHIP: _memberships}
"""Where the rows of a table come from."""


def export_everything(server: PrivateServer, path: Path) -> int:
    """Writes the whole directory as LDIF in a canonical order; returns how many entries it has.

    Raises:
        UnusableFolder: there is no directory yet.
        SlapdError: slapcat failed.
        OSError: the file can't be written; what was there before is untouched.
    """
    count = 0

    def fill(target: IO[bytes]) -> None:
        nonlocal count
        count = ldif.write(_entries(server, path.absolute().parent), target)

    write_backup_of(path, fill)
    return count


def _entries(server: PrivateServer, beside: Path) -> list[ldif.Entry]:
    """Everything, by way of a backup in a folder that is as private and as roomy as the export's own."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".export-") as folder:
        raw = Path(folder) / "raw.ldif"
        server.backup(raw)
        with raw.open(encoding="utf-8", newline="\n") as lines:
            return canonical(ldif.parse_lines(line.rstrip("\n") for line in lines))


def canonical(entries: Iterable[ldif.Entry], without: Container[str] = BOOKKEEPING) -> list[ldif.Entry]:
    """The entries without what only their server is interested in: parents first, everything in one order.

    Two directories that mean the same look the same, octet for octet.

    Args:
        entries: as a server has them.
        without: attributes that are left out, in lower case.
    """
    return sorted((_canonical(entry, without) for entry in entries), key=lambda entry: _place(entry.dn))


def _canonical(entry: ldif.Entry, without: Container[str]) -> ldif.Entry:
    kept = ((name, value) for name, value in entry.attributes if name.lower() not in without)
    return ldif.Entry(entry.dn, tuple(sorted(kept, key=lambda each: (each[0].lower() != _FIRST, *each))))


def _place(name: str) -> tuple[int, str]:
    normal = dn.normalise(name)
    return len(dn.parse(name)), normal
