"""`bindery policy`: policies get evaluated, tested and checked on the command line, without a directory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import get_args

import click

from adapter.commands.common import EXISTING_FILE
from adapter.commands.definitions import definition_in
from adapter.policy import Decision, Finding, Kind, MalformedDocument, Severity, check_document, evaluate, read_document
from adapter.policy.cases import evaluate_cases, parse_case
from adapter.services.lint import unknown_names
from adapter.services.registry import Services

_FILES = click.argument("files", nargs=-1, required=True, type=EXISTING_FILE)


@click.group()
def policy() -> None:
    """Evaluate, test and check policies; install system-defined ones.

    \b
    Example:
      bindery policy lint our-policies/*.json
    """


@policy.command("eval")
def evaluate_lines() -> None:
    """Answer case lines from standard input, one line each.

    A line that is no case is answered with {"error": …}; the next ones are answered all the same. A case is

    \b
      {"request": {"principal": ARN, "action": …, "resource": ARN, "resourceAccount": …?, "context": {…}?},
       "identityPolicies": [document, …], "permissionBoundaries": [document]?, "sessionPolicy": document?,
       "resourcePolicy": document?, "expected": decision?, "id": …?}

    on one line; what has a question mark may be left out.

    \b
    Example:
      bindery policy eval < cases.jsonl | jq -r .decision
    """
    for result in evaluate_cases(sys.stdin.buffer):
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


@policy.command("test")
@_FILES
def test_files(files: tuple[Path, ...]) -> None:
    """Compare the cases in FILES with what they expect.

    It tells what differs and why. A file has one case a line, as for `bindery policy eval`, with what its author
    expects of it: "expected": "Allowed", "ImplicitlyDenied" or "ExplicitlyDenied". Exit code 1 when one differs.

    \b
    Example:
      bindery policy test our-policies/*.jsonl
    """
    count = 0
    failures = 0
    for place, line in _lines(files):
        count += 1
        problem = _problem(line)
        if problem:
            failures += 1
            click.echo(f"{place}: {problem}")
    click.echo(f"cases: {count}, failed: {failures}")
    if failures:
        raise click.exceptions.Exit(1)


@policy.command("lint")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What the documents are; guessed by default.")
@click.option(
    "--service",
    "definitions",
    multiple=True,
    type=EXISTING_FILE,
    help="The definition of a service, as for `bindery service register`, whose actions and condition keys count.",
)
@_FILES
def lint_files(files: tuple[Path, ...], kind: Kind | None, definitions: tuple[Path, ...]) -> None:
    """Check policy documents; fail when AWS would refuse one.

    \b
    Example:
      bindery policy lint --kind trust roles/*.json
    """
    services = Services(definition_in(path) for path in definitions)
    refused = False
    for path in files:
        text = path.read_bytes()
        for finding in _findings(text, kind or _guess_kind(text), services):
            click.echo(f"{path}: {_finding_line(finding)}")
            refused = refused or finding.severity is Severity.ERROR
    if refused:
        raise click.exceptions.Exit(1)


def _findings(text: bytes, kind: Kind, services: Services) -> Iterator[Finding]:
    yield from check_document(text, kind=kind)
    with suppress(MalformedDocument):
        yield from unknown_names(read_document(text, kind=kind), services)


def _lines(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if line.strip():
                yield f"{path}:{number}", line


def _problem(line: bytes) -> str | None:
    """What is wrong with a case, if anything."""
    try:
        case = parse_case(line)
    except ValueError as error:
        return f"not a case: {error}"
    if case.expected is None:
        return "not a case: it does not say what is expected"
    decision = evaluate(case.request, case.policies)
    if decision.effect.value == case.expected:
        return None
    label = f"case {case.id}: " if case.id is not None else ""
    return f"{label}expected {case.expected}, got {decision.effect.value}\n{_reasons(decision)}"


def _reasons(decision: Decision) -> str:
    lines = [f"    {decision.sentence()}"]
    for layer in decision.layers:
        lines += [f"    denies: {ref}" for ref in layer.denies]
        lines += [f"    allows: {ref}" for ref in layer.allows]
        lines += [f"    silent: {miss}" for miss in layer.missed]
    return "\n".join(lines)


def _guess_kind(text: bytes) -> Kind:
    """Identity policies name no principal; trust policies are about sts actions alone."""
    try:
        document = read_document(text, kind="resource")
    except MalformedDocument:
        return "identity"
    actions = [action for statement in document.statements for action in statement.actions]
    return "trust" if all(action.lower().startswith("sts:") for action in actions) else "resource"


def _finding_line(finding: Finding) -> str:
    place = f"{finding.path}: " if finding.path else ""
    detail = f" ({finding.detail})" if finding.detail else ""
    return f"{finding.severity} {finding.code}: {place}{finding.message}{detail} {finding.fix}"
