"""`bindery adopt`: people and groups that are there become users and groups."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click
from rich.text import Text

from adapter.adoption.adopting import Adoption, open_adoption
from adapter.adoption.maps import DEFAULT, InvalidMap, TreeMap, presets, read_map
from adapter.adoption.scan import BLOCKING, Findings
from adapter.commands.common import (
    EXISTING_FILE,
    apply_option,
    data_option,
    json_option,
    output,
    print_json,
    yes_option,
)
from adapter.commands.progress import progress
from adapter.installation.folder import Installation

_LEFT_OUT = 3
"""The exit code that says that some could not be adopted."""
_SHOWN = 5


@click.command(epilog="Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 some can't be adopted; 130 interrupted.")
@data_option
@click.option(
    "--preset",
    type=click.Choice(sorted(presets())),
    default=DEFAULT,
    show_default=True,
    help="What the tree looks like.",
)
@click.option(
    "--map",
    "map_file",
    type=EXISTING_FILE,
    help="A file that says what it looks like (as those of ldif/presets do).",
)
@apply_option
@click.option("--undo", is_flag=True, help="Take IAM off all adopted entries again, after exporting what they have.")
@yes_option
@json_option
@click.pass_context
def adopt(context: click.Context, /, **options: Any) -> None:
    """Turn a directory's people and groups into IAM users and groups.

    Looks below the bases that `bindery init` was given, and says how many there are and what stands in the way. With
    --apply it adds Bindery's classes to their entries and changes nothing else. It can be interrupted at any moment and
    run again: what has been adopted stays, what is new is added.

    \b
    Examples:
      bindery adopt --preset rfc2307
      bindery adopt --map ours.toml --apply
      bindery adopt --undo --apply
    """
    with closing(open_adoption(Installation(options["data"]).settings)) as adoption:
        if options["undo"]:
            context.exit(_undo(adoption, options))
        context.exit(_adopt(adoption, _tree(options), options))


def _tree(options: dict[str, Any]) -> TreeMap:
    try:
        return read_map(options["map_file"] or presets()[options["preset"]])
    except InvalidMap as error:
        raise click.UsageError(str(error)) from error


def _adopt(adoption: Adoption, tree: TreeMap, options: dict[str, Any]) -> int:
    found = adoption.look(tree)
    if not options["as_json"]:
        _show(found)
    wanted = len(found.users.new) + len(found.groups.new)
    done = 0
    if options["is_for_real"] and wanted:
        if not options["yes"]:
            click.confirm(f"Adopt {wanted:,} entries?", abort=True, err=True)
        with progress("Adopting") as told:
            done = adoption.adopt(tree, found, told)
    if options["as_json"]:
        print_json(_described(found) | {"done": done})
    elif options["is_for_real"]:
        output().print(f"{done:,} entries are adopted.")
    elif wanted:
        output().print("Nothing has been changed: --apply does it.")
    return _LEFT_OUT if found.blocked else 0


def _undo(adoption: Adoption, options: dict[str, Any]) -> int:
    entries = adoption.adopted()
    file = None
    if options["is_for_real"] and entries:
        if not options["yes"]:
            click.confirm(f"Take IAM off what was adopted (entries: {len(entries):,})?", abort=True, err=True)
        with progress("Undoing") as told:
            file = adoption.undo(entries, told)
    if options["as_json"]:
        print_json({"adopted": len(entries), "done": file is not None, "export": str(file) if file else None})
    elif file:
        output().print(f"What was adopted is as it was (entries: {len(entries):,}). What it had is in {file}.")
    else:
        output().print(f"Entries that are adopted: {len(entries):,}. Nothing has been changed: --undo --apply does it.")
    return 0


def _show(found: Findings) -> None:
    show = output()
    for words, kind in (("people", found.users), ("groups", found.groups)):
        show.print(f"{len(kind.new):>8,} {words} can be adopted, {len(kind.adopted):,} are, {kind.blocked:,} can't be.")
    for problem, count in found.problems.most_common():
        effect = "is left out" if problem in BLOCKING else "is adopted all the same"
        show.print(Text(f"{count:>8,}", "yellow"), f"{problem.value}; {effect}:")
        for example in found.examples[problem][:_SHOWN]:
            show.print(f"           {example}")
        if count > _SHOWN:
            show.print(f"           … and {count - _SHOWN:,} more (--json tells {len(found.examples[problem])})")


def _described(found: Findings) -> dict[str, Any]:
    kinds = {"users": found.users, "groups": found.groups}
    counts = {
        name: {"new": len(kind.new), "adopted": len(kind.adopted), "blocked": kind.blocked}
        for name, kind in kinds.items()
    }
    problems = [
        {
            "problem": problem.name.lower(),
            "words": problem.value,
            "blocks": problem in BLOCKING,
            "count": count,
            "examples": found.examples[problem],
        }
        for problem, count in found.problems.most_common()
    ]
    return {**counts, "problems": problems}
