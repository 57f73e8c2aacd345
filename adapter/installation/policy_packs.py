"""An operator's own packs of system-defined policies: what one would change in a directory, and the changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from adapter.installation.operator import alone
from adapter.ldap import SYSTEM_POLICY, Change, Clear, Set, Store
from adapter.models import Account, Policy, PolicyVersion
from adapter.server.files import ldif_root
from adapter.server.packs import Fault, InvalidPack, SystemPolicy, load, record

MAX_VERSIONS: Final = 5
"""Versions kept of one policy (IAM quota "Versions per managed policy")."""


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
    with alone(step.wanted.policy_name):
        if step.installed is None:
            store.add(SYSTEM_POLICY, account, record(step.wanted, now))
        elif step.changes:
            store.change(SYSTEM_POLICY, account, step.installed, *step.changes)


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
