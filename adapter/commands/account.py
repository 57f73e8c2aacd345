"""`bindery account`: several accounts in one directory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from adapter.commands.common import data_option, directory, json_option, print_json, remarks
from adapter.installation.accounts import AccountSummary, NewAccount, create_account, list_accounts


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def account() -> None:
    """Keep several accounts in one directory.

    They share nothing but the server and the system-defined policies.

    \b
    Example:
      bindery account list
    """


@account.command()
@data_option
@click.option("--email", required=True, help="The root user's e-mail address, which it signs in with.")
@click.option("--alias", help="A name for the sign-in page, beside the account's number.")
@click.option("--id", "account_id", metavar="DIGITS", help="The account's number; at random when it is not given.")
@json_option
def create(data: Path, email: str, alias: str | None, account_id: str | None, as_json: bool) -> None:
    """Make an account with its root user.

    The root user's password and access key are shown this once. The server may run or be stopped.

    \b
    Example:
      bindery account create --alias workshop --email root@workshop.example
    """
    with directory(data) as settings:
        made = create_account(settings, email=email, alias=alias, account_id=account_id)
    if as_json:
        print_json(asdict(made))
    else:
        _show_new(made)


@account.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List the accounts. The server may run or be stopped.

    \b
    Example:
      bindery account list --json | jq -r '.[].account_id'
    """
    with directory(data) as settings:
        found = list_accounts(settings)
    if as_json:
        print_json([asdict(account) for account in found])
    else:
        _show(found)


def _show_new(made: NewAccount) -> None:
    rows = {
        "account": made.account_id,
        "alias": made.alias or "-",
        "root user's e-mail": made.root_email,
        "root user's password": made.root_password,
        "root user's access key": made.root_access_key_id,
        "its secret": made.root_secret_access_key,
    }
    _print_rows(rows.items())
    remarks().print("Note the secrets: nobody can show them again.")


def _show(found: list[AccountSummary]) -> None:
    _print_rows((each.account_id, each.alias or "-", each.root_email or "-", each.dn) for each in found)


def _print_rows(rows: Iterable[tuple[str, ...]]) -> None:
    """Rows in columns, however wide they become: what is cut off can't be copied."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
