"""`bindery`, the operator's command. People use the console, scripts use the API."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from adapter.commands.account import account
from adapter.commands.adopt import adopt
from adapter.commands.common import remarks
from adapter.commands.data import backup, demo, restore
from adapter.commands.doctor import doctor
from adapter.commands.export import export
from adapter.commands.import_ import import_
from adapter.commands.init import init
from adapter.commands.policy import policy
from adapter.commands.policy_install import install
from adapter.commands.reader import reader
from adapter.commands.service import service
from adapter.commands.up import up
from adapter.crypto.sealing import SealingError
from adapter.errors import IamError, ServiceUnavailable
from adapter.installation.folder import UnusableSetting
from adapter.installation.up import AddressTaken
from adapter.installation.variables import misspelt
from adapter.installation.webserver import WebServerError
from adapter.ldap.foreign import ForeignServerError
from adapter.server import InvalidBackup, SlapdError, UnusableFolder
from adapter.transfer.records import UnreadableFile

INTERRUPTED = 130
"""What a shell reports for a program that Ctrl-C ended."""

_EXPECTED = (
    AddressTaken,
    ForeignServerError,
    IamError,
    InvalidBackup,
    OSError,
    SealingError,
    SlapdError,
    UnreadableFile,
    UnusableFolder,
    UnusableSetting,
    WebServerError,
)
"""Failures whose own message says what is wrong; anything else is a fault of ours and shows its traceback."""


class _Commands(click.Group):
    """Commands whose expected failures are one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the chosen command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(_hush()) from None
        except _EXPECTED as error:
            raise click.ClickException(_words(error)) from error


def _words(error: Exception) -> str:
    """A failure as a sentence; the system's own ones name the file that they are about."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, ServiceUnavailable):
        return f"{error} Which server, and why: bindery doctor."
    return str(error)


def _hush() -> int:
    """Nobody reads on (`| head`): what is still waiting to be written goes nowhere, without a complaint at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit codes: 0 done; 1 it failed, and the message says why; 2 wrong usage; 130 interrupted.",
)
@click.version_option(package_name="bindery", message="%(prog)s %(version)s")
def cli() -> None:
    """IAM that lives in your LDAP directory.

    \b
    Example: a directory and a console with demo data, on this machine only
      bindery up --demo
    """
    for sentence in misspelt(os.environ):
        remarks().print(sentence, markup=False)


policy.add_command(install)
for _command in (up, init, adopt, demo, account, reader, import_, export, backup, restore, doctor, policy, service):
    cli.add_command(_command)


def main() -> None:
    """The program's entry point: runs a command and turns what happened into an exit code."""
    # What the library warns of is in the commands' own words already.
    logging.getLogger("adapter").setLevel(logging.ERROR)
    try:
        sys.exit(cli.main(prog_name="bindery", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
