"""`bindery policy install`: brings an operator's own pack of system-defined policies into a running directory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import click

from adapter.caller import RequestContext
from adapter.commands.common import data_option, remarks
from adapter.errors import ConcurrentModification, ServiceFailure
from adapter.installation.folder import Installation
from adapter.ldap import SYSTEM_POLICY, AlreadyThere, Change, Clear, NotThere, Set, Stale, Store
from adapter.models import Account, Policy, PolicyVersion
from adapter.server.files import ldif_root
from adapter.server.packs import Fault, InvalidPack, SystemPolicy, load
from adapter.trail.audit import AuditRecord, AuditTrail

MAX_VERSIONS = 5
"""Versions kept of one policy (IAM quota "Versions per managed policy")."""

_EVENT = "bindery:InstallSystemPolicy"
_OPERATOR = "operator"


class State(StrEnum):
    """How a policy of a pack compares with what the directory holds."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Step:
    """What there is to do for one policy.

    Attributes:
        wanted: the policy as the pack has it.
        installed: the policy as the directory has it; None when it is not there.
        changes: what makes the one into the other.
    """

    wanted: SystemPolicy
    installed: Policy | None
    changes: tuple[Change, ...]

    @property
    def state(self) -> State:
        """What the step amounts to."""
        if self.installed is None:
            return State.NEW
        return State.CHANGED if self.changes else State.UNCHANGED


def plan(store: Store, account: Account, policies: Iterable[SystemPolicy], now: datetime) -> list[Step]:
    """Compares a pack with the directory; writes nothing.

    Args:
        account: any of the directory's accounts, as all of them share the system-defined policies.
        policies: the pack.
        now: when new versions come into force.
    """
    steps = []
    for wanted in policies:
        installed = store.get(SYSTEM_POLICY, account, wanted.policy_name)
        steps.append(Step(wanted, installed, tuple(_changes(installed, wanted, now)) if installed else ()))
    return steps


def carry_out(store: Store, account: Account, step: Step, now: datetime) -> None:
    """Writes what a step asks for; a step without changes writes nothing.

    Raises:
        ConcurrentModification: somebody else wrote the policy meanwhile.
    """
    try:
        if step.installed is None:
            store.add(SYSTEM_POLICY, account, _record(step.wanted, now))
        elif step.changes:
            store.change(SYSTEM_POLICY, account, step.installed, *step.changes)
    except (AlreadyThere, NotThere, Stale) as error:
        raise ConcurrentModification(
            f"Somebody else changed {step.wanted.policy_name} meanwhile. Run the command again: it goes on from there."
        ) from error


def load_addition(directory: Path) -> list[SystemPolicy]:
    """Reads a pack that is meant to stand beside Bindery's own.

    Raises:
        InvalidPack: it is not valid, or it has a policy of a name that Bindery's own pack has: the next upgrade would
            undo it.
    """
    policies = load(directory)
    shipped = {policy.policy_name.casefold() for policy in load(ldif_root() / "system-policies")}
    taken = [policy.policy_name for policy in policies if policy.policy_name.casefold() in shipped]
    if taken:
        message = "is one of Bindery's own system-defined policies: choose another name"
        raise InvalidPack([Fault(name, "PolicyName", message) for name in taken])
    return policies


def _changes(installed: Policy, wanted: SystemPolicy, now: datetime) -> Iterator[Change]:
    """A changed document becomes a new version and the default one, as AWS does it with its own policies."""
    if installed.path != wanted.path:
        yield Set("path", wanted.path)
    if (installed.description or "") != wanted.description:
        yield Set("description", wanted.description) if wanted.description else Clear("description")
    if not _say_the_same(installed.document, wanted.document):
        number = installed.last_version + 1
        version = PolicyVersion(version_id=f"v{number}", document=wanted.document, create_date=now)
        yield Set("versions", (version, *installed.versions)[:MAX_VERSIONS])
        yield Set("default_version_id", version.version_id)
        yield Set("last_version", number)


def _say_the_same(one: str, other: str) -> bool:
    """Whether two documents are equal as JSON; white space and the order of members are nothing to a policy."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def _record(wanted: SystemPolicy, now: datetime) -> Policy:
    version = PolicyVersion(version_id="v1", document=wanted.document, create_date=now, is_default_version=True)
    return Policy(
        policy_name=wanted.policy_name,
        policy_id=wanted.policy_id,
        arn=wanted.arn,
        path=wanted.path,
        create_date=now,
        update_date=now,
        description=wanted.description or None,
        default_version_id=version.version_id,
        versions=(version,),
        is_system=True,
    )


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option
@click.option("--dry-run", is_flag=True, help="Show what would be done, and write nothing.")
def install(directory: Path, data: Path, dry_run: bool) -> None:
    """Install the system-defined policies in DIR, one JSON file each, into the running directory.

    A file holds PolicyName, Path, Description and Document. Policies that are there already get what has changed: a
    new document becomes their default version, and everybody who has them attached is bound by it at once. Nothing
    is written when anything is wrong with the pack. To install it again does no harm.

    \b
    Example:
      bindery policy install --dry-run ./our-policies
    """
    try:
        policies = load_addition(directory)
    except InvalidPack as error:
        raise click.ClickException(f"Nothing was installed.\n{error}") from error
    now = datetime.now(UTC)
    with _opened(data) as (store, account, trail):
        steps = plan(store, account, policies, now)
        for step in steps:
            if not dry_run:
                carry_out(store, account, step, now)
                _write_down(trail, account, step)
            click.echo(f"{step.state:<9}  {step.wanted.arn}")
    count = Counter(step.state for step in steps)
    summary = ", ".join(f"{count[state]} {state}" for state in State)
    remarks().print(f"{summary}{' (dry run: nothing was written)' if dry_run else ''}")


@contextmanager
def _opened(data: Path) -> Iterator[tuple[Store, Account, AuditTrail]]:
    """The directory of a data folder, one of its accounts, and the trail that changes are written to.

    Raises:
        ServiceFailure: it holds no account.
    """
    settings = Installation(data).settings
    store = Store.open(settings)
    try:
        accounts = store.accounts()
        if not accounts:
            raise ServiceFailure(f"There is no account below {settings.suffix}.")
        yield store, accounts[0], AuditTrail.of(settings)
    finally:
        store.close()


def _write_down(trail: AuditTrail, account: Account, step: Step) -> None:
    if step.state is State.UNCHANGED:
        return
    context = RequestContext()
    trail.write(
        AuditRecord(
            time=context.now,
            request_id=context.request_id,
            account_id=account.account_id,
            actor=_OPERATOR,
            event=_EVENT,
            outcome="ok",
            resources=(step.wanted.arn,),
            params={"state": str(step.state), "document": step.wanted.document},
        )
    )
