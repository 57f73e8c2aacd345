"""The services that policies speak about: listing, describing, registering and removing them.

They are the same in every account. What concerns them all is changed by the directory's first account alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from adapter.errors import InvalidInput, NoSuchEntity, UnmodifiableEntity
from adapter.ldap import SERVICE
from adapter.models import RegisteredService
from adapter.names import PARTITION
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.resources import Params, Target
from adapter.operations.service_registry import deregister, outcome_of, register, revision_of
from adapter.operations.views import View
from adapter.services.catalogue import SHIPPED, shipped_service
from adapter.services.checks import OURS, InvalidDefinition
from adapter.services.definition import Service
from adapter.services.reading import as_json, read_definition

_log = logging.getLogger(__name__)

REGISTERED: Final = "Registered"
SHIPPED_BY_US: Final = "Shipped"


@dataclass(frozen=True)
class Known:
    """A service as the directory and Bindery know it.

    Attributes:
        record: what is registered; None for a service that is only shipped.
    """

    prefix: str
    record: RegisteredService | None = None

    @cached_property
    def registered(self) -> Service | None:
        """What is registered; None where nothing is, or where an LDAP tool wrote what nobody can read."""
        if self.record is None:
            return None
        try:
            return read_definition(self.record.definition)
        except InvalidDefinition as error:
            _log.warning("%s can't be read: %s", self.record.dn, error)
            return None

    @property
    def service(self) -> Service | None:
        """What counts: what is registered, or else what is shipped."""
        return self.registered or shipped_service(self.prefix)

    @property
    def title(self) -> str:
        """What people call it; its prefix when nothing is known of it."""
        return self.service.title if self.service else self.prefix

    def summary(self) -> View:
        """As it stands in a list."""
        service = self.service
        return {
            "prefix": self.prefix,
            "title": self.title,
            "source": REGISTERED if self.registered else SHIPPED_BY_US,
            "is_registered": self.record is not None,
            "is_readable": self.record is None or self.registered is not None,
            "is_shipped": self.prefix in SHIPPED,
            "can_be_registered": self.prefix not in OURS,
            "action_count": len(service.actions) if service else 0,
            "resource_type_count": len(service.resource_types) if service else 0,
            "create_date": self.record.create_date if self.record else None,
            "revision_id": revision_of(self.record),
        }


def a_service(call: Call, params: Params) -> Target:
    """The service that Prefix names."""
    return Target((f"arn:{PARTITION}:bindery::{call.account.account_id}:service/{params['prefix']}",))


def list_services(call: Call, *, text: str = "", source: str | None = None, page: Page) -> Result:
    """Lists services by prefix, all of them or those in whose prefix or title a text is found."""
    records = {record.prefix: record for record in call.store.find(SERVICE, call.account)}
    every = [Known(prefix, records.get(prefix)) for prefix in sorted({*SHIPPED, *records})]
    wanted = text.strip().casefold()
    found = [
        known
        for known in every
        if (wanted in known.prefix or wanted in known.title.casefold())
        and (source is None or (source == REGISTERED) is (known.record is not None))
    ]
    chosen, more = page.cut(found, lambda known: known.prefix)
    counts = {"total": len(found), "registered": len(records), "can_change": _can_change(call)}
    return {"services": [known.summary() for known in chosen]} | counts | more


def get_service(call: Call, *, prefix: str) -> Result:
    """Describes a service with its actions, kinds of resources, condition keys and regions.

    Raises:
        NoSuchEntity: there is none of that prefix.
    """
    known = _known(call, prefix)
    service = known.service
    if known.record is None and service is None:
        raise NoSuchEntity(f"There is no service {prefix}.")
    return {"service": known.summary() | (_details(service) if service else {}), "can_change": _can_change(call)}


def describe_service_entry(call: Call, *, prefix: str) -> Result:
    """A registered service's entry as LDIF.

    Raises:
        NoSuchEntity: none is registered under that prefix.
    """
    record = call.find(SERVICE, prefix)
    if record is None:
        raise NoSuchEntity(f"No service is registered as {prefix}.")
    return {"ldif": call.store.ldif(record)}


def describe_service_registration(call: Call, *, definition: str, title: str | None = None) -> Result:
    """Describes what registering a definition would change; changes nothing.

    Raises:
        InvalidDefinition: says what is wrong with it, and where.
    """
    wanted = read_definition(definition, title=title)
    known = _known(call, wanted.prefix)
    before = known.service or Service(prefix=wanted.prefix, title=wanted.prefix)
    return {
        "service": _details(wanted) | {"prefix": wanted.prefix, "title": wanted.title},
        "outcome": outcome_of(known.record, wanted).value,
        "replaces": before.title if known.service else None,
        "replaces_shipped": known.registered is None and known.service is not None,
        "revision_id": revision_of(known.record),
        "added_actions": sorted(wanted.actions.keys() - before.actions.keys()),
        "removed_actions": sorted(before.actions.keys() - wanted.actions.keys()),
        "changed_actions": sorted(_changed(before, wanted)),
        "can_change": _can_change(call),
    }


def register_service(
    call: Call, *, prefix: str, definition: str, title: str | None = None, revision_id: str | None = None
) -> Result:
    """Registers a service, or replaces what is registered of it.

    Args:
        call: the call.
        prefix: of the service.
        definition: TOML or JSON, or AWS's service reference.
        title: what people call the service, instead of what the definition says.
        revision_id: of what is to be replaced, as it was read; absent for whatever is there.

    Raises:
        InvalidDefinition: says what is wrong with the definition, and where.
        InvalidInput: it is another service's.
        ConcurrentModification: something else is registered than is to be replaced.
        UnmodifiableEntity: services belong to another account.
    """
    _hold_to_first(call)
    wanted = read_definition(definition, title=title)
    if wanted.prefix != prefix:
        raise InvalidInput(f"The definition is of the service {wanted.prefix}, not of {prefix}.")
    register(call.store, call.account, wanted, call.context.now, revision_id=revision_id)
    return {"service": _known(call, prefix).summary()}


def deregister_service(call: Call, *, prefix: str, revision_id: str | None = None) -> Result:
    """Removes what is registered of a service; what is shipped of it counts again.

    Raises:
        NoSuchEntity: nothing is registered.
        ConcurrentModification: something else is registered than is to be removed.
        UnmodifiableEntity: services belong to another account.
    """
    _hold_to_first(call)
    deregister(call.store, call.account, prefix, revision_id=revision_id)
    return {}


def _known(call: Call, prefix: str) -> Known:
    return Known(prefix, call.store.get(SERVICE, call.account, prefix))


def _details(service: Service) -> View:
    keys = service.all_condition_keys
    return {
        "regions": list(service.regions),
        "actions": [
            {
                "name": name,
                "access_level": action.level.value,
                "resource_types": list(action.resource_types),
                "condition_keys": list(action.condition_keys),
            }
            for name, action in sorted(service.actions.items())
        ],
        "resource_types": [
            {"name": kind.name, "arns": list(kind.arns), "condition_keys": list(kind.condition_keys)}
            for kind in service.resource_types
        ],
        "condition_keys": [{"name": name, "type": keys[name]} for name in keys],
        "known_resource_count": len(service.known),
        "definition": as_json(service),
    }


def _changed(before: Service, after: Service) -> Iterator[str]:
    """Actions that stay, and are of another level, or have other resources or keys."""
    return (
        name for name in before.actions.keys() & after.actions.keys() if before.actions[name] != after.actions[name]
    )


def _can_change(call: Call) -> bool:
    return call.store.is_first(call.account)


def _hold_to_first(call: Call) -> None:
    if not _can_change(call):
        raise UnmodifiableEntity("Services are the same in every account; only the first account changes them.")
