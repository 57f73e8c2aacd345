"""What the commands share: the data folder's option, how they speak, how they fail."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])

SERVICE_DATA = Path("/var/lib/bindery")


def default_data() -> Path:
    """Where data goes when nobody says: the system's place for services as root, else the user's own data folder.

    Source: Filesystem Hierarchy Standard 3.0, 5.8; XDG Base Directory Specification.
    """
    if os.geteuid() == 0:
        return SERVICE_DATA
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


def output() -> Console:
    """Where results go. Made anew, because tests and pipes change what standard output is."""
    return Console(highlight=False, soft_wrap=True)


def remarks() -> Console:
    """Where everything goes that is not the result."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Writes a result for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
