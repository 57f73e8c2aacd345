"""`bindery init`: getting a directory ready that Bindery does not own, and leaving it as it was."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from adapter.adoption.installing import Plan, carry_out, make_plan, write_settings
from adapter.adoption.plan import State
from adapter.adoption.removal import Removal, plan_removal, remove
from adapter.adoption.target import Administrator, Doors, Target, whole_uri
from adapter.commands.common import EXISTING_FILE, NEW_FILE, data_option, output, print_json, remarks, yes_option
from adapter.commands.first_start import show_secrets
from adapter.commands.progress import progress
from adapter.files import write_whole
from adapter.installation.folder import text_in
from adapter.server.bootstrap import note_shown, read_unshown

_LEFT_TO_DO = 3
"""The exit code that says that an administrator has something to do."""
_MARKS = {
    State.THERE: Text("✓", "green"),
    State.MISSING: Text("+", "yellow"),
    State.UNKNOWN: Text("?", "yellow"),
}


@click.command(
    epilog="Exit codes: 0 done, or nothing to do; 1 it failed; 2 wrong usage; 3 an administrator has to act."
)
@data_option
@click.option("--ldap-uri", required=True, metavar="URI", help="The server: ldap://, ldaps:// or ldapi://.")
@click.option("--bind-dn", metavar="DN", help="Who may write the tree; without it, who runs this (ldapi only).")
@click.option("--password-file", type=EXISTING_FILE, help="Its password; asked for when not given.")
@click.option("--config-uri", metavar="URI", help="Where cn=config is changed, if elsewhere (such as ldapi:///).")
@click.option("--config-dn", metavar="DN", help="Who may change cn=config.")
@click.option("--config-password-file", type=EXISTING_FILE, help="Its password; asked for when not given.")
@click.option("--ca-file", type=EXISTING_FILE, help="Certificate authorities that the server is verified against.")
@click.option("--suffix", metavar="DN", help="Below which suffix Bindery is to live, if the server has several.")
@click.option("--users", metavar="DN", help="Where people are [default: ou=people, if it is there; else anywhere].")
@click.option("--groups", metavar="DN", help="Where groups are [default: ou=groups, likewise].")
@click.option("--new-users", metavar="DN", help="Where new people go [default: where people are].")
@click.option("--new-groups", metavar="DN", help="Where new groups go [default: where groups are].")
@click.option("--print", "print_ldif", is_flag=True, help="Print what cn=config lacks as LDIF, and change nothing.")
@click.option("--ldif", "ldif_file", type=NEW_FILE, help="The same, into a file.")
@click.option("--remove", "is_removal", is_flag=True, help="Export the IAM data, then take away what was added.")
@click.option("--keep-people", is_flag=True, help="Besides --remove: leave people and groups that Bindery made.")
@yes_option
@click.option("--json", "as_json", is_flag=True, help="Write the plan for a program to read, and change nothing.")
@click.pass_context
def init(context: click.Context, /, **options: Any) -> None:
    """Get an OpenLDAP server ready that Bindery does not own.

    Shows what the server lacks, asks, and adds it: schema, overlays, indexes and access rules in cn=config, and entries
    below ou=iam. What is there stays as it is. Where nobody may change cn=config, --ldif writes what its
    administrator has to apply. It can be run again, and be interrupted at any moment.

    Afterwards `bindery adopt` finds the people and groups, and `bindery up` runs the web server alone.

    \b
    Examples:
      bindery init --ldap-uri ldapi:/// --config-uri ldapi:/// --bind-dn cn=admin,dc=example,dc=org
      bindery init --ldap-uri ldap://127.0.0.1 --bind-dn cn=admin,dc=example,dc=org --ldif for-the-admin.ldif
      bindery init --ldap-uri ldapi:/// --config-uri ldapi:/// --bind-dn cn=admin,dc=example,dc=org --remove
    """
    target = _target(**options)
    with Doors(target) as doors:
        if options["is_removal"]:
            context.exit(_remove(target, doors, options))
        plan = make_plan(target, doors, os.environ)
        context.exit(_install(plan, doors, options))


def _install(plan: Plan, doors: Doors, options: dict[str, Any]) -> int:
    if options["as_json"]:
        print_json(_described(plan))
        return 0 if plan.is_done else _LEFT_TO_DO
    if options["print_ldif"] or options["ldif_file"]:
        return _hand_over(plan, options["ldif_file"])
    _show(plan)
    if plan.is_done:
        output().print("Nothing to do.")
        write_settings(plan)
        return 0
    if not options["yes"]:
        click.confirm("Do all this?", abort=True, err=True)
    with progress("Moving in"):
        refused = carry_out(plan, doors, _tell)
    _tell_settings(plan, write_settings(plan))
    return _LEFT_TO_DO if refused else 0


def _hand_over(plan: Plan, file: Path | None) -> int:
    """Writes down what is missing."""
    text = plan.text
    if file:
        write_whole(file, text.encode())
        remarks().print(f"Apply it as who may change cn=config: ldapmodify -c -f {file}. Then run this again.")
    else:
        click.echo(text, nl=False)
    if not text:
        remarks().print("Nothing is missing.")
    return _LEFT_TO_DO if text else 0


def _remove(target: Target, doors: Doors, options: dict[str, Any]) -> int:
    found = plan_removal(target, doors, keep_people=options["keep_people"])
    if options["as_json"]:
        print_json(found.described)
        return 0
    for line in found.lines:
        output().print(line)
    if not found.anything:
        output().print("Nothing of Bindery is there.")
        return 0
    if not options["yes"]:
        click.confirm("Export the IAM data and take all this away?", abort=True, err=True)
    with progress("Removing") as told:
        done: Removal = remove(found, doors, _tell, told)
    output().print(
        f"The IAM data is in {done.export}. The master key stays in {target.data}: without it, keys are lost."
    )
    return _LEFT_TO_DO if done.left else 0


def _target(**options: Any) -> Target:
    uri = whole_uri(options["ldap_uri"])
    config_uri = whole_uri(options["config_uri"]) if options["config_uri"] else None
    config_dn = options["config_dn"]
    data = Administrator(uri, options["bind_dn"], _password(options["bind_dn"], options["password_file"]))
    config = None
    if config_uri or config_dn:
        password = _password(config_dn, options["config_password_file"])
        config = Administrator(config_uri or uri, config_dn, password)
    chosen = ("data", "ca_file", "suffix", "users", "groups", "new_users", "new_groups")
    return Target(administrator=data, config=config, **{name: options[name] for name in chosen})


def _password(dn: str | None, file: Path | None) -> str | None:
    if dn is None:
        return None
    if file is not None:
        return text_in(file)
    if not sys.stdin.isatty():
        raise click.UsageError(f"Nobody can be asked for the password of {dn}: give a file that holds it")
    answer: str = click.prompt(f"Password of {dn}", hide_input=True, err=True)
    return answer


def _show(plan: Plan) -> None:
    table = Table.grid(padding=(0, 2))
    for item in plan.items:
        without = Text("" if item.state is State.THERE else f"without it: {item.without}", "dim")
        table.add_row(_MARKS[item.state], item.name, item.state.value, without)
    state = State.MISSING if plan.entries else State.THERE
    table.add_row(
        _MARKS[state], f"Entries below ou=iam,{plan.survey.suffix}", state.value, f"{len(plan.entries)} to add"
    )
    state = State.THERE if plan.adapter_works else State.MISSING
    table.add_row(_MARKS[state], "Bindery's own entry, with a password of its own", state.value, "")
    output().print(table)
    output().print(f"People are looked for below {plan.bases.users}, groups below {plan.bases.groups}.")
    if plan.survey.groups_need_members:
        output().print("Groups need a member there: an empty one gets a placeholder, which Bindery never shows.")


def _described(plan: Plan) -> dict[str, Any]:
    items = [
        {
            "item": item.name,
            "state": item.state.value,
            "needed": item.needed,
            "without": item.without,
            "ldif": [addition.text for addition in item.additions],
        }
        for item in plan.items
    ]
    return {
        "suffix": plan.survey.suffix,
        "users": plan.bases.users,
        "groups": plan.bases.groups,
        "items": items,
        "entries": [entry.dn for entry in plan.entries],
        "adapter_works": plan.adapter_works,
        "done": plan.is_done,
    }


def _tell(what: str, refusal: str) -> None:
    if refusal:
        output().print(Text("✗", "red"), f"{what}: {refusal}")
    else:
        output().print(_MARKS[State.THERE], what)


def _tell_settings(plan: Plan, settings: Path) -> None:
    show = output()
    data = plan.target.data
    shown = read_unshown(data)
    if shown:
        show_secrets(shown, data)
        note_shown(data)
    show.print(
        f"\nHow to reach the directory is in {settings}. Next: bindery adopt --data {data}; bindery up --data {data}"
    )
