"""`bindery backup`, `restore` and `demo`: what is in a data folder."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.commands.common import (
    EXISTING_FILE,
    NEW_FILE,
    answers_within,
    data_option,
    door,
    private_server,
    remarks,
    wait_option,
)
from adapter.installation.demo import load_demo
from adapter.installation.folder import Installation
from adapter.server.tree import DEMO_PASSWORD, DEMO_USERS


@click.command()
@click.argument("file", type=NEW_FILE)
@data_option
def backup(file: Path, data: Path) -> None:
    """Write all entries to FILE as LDIF.

    A name that ends in .gz is compressed. The server may run meanwhile.

    The master key is not in it: keep DIR/master.key apart, because access keys can't be read without it.

    \b
    Example:
      bindery backup /backup/bindery-$(date +%F).ldif.gz
    """
    private_server(Installation(data), "back it up with its own tools (slapcat).").backup(file)
    remarks().print(f"Wrote {file} ({file.stat().st_size:,} bytes).")


@click.command()
@click.argument("file", type=EXISTING_FILE)
@data_option
@click.option("--overwrite", is_flag=True, help="Put the backup in the place of the directory that is there.")
def restore(file: Path, data: Path, overwrite: bool) -> None:
    """Load all entries from a backup FILE.

    When anything is wrong with it, nothing changes. The server must be stopped.

    \b
    Example:
      bindery restore --overwrite /backup/bindery-2026-11-20.ldif.gz
    """
    private_server(Installation(data), "load it with its own tools (slapadd).").restore(file, overwrite)
    remarks().print(f"Restored {file} into {data}. Its master key belongs at {data / 'master.key'}.")


@click.command()
@data_option
@wait_option
def demo(data: Path, wait: float) -> None:
    """Load the demo: five people and their groups. The server may run or be stopped; what is there stays.

    Their password is known to everybody: nothing that others can reach should hold them.

    \b
    Example:
      bindery demo --data /tmp/try-out
    """
    installation = Installation(data)
    server = private_server(installation, "people whose password everybody knows do not belong there.")
    if answers_within(installation.settings.socket_path, wait):
        with door(data, None, "bindery demo") as (iam, caller):
            load_demo(iam, caller, installation.suffix)
    else:
        with server:
            server.prepare(installation.bootstrap(demo=True), demo=True)
    remarks().print(f"{', '.join(DEMO_USERS)} can sign in with the password {DEMO_PASSWORD}.")
