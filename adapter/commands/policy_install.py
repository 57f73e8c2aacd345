"""`bindery policy install`: brings an operator's own pack of system-defined policies into a directory."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from adapter.commands.common import data_option, directory, remarks
from adapter.installation.operator import opened, write_down
from adapter.installation.policy_packs import State, carry_out, load_addition, plan
from adapter.server.packs import InvalidPack

_EVENT: Final = "bindery:InstallSystemPolicy"


@click.command()
@click.argument("pack", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option
@click.option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
def install(pack: Path, data: Path, dry_run: bool) -> None:
    """Install the system-defined policies in DIR, one JSON file each. The server may run or be stopped.

    A file holds PolicyName, Path, Description and Document. Policies that are there already get what has changed: a
    new document becomes their default version, and everybody who has them attached is bound by it at once. Nothing
    is written when anything is wrong with the pack. To install it again does no harm.

    \b
    Example:
      bindery policy install --dry-run ./our-policies
    """
    try:
        policies = load_addition(pack)
    except InvalidPack as error:
        raise click.ClickException(f"Nothing was installed.\n{error}") from error
    now = datetime.now(UTC)
    with directory(data) as settings, opened(settings) as (store, account, trail):
        steps = plan(store, account, policies, now)
        for step in steps:
            if not dry_run and step.state is not State.UNCHANGED:
                carry_out(store, account, step, now)
                told = {"state": str(step.state), "document": step.wanted.document}
                write_down(trail, account.account_id, _EVENT, told, (step.wanted.arn,))
            click.echo(f"{step.state:<9}  {step.wanted.arn}")
    count = Counter(step.state for step in steps)
    summary = ", ".join(f"{count[state]} {state}" for state in State)
    remarks().print(f"{summary}{' (dry run: nothing was written)' if dry_run else ''}")
