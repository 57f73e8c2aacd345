"""Reads what a service says of itself: our own TOML or JSON, or AWS's service reference.

Ours, in TOML:

    prefix = "ecs"
    title = "Elastic Cloud Server"
    regions = ["eu-de", "eu-nl"]

    [resource_types.server]
    arns = ["arn:${Partition}:ecs:${Region}:${Account}:server/${ServerId}"]

    [actions.CreateServers]
    level = "Write"
    resource_types = ["server"]
    condition_keys = ["ecs:ImageId"]

    [condition_keys]
    "ecs:ImageId" = "String"

    [[resources]]
    type = "server"
    id = "web-1"
    properties = { owner = "alice" }

AWS's format is told from ours by its members, which begin with capital letters.

Source: AWS service reference information for programmatic access.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from adapter.services.checks import InvalidDefinition, hold_together
from adapter.services.definition import AccessLevel, Action, KnownResource, ResourceType, Service
from adapter.services.texts import read_table

Table = Mapping[str, Any]

_MEMBERS: Final = {
    "": frozenset({"prefix", "title", "regions", "actions", "resource_types", "condition_keys", "resources"}),
    "actions": frozenset({"level", "resource_types", "condition_keys"}),
    "resource_types": frozenset({"arns", "condition_keys"}),
    "resources": frozenset({"type", "id", "properties"}),
}
_AWS_LEVELS: Final = (
    ("IsPermissionManagement", AccessLevel.PERMISSIONS),
    ("IsTaggingOnly", AccessLevel.TAGGING),
    ("IsWrite", AccessLevel.WRITE),
    ("IsList", AccessLevel.LIST),
)


def read_definition(text: str, *, title: str | None = None) -> Service:
    """A service's definition.

    Args:
        text: JSON, or TOML.
        title: what people call the service, instead of what the text says.

    Raises:
        InvalidDefinition: says what is wrong, and where.
    """
    table = read_table(text)
    service = _from_aws(table) if "Name" in table else _ours(table)
    service = replace(service, title=title) if title else service
    hold_together(service)
    return service


def as_json(service: Service) -> str:
    """A definition in one spelling, as `read_definition` takes it."""
    table: dict[str, Any] = {"prefix": service.prefix, "title": service.title, "regions": list(service.regions)}
    table["actions"] = {
        action.name: {
            "level": action.level.value,
            "resource_types": list(action.resource_types),
            "condition_keys": list(action.condition_keys),
        }
        for action in (service.actions[name] for name in service.action_names)
    }
    table["resource_types"] = {
        kind.name: {"arns": list(kind.arns), "condition_keys": list(kind.condition_keys)}
        for kind in service.resource_types
    }
    table["condition_keys"] = dict(sorted(service.condition_keys.items()))
    table["resources"] = [{"type": one.type, "id": one.id, "properties": dict(one.properties)} for one in service.known]
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))


def _ours(table: Table) -> Service:
    _hold_to_members(table, "", "definition")
    actions = {name: _action(name, each) for name, each in _entries(table, "actions")}
    kinds = tuple(_kind(name, each) for name, each in _entries(table, "resource_types"))
    keys = table.get("condition_keys", {})
    if not isinstance(keys, dict):
        raise InvalidDefinition("condition_keys is not a table.")
    return Service(
        prefix=_text(table, "prefix", "definition"),
        title=_text(table, "title", "definition"),
        actions=actions,
        resource_types=kinds,
        condition_keys={name: str(kind) for name, kind in keys.items()},
        regions=_texts(table, "regions", "definition"),
        known=tuple(_known(table)),
    )


def _action(name: str, table: Table) -> Action:
    place = f"actions.{name}"
    _hold_to_members(table, "actions", place)
    level = table.get("level", AccessLevel.WRITE)
    if not isinstance(level, str) or level not in set(AccessLevel):
        raise InvalidDefinition(f"{place}.level has to be one of {', '.join(AccessLevel)}.")
    return Action(
        name=name,
        level=AccessLevel(level),
        resource_types=_texts(table, "resource_types", place),
        condition_keys=_texts(table, "condition_keys", place),
    )


def _kind(name: str, table: Table) -> ResourceType:
    place = f"resource_types.{name}"
    _hold_to_members(table, "resource_types", place)
    return ResourceType(
        name=name, arns=_texts(table, "arns", place), condition_keys=_texts(table, "condition_keys", place)
    )


def _known(table: Table) -> Iterator[KnownResource]:
    for number, each in enumerate(_list(table, "resources", "definition"), start=1):
        place = f"resources, number {number}"
        if not isinstance(each, dict) or not isinstance(each.get("properties", {}), dict):
            raise InvalidDefinition(f"{place} is not a table, or its properties are none.")
        _hold_to_members(each, "resources", place)
        yield KnownResource(_text(each, "type", place), _text(each, "id", place), each.get("properties", {}))


def _from_aws(table: Table) -> Service:
    """AWS's format, of which what Bindery has no use for is left out."""
    prefix = _text(table, "Name", "definition")
    actions: dict[str, Action] = {}
    for each in _list(table, "Actions", "definition"):
        action = _aws_action(_text(each, "Name", "Actions"), each)
        if action.name in actions:
            raise InvalidDefinition(f"Actions: {action.name[:80]} stands twice.")
        actions[action.name] = action
    kinds = tuple(
        ResourceType(
            name=_text(each, "Name", "Resources"),
            arns=_texts(each, "ARNFormats", "Resources"),
            condition_keys=_texts(each, "ConditionKeys", "Resources"),
        )
        for each in _list(table, "Resources", "definition")
    )
    types = {_text(each, "Name", "ConditionKeys"): next(iter(_texts(each, "Types", "ConditionKeys")), "String")
             for each in _list(table, "ConditionKeys", "definition")}  # fmt: skip
    return Service(prefix=prefix, title=prefix, actions=actions, resource_types=kinds, condition_keys=types)


def _aws_action(name: str, table: Table) -> Action:
    """An action in AWS's format, where some condition keys stand with the resources that they go with."""
    place = f"Actions, {name}"
    told = _within(_within(table, "Annotations"), "Properties")
    on = _list(table, "Resources", place)
    keys = [*_texts(table, "ActionConditionKeys", place), *(key for one in on for key in _keys_on(one, place))]
    return Action(
        name=name,
        level=next((level for flag, level in _AWS_LEVELS if told.get(flag) is True), AccessLevel.READ),
        resource_types=tuple(dict.fromkeys(_text(one, "Name", place) for one in on)),
        condition_keys=tuple(dict.fromkeys(keys)),
    )


def _keys_on(resource: Any, place: str) -> tuple[str, ...]:
    return _texts(resource, "ConditionKeys", place) if isinstance(resource, dict) else ()


def _within(table: Table, name: str) -> Table:
    """A table in a table; an empty one where there is none."""
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _hold_to_members(table: Any, kind: str, place: str) -> None:
    if not isinstance(table, dict):
        raise InvalidDefinition(f"{place} is not a table.")
    unknown = table.keys() - _MEMBERS[kind]
    if unknown:
        raise InvalidDefinition(f"{place}: nobody knows what {min(unknown)[:80]} means.")


def _entries(table: Table, name: str) -> Iterator[tuple[str, Table]]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise InvalidDefinition(f"{name} is not a table.")
    yield from found.items()


def _text(table: Any, name: str, place: str) -> str:
    value = table.get(name) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value:
        raise InvalidDefinition(f"{place}: {name} is missing.")
    return value


def _texts(table: Table, name: str, place: str) -> tuple[str, ...]:
    found = _list(table, name, place)
    if not all(isinstance(each, str) for each in found):
        raise InvalidDefinition(f"{place}: {name} is not a list of texts.")
    return tuple(found)


def _list(table: Table, name: str, place: str) -> list[Any]:
    found = table.get(name, [])
    if not isinstance(found, list):
        raise InvalidDefinition(f"{place}: {name} is not a list.")
    return found
