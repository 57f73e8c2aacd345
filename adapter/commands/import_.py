"""`bindery import`: people, groups and memberships from CSV and LDIF, or everything from an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click
from rich.text import Text

from adapter.commands.common import (
    EXISTING_FILE,
    NEW_FILE,
    WORDS,
    account_option,
    apply_option,
    data_option,
    door,
    json_option,
    kind_option,
    output,
    print_json,
    private_server,
    remarks,
    yes_option,
)
from adapter.commands.progress import progress
from adapter.installation.folder import Installation
from adapter.transfer.importing import Import, Preview, read_content
from adapter.transfer.journal import Journal, Outcome
from adapter.transfer.records import Fault, Kind

_SOME_FAILED: Final = 3
"""The exit code that says that some lines could not be imported."""
_LDIF: Final = frozenset({".ldif", ".ldi"})
_SHOWN: Final = 10


@click.command(
    "import",
    epilog="Exit codes: 0 done; 1 it failed; 2 wrong usage; 3 some lines failed, the result file says which and why; "
    "130 interrupted, run it again to go on.",
)
@click.argument("file", type=EXISTING_FILE)
@data_option
@kind_option(Kind.PERSON, "Import users.")
@kind_option(Kind.GROUP, "Import groups.")
@kind_option(Kind.MEMBERSHIP, "Import who is in which group.")
@click.option("--everything", is_flag=True, help="Load a whole `bindery export` into an empty data folder.")
@account_option("Into which account")
@click.option("--update", is_flag=True, help="Give users and groups that are there the file's details.")
@apply_option
@yes_option
@click.option(
    "--result",
    type=NEW_FILE,
    help="Where to write what became of each line; FILE.result.csv by default.",
)
@json_option
@click.pass_context
def import_(context: click.Context, /, **options: Any) -> None:
    """Import people, groups and memberships from FILE.

    It takes all that the file holds, or what the options name.

    FILE is CSV whose first line names the columns (user_name display_name email mobile_phone remarks path; group_name
    display_name remarks path; group_name user_name), or LDIF of another directory when its name ends in .ldif. What is
    there stays as it is. Each line is a call that is checked and written to the event history like any other, and what
    became of it goes to the result file at once: after an interruption, run it again to go on. Passwords are not taken
    over. With --everything the server must be stopped.

    \b
    Examples:
      bindery import people.csv
      bindery import people.csv --apply
      bindery import old-directory.ldif --groups --memberships --apply --yes
      bindery import --everything everything.ldif.gz --data /srv/new
    """
    if options["everything"]:
        _load_everything(options)
        return
    file: Path = options["file"]
    octets = file.read_bytes()
    content = read_content(octets, as_ldif=file.suffix.lower() in _LDIF)
    if options["kinds"]:
        content = content.only(frozenset(options["kinds"]))
    with door(options["data"], options["account_id"], "bindery import") as (iam, caller):
        context.exit(_import(Import(iam, caller, content), octets, options))


def _load_everything(options: dict[str, Any]) -> None:
    if options["kinds"] or options["update"]:
        raise click.UsageError("--everything goes with none of --people, --groups, --memberships and --update")
    instead = "load it with its own tools (slapadd)."
    private_server(Installation(options["data"]), instead).restore(options["file"])
    key = options["data"] / "master.key"
    if options["as_json"]:
        print_json({"loaded": str(options["file"]), "data": str(options["data"])})
    else:
        remarks().print(f"Loaded {options['file']} into {options['data']}. Its master key belongs at {key}.")


def _import(work: Import, octets: bytes, options: dict[str, Any]) -> int:
    preview = work.preview()
    if not options["as_json"]:
        _show(preview)
    if not options["is_for_real"]:
        _tell(preview, {}, None, as_json=options["as_json"])
        return _SOME_FAILED if preview.faults else 0
    if not options["yes"]:
        click.confirm(f"Import {preview.total:,} lines?", abort=True, err=True)
    path = options["result"] or options["file"].with_name(f"{options['file'].name}.result.csv")
    with Journal(path, octets) as journal:
        with progress("Importing") as told:
            work.run(journal, told, update=options["update"])
        earlier = preview.total - sum(journal.outcomes.values()) + len(preview.faults)
        outcomes = {outcome.value: journal.outcomes[outcome] for outcome in Outcome} | {"done_before": earlier}
    _tell(preview, outcomes, path, as_json=options["as_json"])
    return _SOME_FAILED if journal.outcomes[Outcome.FAILED] else 0


def _show(preview: Preview) -> None:
    show = output()
    for kind, words in WORDS.items():
        if preview.new[kind] or preview.there[kind]:
            show.print(f"{preview.new[kind]:>9,} {words} to import, {preview.there[kind]:,} are there")
    if preview.faults:
        show.print(Text(f"{len(preview.faults):>9,}", "yellow"), "can't be imported:")
        for fault in preview.faults[:_SHOWN]:
            show.print(f"          line {fault.line}: {fault.name}: {fault.message}")
        if len(preview.faults) > _SHOWN:
            show.print(f"          … and {len(preview.faults) - _SHOWN:,} more")
    for remark in preview.remarks:
        show.print(f"          {remark}")


def _tell(preview: Preview, outcomes: dict[str, int], result: Path | None, *, as_json: bool) -> None:
    if as_json:
        print_json(_described(preview) | ({"outcomes": outcomes, "result": str(result)} if result else {}))
    elif result is None:
        output().print("Nothing has been changed: --apply does it.")
    else:
        counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in outcomes.items() if count)
        output().print(f"{counts or 'nothing'}. What became of each line is in {result}.")


def _described(preview: Preview) -> dict[str, Any]:
    return {
        "new": {words: preview.new[kind] for kind, words in WORDS.items()},
        "there": {words: preview.there[kind] for kind, words in WORDS.items()},
        "faults": [_fault(fault) for fault in preview.faults],
        "remarks": list(preview.remarks),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "name": fault.name, "message": fault.message}
