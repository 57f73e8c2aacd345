"""`bindery doctor`: whether everything is in order, and what to do if not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import click
from rich.table import Table
from rich.text import Text

from adapter.commands.common import data_option, directory, json_option, output, print_json, remarks
from adapter.installation.doctor import Finding, Verdict, examine
from adapter.installation.folder import Installation
from adapter.installation.sweep import FOUND, MENDED, Swept, sweep
from adapter.settings import Settings

_MARKS = {
    Verdict.FINE: Text("✓ fine", "green"),
    Verdict.WARNING: Text("! look", "yellow"),
    Verdict.FAILED: Text("✗ failed", "red"),
}
_OUTCOMES = {FOUND: _MARKS[Verdict.WARNING], MENDED: Text("✓ mended", "green")}
_STOPPED = 130


@click.command()
@data_option
@json_option
@click.option("--sweep", "sweeps", is_flag=True, help="Look for what LDAP tools have left behind in the directory.")
@click.option("--mend", is_flag=True, help="Besides --sweep: put right what can be; without it nothing is changed.")
@click.pass_context
def doctor(context: click.Context, *, data: Path, as_json: bool, sweeps: bool, mend: bool) -> None:
    """Check the installation and say what to do; nothing is changed.

    Looks at the server program, the data folder, permissions of files, the master key, whether the directory
    answers, its schema and access rules, TLS and the clock. Exit code 1 when a check failed.

    With --sweep it looks through the directory instead: members that are gone, credentials of users who are, references
    to nothing, policy documents that can't be read, ids and numbers that two have, POSIX numbers that are missing,
    applications that see what is no more. --mend puts that right, one guarded change after the other; it may be
    stopped at any moment. Exit code 0 when nothing is left, 1 when something is, 130 when it was stopped.

    \b
    Examples:
      bindery doctor --json | jq '.[] | select(.verdict != "fine")'
      bindery doctor --sweep
      bindery doctor --sweep --mend --json
    """
    if mend and not sweeps:
        raise click.UsageError("--mend goes with --sweep")
    if sweeps:
        with directory(data) as settings:
            context.exit(_sweep(settings, mend=mend, as_json=as_json))
    findings = examine(Installation(data).settings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    context.exit(any(finding.verdict is Verdict.FAILED for finding in findings))


def _sweep(settings: Settings, *, mend: bool, as_json: bool) -> int:
    """Sweeps and shows what there is, as far as it came; gives the exit code."""
    swept: list[Swept] = []
    with remarks().status("Looking through the directory …") as status, _stopped_between() as stopped:
        for each in sweep(settings, mend=mend, tell=lambda what: status.update(f"Looking at {what} …")):
            swept.append(each)
            if stopped.is_set():
                break
    if as_json:
        print_json([each.plain for each in swept])
    else:
        _show_swept(swept, mend=mend)
    return _STOPPED if stopped.is_set() else int(any(each.is_left for each in swept))


@contextmanager
def _stopped_between() -> Iterator[threading.Event]:
    """Takes Ctrl-C for the wish to stop after what is being done; a second one stops at once."""
    wish = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if wish.is_set():
            raise KeyboardInterrupt
        wish.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)


def _show_swept(swept: list[Swept], *, mend: bool) -> None:
    table = Table.grid(padding=(0, 2))
    for each in swept:
        table.add_row(_OUTCOMES.get(each.outcome, _MARKS[Verdict.FAILED]), each.problem.kind, _words(each))
    output().print(table if swept else "Nothing to mend.")
    if swept and not mend and any(each.problem.mend for each in swept):
        output().print("\nNothing has been changed. --mend puts right what can be.")


def _words(each: Swept) -> Text:
    failure = "" if each.outcome in _OUTCOMES else each.outcome
    return _advised(f"{each.problem.dn}\n{each.problem.message}", failure)


def _show(findings: list[Finding]) -> None:
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        table.add_row(_MARKS[finding.verdict], finding.check, _advised(finding.message, finding.advice))
    output().print(table)


def _advised(message: str, advice: str) -> Text:
    """What there is, and below it what stands out: what to do, or why it could not be done."""
    return Text.assemble(message, (f"\n{advice}" if advice else "", "bold"))
