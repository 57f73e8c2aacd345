"""What the first start made up, shown this once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rich.table import Table

from adapter.commands.common import output

_SHOWN_ONCE: Final = {
    "BINDERY_ROOT_EMAIL": "root user's e-mail",
    "BINDERY_ROOT_PASSWORD": "root user's password",
    "BINDERY_ROOT_ACCESS_KEY_ID": "root user's access key",
    "BINDERY_ROOT_SECRET_ACCESS_KEY": "its secret",
}


def show_secrets(invented: Mapping[str, str], data: Path) -> None:
    """Shows what nobody has been shown yet; nothing where there is nothing.

    Args:
        invented: by variable.
        data: the data folder, which keeps it too.
    """
    shown = [(label, invented[name]) for name, label in _SHOWN_ONCE.items() if name in invented]
    if shown:
        show = output()
        show.print("\nMade at the first start and shown once:\n")
        show.print(grid(*shown))
        show.print(f"\nKept in {data / 'first-start.txt'}, for you alone: delete it once you have noted them.")


def grid(*rows: tuple[str, str]) -> Table:
    """What something is called, and what it is, in two columns."""
    table = Table.grid(padding=(0, 3), pad_edge=True)
    for row in rows:
        table.add_row(*row)
    return table
