"""`bindery doctor`: whether everything is in order, and what to do if not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from adapter.commands.common import data_option, output, print_json
from adapter.installation.doctor import Finding, Verdict, examine
from adapter.installation.folder import Installation

_MARKS = {
    Verdict.FINE: "[green]✓ fine[/green]",
    Verdict.WARNING: "[yellow]! look[/yellow]",
    Verdict.FAILED: "[red]✗ failed[/red]",
}


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Write the findings for a program to read.")
@click.pass_context
def doctor(context: click.Context, data: Path, as_json: bool) -> None:
    """Check the installation and say what to do; nothing is changed.

    Looks at the server program, the data folder, permissions of files, the master key, whether the directory
    answers, its schema and access rules, TLS and the clock. Exit code 1 when a check failed.

    \b
    Example:
      bindery doctor --json | jq '.[] | select(.verdict != "fine")'
    """
    findings = examine(Installation(data).settings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    context.exit(any(finding.verdict is Verdict.FAILED for finding in findings))


def _show(findings: list[Finding]) -> None:
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        words = f"{finding.message}\n[bold]{finding.advice}[/bold]" if finding.advice else finding.message
        table.add_row(_MARKS[finding.verdict], finding.check, words)
    output().print(table)
