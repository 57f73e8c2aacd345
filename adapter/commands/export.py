"""`bindery export`: people, groups and memberships as tables, or everything as LDIF."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from adapter import open_iam
from adapter.commands.common import data_option, directory, print_json, remarks
from adapter.installation.folder import Installation, UnusableSetting
from adapter.installation.operator import find_account, operator
from adapter.ldap import Store
from adapter.server import PrivateServer
from adapter.transfer.exporting import export_everything, export_table
from adapter.transfer.records import Kind


@click.command(epilog="Exit codes: 0 done; 1 it failed, and no file was written; 2 wrong usage; 130 interrupted.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
@click.option("--people", "kind", flag_value=Kind.PERSON, type=Kind, help="A table of users as CSV.")
@click.option("--groups", "kind", flag_value=Kind.GROUP, type=Kind, help="A table of groups as CSV.")
@click.option("--memberships", "kind", flag_value=Kind.MEMBERSHIP, type=Kind, help="Who is in which group, as CSV.")
@click.option("--account", "account_id", metavar="ID", help="Whose tables; the first account by default.")
@click.option("--json", "as_json", is_flag=True, help="Write the answer for a program to read.")
def export(*, file: Path, data: Path, kind: Kind | None, account_id: str | None, as_json: bool) -> None:
    """Write people, groups, memberships or, without an option, everything to FILE. The server may run or be stopped.

    The tables are CSV that `bindery import` reads. Everything is LDIF of all accounts that makes the same directory
    again: ids, policies, keys, passwords (as hashes) and times stay; `bindery import --everything` loads it into an
    empty data folder. Two exports of the same content are the same file. It is for you alone (mode 0600), and does not
    hold the master key, without which access keys can't be read.

    \b
    Examples:
      bindery export --people people.csv
      bindery export everything.ldif.gz
    """
    count = _export_everything(file, data) if kind is None else _export_table(file, data, kind, account_id)
    what = "entries" if kind is None else {Kind.PERSON: "people", Kind.GROUP: "groups"}.get(kind, "memberships")
    if as_json:
        print_json({"file": str(file), "what": what, "count": count})
    else:
        remarks().print(f"Wrote {count:,} {what} to {file}.")


def _export_everything(file: Path, data: Path) -> int:
    installation = Installation(data)
    if installation.settings.ldap_uris:
        raise UnusableSetting(
            "The directory at BINDERY_LDAP_URIS keeps passwords that only its own tools can dump (slapcat). Tables of "
            "it can be exported: --people, --groups, --memberships."
        )
    return export_everything(PrivateServer(installation.server_config()), file)


def _export_table(file: Path, data: Path, kind: Kind, account_id: str | None) -> int:
    """Writes beside the file first: an interruption leaves what was there."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with directory(data) as settings, closing(Store.open(settings)) as store, closing(open_iam(settings)) as iam:
        account = find_account(store, settings.suffix, account_id)
        caller = operator(account.account_id, account.dn, "bindery export")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as target:
                count = export_table(iam, caller, kind, target)
            temporary.replace(file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return count
