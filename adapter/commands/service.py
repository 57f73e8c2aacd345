"""`bindery service`: which services policies speak about, beside those that Bindery ships."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.caller import RequestContext
from adapter.commands.common import EXISTING_FILE, data_option, directory, json_option, print_json, remarks
from adapter.commands.definitions import definition_in
from adapter.installation.operator import alone, opened, write_down
from adapter.ldap import SERVICE
from adapter.operations import service_registry
from adapter.operations.services import Known
from adapter.services.definition import Service


@click.group()
def service() -> None:
    """Register the services that policies speak about.

    The editor, the simulator and decisions then know their actions.

    \b
    Example:
      bindery service register ecs.toml
    """


@service.command()
@click.argument("file", type=EXISTING_FILE)
@data_option
def register(file: Path, data: Path) -> None:
    """Register the service that FILE describes, in TOML or JSON.

    What was registered of it before is replaced.

    \b
    Example:
      bindery service register ecs.toml
    """
    _register(definition_in(file), data)


@service.command("import")
@click.argument("file", type=EXISTING_FILE)
@click.option("--title", help="What people call the service; its prefix when not given.")
@data_option
def import_(file: Path, title: str | None, data: Path) -> None:
    """Register a service from AWS's service reference in FILE.

    FILE is JSON, in the format in which AWS publishes the actions of its services.

    \b
    Example:
      bindery service import s3.json --title "Object storage"
    """
    _register(definition_in(file, title), data)


@service.command()
@click.argument("prefix")
@data_option
def remove(prefix: str, data: Path) -> None:
    """Remove what was registered of the service PREFIX.

    What Bindery ships of it counts again.

    \b
    Example:
      bindery service remove ecs
    """
    with directory(data) as settings, opened(settings) as (store, account, trail):
        with alone(prefix):
            service_registry.deregister(store, account, prefix)
        write_down(trail, account.account_id, "bindery:DeregisterService", {"prefix": prefix})
    remarks().print(f"{prefix} is registered no longer")


@service.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List the services that are registered.

    \b
    Example:
      bindery service list --json
    """
    with directory(data) as settings, opened(settings) as (store, account, _):
        found = [Known(each.prefix, each) for each in store.find(SERVICE, account)]
    found.sort(key=lambda each: each.prefix)
    if as_json:
        print_json([{"prefix": each.prefix, "title": each.title, "actions": _count(each)} for each in found])
        return
    if not found:
        remarks().print("No service is registered. AWS's own are known without that.")
    for each in found:
        title = each.title if each.registered else "what is registered can't be read"
        click.echo(f"{each.prefix:<24}  {_count(each):>5} actions  {title}")


def _count(known: Known) -> int:
    return len(known.registered.actions) if known.registered else 0


def _register(definition: Service, data: Path) -> None:
    prefix = definition.prefix
    with directory(data) as settings, opened(settings) as (store, account, trail):
        with alone(prefix):
            outcome = service_registry.register(store, account, definition, RequestContext().now)
        if outcome is not service_registry.Outcome.UNCHANGED:
            write_down(trail, account.account_id, "bindery:RegisterService", {"prefix": prefix})
    click.echo(f"{outcome:<9}  {prefix}")
    counts = f"actions: {len(definition.actions)}, types of resources: {len(definition.resource_types)}"
    remarks().print(f"{definition.title} ({counts})")
