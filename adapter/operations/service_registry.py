"""What is registered of services, in the directory: for the operations, and for the operator's command."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from adapter.errors import ConcurrentModification, NoSuchEntity
from adapter.ldap import SERVICE, AlreadyThere, Set, Stale, Store
from adapter.models import Account, RegisteredService
from adapter.services.checks import InvalidDefinition
from adapter.services.definition import Service
from adapter.services.reading import as_json
from adapter.services.texts import MOST_BYTES


class Outcome(StrEnum):
    """What registering a service does to what is there."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def revision_of(found: RegisteredService | None) -> str:
    """Names what is registered, and also that nothing is; another definition has another one."""
    return hashlib.sha256((found.definition if found else "").encode()).hexdigest()


def outcome_of(found: RegisteredService | None, definition: Service) -> Outcome:
    """What registering a definition would do to what is registered under its prefix."""
    text = kept(definition)
    if found is None:
        return Outcome.NEW
    return Outcome.UNCHANGED if found.definition == text else Outcome.CHANGED


def kept(definition: Service) -> str:
    """A definition as the directory keeps it.

    Raises:
        InvalidDefinition: it is too long in the one spelling that is kept.
    """
    text = as_json(definition)
    if len(text.encode()) > MOST_BYTES:
        raise InvalidDefinition(f"The definition is longer than {MOST_BYTES} bytes.")
    return text


def register(
    store: Store, account: Account, definition: Service, now: datetime, *, revision_id: str | None = None
) -> Outcome:
    """Registers a service, or replaces what is registered of it.

    Args:
        store: the directory.
        account: the directory's first one.
        definition: what the service says of itself.
        now: for a service that is not registered yet.
        revision_id: of what is to be replaced; absent for whatever is there.

    Raises:
        InvalidDefinition: it is too long.
        ConcurrentModification: something else is registered than is to be replaced.
        Stale: somebody else was faster.
    """
    found = store.get(SERVICE, account, definition.prefix)
    _hold_to_revision(found, definition.prefix, revision_id)
    outcome = outcome_of(found, definition)
    if found is None:
        record = RegisteredService(prefix=definition.prefix, definition=kept(definition), create_date=now)
        try:
            store.add(SERVICE, account, record)
        except AlreadyThere as error:
            raise Stale(error.message, error.code) from error
    elif outcome is Outcome.CHANGED:
        store.change(SERVICE, account, found, Set("definition", kept(definition)))
    return outcome


def deregister(store: Store, account: Account, prefix: str, *, revision_id: str | None = None) -> None:
    """Removes what is registered of a service.

    Raises:
        NoSuchEntity: nothing is.
        ConcurrentModification: something else is registered than is to be removed.
        Stale, NotThere: somebody else was faster.
    """
    found = store.get(SERVICE, account, prefix)
    if found is None:
        raise NoSuchEntity(f"No service is registered as {prefix}.")
    _hold_to_revision(found, prefix, revision_id)
    store.delete(SERVICE, account, found)


def _hold_to_revision(found: RegisteredService | None, prefix: str, revision_id: str | None) -> None:
    if revision_id is not None and revision_id != revision_of(found):
        raise ConcurrentModification(f"Somebody else has changed the service {prefix} meanwhile.")
