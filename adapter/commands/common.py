"""What the commands share: the data folder's option, a directory that answers, how they speak, how they fail."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rich.console import Console

from adapter import Caller, Iam, open_iam
from adapter.installation.folder import Installation, UnusableSetting
from adapter.installation.operator import opened, operator
from adapter.server import PrivateServer, UnusableFolder
from adapter.server.process import answers
from adapter.settings import Settings
from adapter.transfer.records import Kind

F = TypeVar("F", bound=Callable[..., Any])

_SERVICE_DATA = Path("/var/lib/bindery")
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WORDS: Final = {Kind.PERSON: "people", Kind.GROUP: "groups", Kind.MEMBERSHIP: "memberships"}
"""What commands call the kinds of records."""
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_STEP = 0.1


def default_data() -> Path:
    """Where data goes when nobody says: the system's place for services as root, else the user's own data folder.

    Source: Filesystem Hierarchy Standard 3.0, 5.8; XDG Base Directory Specification.
    """
    if os.geteuid() == 0:
        return _SERVICE_DATA
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "bindery"


def data_option(command: F) -> F:
    """Gives a command `--data DIR`."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="BINDERY_DATA",
        default=default_data,
        show_envvar=True,
        show_default="/var/lib/bindery as root, else ~/.local/share/bindery",
        help="The folder that holds directory, master key and audit log.",
    )(command)


def wait_option(command: F) -> F:
    """Gives a command `--wait SECONDS`."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="SECONDS",
        help="How long to wait for a server that is only just starting.",
    )(command)


def account_option(help_text: str) -> Callable[[F], F]:
    """Gives a command `--account ID`; what it says of it ends with which account it is by default."""
    return click.option(
        "--account", "account_id", metavar="ID", help=f"{help_text}; the first account when it is not given."
    )


def kind_option(kind: Kind, help_text: str) -> Callable[[F], F]:
    """Gives a command the option that names a kind: `--people`, `--groups` or `--memberships`."""
    return click.option(f"--{WORDS[kind]}", "kinds", multiple=True, flag_value=kind, type=Kind, help=help_text)


def json_option(command: F) -> F:
    """Gives a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write the answer for a program to read.")(command)


def yes_option(command: F) -> F:
    """Gives a command `--yes`."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)


def apply_option(command: F) -> F:
    """Gives a command `--apply`."""
    return click.option(
        "--apply", "is_for_real", is_flag=True, help="Do it. Without this, it only tells what it would do."
    )(command)


@contextmanager
def directory(data: Path, wait: float = 0.0) -> Iterator[Settings]:
    """The settings of a directory that answers, started for the time being if it is a private one that is stopped.

    Args:
        data: the data folder.
        wait: how many seconds a server that somebody else is starting may take.

    Raises:
        UnusableFolder: there is no directory in it.
    """
    installation = Installation(data)
    settings = installation.settings
    if settings.ldap_uris or answers_within(settings.socket_path, wait):
        yield settings
        return
    if installation.state is None:
        raise UnusableFolder(f"{data} holds no directory yet: make one (bindery up), or name its folder with --data")
    with PrivateServer(installation.server_config()) as server:
        server.prepare()
        server.start()
        yield settings


@contextmanager
def door(data: Path, account_id: str | None, program: str) -> Iterator[tuple[Iam, Caller]]:
    """The operations of a directory, and the operator of one of its accounts, who calls them.

    Args:
        data: the data folder.
        account_id: the first account when not given.
        program: the command, as the trail names it.

    Raises:
        NoSuchEntity: there is no such account.
    """
    with directory(data) as settings, closing(open_iam(settings)) as iam:
        with opened(settings, account_id) as (_, account, _):
            caller = operator(account, program)
        yield iam, caller


def private_server(installation: Installation, instead: str) -> PrivateServer:
    """The directory of a data folder as the server that Bindery itself runs.

    Args:
        installation: the data folder and the environment.
        instead: what is to be done where the directory is somebody else's.

    Raises:
        UnusableSetting: it is.
    """
    uris = installation.settings.ldap_uris
    if uris:
        raise UnusableSetting(f"The directory at {uris[0]} is not run by Bindery: {instead}")
    return PrivateServer(installation.server_config())


def answers_within(socket_path: Path, seconds: float) -> bool:
    """Whether the private server answers by then."""
    until = time.monotonic() + seconds
    while not answers(socket_path):
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP)
    return True


def output() -> Console:
    """Where results go. Made anew, because tests and pipes change what standard output is."""
    return _console(stderr=False)


def remarks() -> Console:
    """Where everything goes that is not the result."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    """Text stays as it is: in names, paths and what servers say brackets and colons are no markup and no pictures."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)


def print_json(value: object) -> None:
    """Writes a result for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
