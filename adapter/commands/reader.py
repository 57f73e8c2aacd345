"""`bindery reader`: the entry that applications look people up with."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.commands.common import (
    NEW_FILE,
    account_option,
    data_option,
    directory,
    json_option,
    print_json,
    remarks,
    wait_option,
)
from adapter.installation.reader import new_reader_password, password_in, set_reader


@click.command()
@data_option
@account_option("Whose people it reads")
@click.option(
    "--password-file",
    type=NEW_FILE,
    envvar="BINDERY_READER_PASSWORD_FILE",
    show_envvar=True,
    help="Holds the password; made with a new one, for you alone, when it does not exist.",
)
@wait_option
@json_option
def reader(*, data: Path, account_id: str | None, password_file: Path | None, wait: float, as_json: bool) -> None:
    """Give applications an entry and a password to look people up with.

    The entry is cn=reader,ou=iam,SUFFIX; it is made when it is not there. Applications bind as it to look people and
    groups up. It reads what is public of them (and who is disabled), no secret and nothing below ou=iam, and changes
    nothing, its own password included. Without --password-file the password is shown this once. The one before it
    stops working at once. The server may run or be stopped.

    \b
    Examples:
      bindery reader
      bindery reader --password-file /etc/bindery/reader.secret
    """
    password = password_in(password_file) if password_file else new_reader_password()
    with directory(data, wait) as settings:
        made = set_reader(settings, password, account_id)
    shown = {} if password_file else {"password": made.password}
    if as_json:
        print_json({"account_id": made.account_id, "dn": made.dn} | shown)
        return
    for label, value in ({"bind DN": made.dn} | shown).items():
        click.echo(f"{label:<10}{value}")
    if shown:
        remarks().print("Note the password: nobody can show it again.")
