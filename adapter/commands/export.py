"""`bindery export`: people, groups and memberships as tables, or everything as LDIF."""

from __future__ import annotations

from io import TextIOWrapper
from pathlib import Path

import click

from adapter.commands.common import (
    NEW_FILE,
    WORDS,
    account_option,
    data_option,
    door,
    json_option,
    kind_option,
    print_json,
    private_server,
    remarks,
)
from adapter.files import whole_file
from adapter.installation.folder import Installation
from adapter.transfer.exporting import export_everything, export_table
from adapter.transfer.records import Kind


@click.command(epilog="Exit codes: 0 done; 1 it failed, and no file was written; 2 wrong usage; 130 interrupted.")
@click.argument("file", type=NEW_FILE)
@data_option
@kind_option(Kind.PERSON, "A table of users as CSV.")
@kind_option(Kind.GROUP, "A table of groups as CSV.")
@kind_option(Kind.MEMBERSHIP, "Who is in which group, as CSV.")
@account_option("Whose tables")
@json_option
def export(*, file: Path, data: Path, kinds: tuple[Kind, ...], account_id: str | None, as_json: bool) -> None:
    """Write people, groups, memberships or everything to FILE.

    Everything is what it writes without an option. The server may run or be stopped.

    The tables are CSV that `bindery import` reads. Everything is LDIF of all accounts that makes the same directory
    again: ids, policies, keys, passwords (as hashes) and times stay; `bindery import --everything` loads it into an
    empty data folder. Two exports of the same content are the same file. It is for you alone (mode 0600), and does not
    hold the master key, without which access keys can't be read.

    \b
    Examples:
      bindery export --people people.csv
      bindery export everything.ldif.gz
    """
    if len(kinds) > 1:
        raise click.UsageError("FILE holds one table: --people, --groups or --memberships")
    kind = kinds[0] if kinds else None
    count = _export_everything(file, data) if kind is None else _export_table(file, data, kind, account_id)
    what = "entries" if kind is None else WORDS[kind]
    if as_json:
        print_json({"file": str(file), "what": what, "count": count})
    else:
        remarks().print(f"Wrote {count:,} {what} to {file}.")


def _export_everything(file: Path, data: Path) -> int:
    instead = "its own tools can dump all of it (slapcat). Tables can be exported: --people, --groups, --memberships."
    return export_everything(private_server(Installation(data), instead), file)


def _export_table(file: Path, data: Path, kind: Kind, account_id: str | None) -> int:
    with door(data, account_id, "bindery export") as (iam, caller), whole_file(file) as octets:
        text = TextIOWrapper(octets, encoding="utf-8", newline="")
        count = export_table(iam, caller, kind, text)
        text.detach()
    return count
