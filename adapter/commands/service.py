"""`bindery service`: which services policies speak about, beside those that Bindery ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from adapter.caller import RequestContext
from adapter.commands.common import data_option, remarks
from adapter.errors import ConcurrentModification, NoSuchEntity, ServiceFailure
from adapter.installation.folder import Installation
from adapter.ldap import SERVICE, AlreadyThere, NotThere, Set, Stale, Store
from adapter.models import Account, RegisteredService
from adapter.services.definition import Service
from adapter.services.reading import as_json, read_definition
from adapter.trail.audit import AuditRecord, AuditTrail

_OPERATOR: Final = "operator"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def service() -> None:
    """Register the services that policies speak about: the editor, the simulator and decisions then know their actions.

    \b
    Example:
      bindery service register ecs.toml
    """


@service.command()
@click.argument("file", type=_FILE)
@data_option
def register(file: Path, data: Path) -> None:
    """Register the service that FILE describes, in TOML or JSON; what was registered of it before is replaced.

    \b
    Example:
      bindery service register ecs.toml
    """
    _register(read_definition(file.read_text(encoding="utf-8")), data)


@service.command("import")
@click.argument("file", type=_FILE)
@click.option("--title", help="What people call the service; its prefix when not given.")
@data_option
def import_(file: Path, title: str | None, data: Path) -> None:
    """Register the service that FILE describes in the format of AWS's service reference (JSON).

    \b
    Example:
      bindery service import s3.json --title "Object storage"
    """
    _register(read_definition(file.read_text(encoding="utf-8"), title=title), data)


@service.command()
@click.argument("prefix")
@data_option
def remove(prefix: str, data: Path) -> None:
    """Remove what was registered of the service PREFIX; what Bindery ships of it counts again.

    \b
    Example:
      bindery service remove ecs
    """
    with _opened(data) as (store, account, trail):
        installed = store.get(SERVICE, account, prefix)
        if installed is None:
            raise NoSuchEntity(f"No service is registered as {prefix}.")
        with _alone(prefix):
            store.delete(SERVICE, account, installed)
        _write_down(trail, account, "bindery:DeregisterService", prefix)
    remarks().print(f"{prefix} is registered no longer")


@service.command("list")
@click.option("--json", "as_json_", is_flag=True, help="Print one JSON array.")
@data_option
def list_(as_json_: bool, data: Path) -> None:
    """List the services that are registered.

    \b
    Example:
      bindery service list --json
    """
    with _opened(data) as (store, account, _):
        found = [read_definition(each.definition) for each in store.find(SERVICE, account)]
    found.sort(key=lambda each: each.prefix)
    if as_json_:
        rows = [{"prefix": each.prefix, "title": each.title, "actions": len(each.actions)} for each in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.prefix:<24}  {len(each.actions):>5} actions  {each.title}")


def _register(definition: Service, data: Path) -> None:
    text = as_json(definition)
    with _opened(data) as (store, account, trail):
        installed = store.get(SERVICE, account, definition.prefix)
        with _alone(definition.prefix):
            if installed is None:
                now = RequestContext().now
                record = RegisteredService(prefix=definition.prefix, definition=text, create_date=now)
                store.add(SERVICE, account, record)
            elif installed.definition != text:
                store.change(SERVICE, account, installed, Set("definition", text))
        if installed is None or installed.definition != text:
            _write_down(trail, account, "bindery:RegisterService", definition.prefix)
    state = "new" if installed is None else "unchanged" if installed.definition == text else "changed"
    click.echo(f"{state:<9}  {definition.prefix}")
    counts = f"actions: {len(definition.actions)}, types of resources: {len(definition.resource_types)}"
    remarks().print(f"{definition.title} ({counts})")


@contextmanager
def _alone(prefix: str) -> Iterator[None]:
    try:
        yield
    except (AlreadyThere, NotThere, Stale) as error:
        raise ConcurrentModification(f"Somebody else changed {prefix} meanwhile. Run the command again.") from error


@contextmanager
def _opened(data: Path) -> Iterator[tuple[Store, Account, AuditTrail]]:
    settings = Installation(data).settings
    store = Store.open(settings)
    try:
        accounts = store.accounts()
        if not accounts:
            raise ServiceFailure(f"There is no account below {settings.suffix}.")
        yield store, accounts[0], AuditTrail.of(settings)
    finally:
        store.close()


def _write_down(trail: AuditTrail, account: Account, event: str, prefix: str) -> None:
    context = RequestContext()
    trail.write(
        AuditRecord(
            time=context.now,
            request_id=context.request_id,
            account_id=account.account_id,
            actor=_OPERATOR,
            event=event,
            outcome="ok",
            params={"prefix": prefix},
        )
    )
