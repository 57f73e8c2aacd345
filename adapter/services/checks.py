"""Holds a service's definition to what policies can name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from adapter.errors import IamError
from adapter.names import Arn
from adapter.services.definition import Service

_PREFIX: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_ACTION: Final = re.compile(r"[A-Za-z0-9_]{1,128}", re.ASCII)
_KIND: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_KEY: Final = re.compile(r"[A-Za-z0-9-]+:[ -~]{1,128}", re.ASCII)
_ARN: Final = re.compile(r"[!-~]{1,2048}", re.ASCII)
_REGION: Final = re.compile(r"[a-z0-9-]{2,32}", re.ASCII)
_LONGEST_TITLE: Final = 128
_LONGEST_ID: Final = 1024
_TYPES: Final = frozenset({
    "ARN", "ArrayOfARN", "ArrayOfString", "Binary", "Bool", "Date", "IPAddress", "Numeric", "String",
})  # fmt: skip
OURS: Final = frozenset({"iam", "sts", "bindery", "aws"})
"""What Bindery itself says; nobody registers it."""


class InvalidDefinition(IamError):
    """A definition is not written as it has to be; the message names the place."""

    code, status = "InvalidInput", 400


def hold_together(service: Service) -> None:
    """Refuses what could not be used: names that no policy can hold, and kinds of resources that nobody describes.

    Raises:
        InvalidDefinition: says what is wrong, and where.
    """
    _hold(_PREFIX, service.prefix, "prefix")
    if service.prefix in OURS:
        raise InvalidDefinition(f"prefix: {service.prefix} is Bindery's own.")
    if not service.title.isprintable() or len(service.title) > _LONGEST_TITLE:
        raise InvalidDefinition(f"title is longer than {_LONGEST_TITLE} characters, or can't be printed.")
    for region in service.regions:
        _hold(_REGION, region, "regions")
    for key, type_ in service.condition_keys.items():
        _hold(_KEY, key, "condition_keys")
        if type_ not in _TYPES:
            raise InvalidDefinition(f"condition_keys: {key} has to be of one of {', '.join(sorted(_TYPES))}.")
    _hold_kinds(service)


def _hold_kinds(service: Service) -> None:
    kinds = {kind.name for kind in service.resource_types}
    for kind in service.resource_types:
        _hold(_KIND, kind.name, "resource_types")
        for arn in kind.arns:
            _hold_arn(arn, f"resource_types.{kind.name}")
        _hold_each(_KEY, kind.condition_keys, f"resource_types.{kind.name}")
    for name, action in service.actions.items():
        _hold(_ACTION, name, "actions")
        _hold_each(_KEY, action.condition_keys, f"actions.{name}")
        unknown = set(action.resource_types) - kinds
        if unknown:
            raise InvalidDefinition(f"actions.{name}: there is no resource type {min(unknown)}.")
    for one in service.known:
        if one.type not in kinds:
            raise InvalidDefinition(f"resources: there is no resource type {one.type[:80]!r}.")
        if not one.id.isprintable() or len(one.id) > _LONGEST_ID:
            raise InvalidDefinition(f"resources: an id is longer than {_LONGEST_ID} characters, or can't be printed.")


def _hold(pattern: re.Pattern[str], text: str, place: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidDefinition(f"{place}: {text[:80]!r} can't be used.")


def _hold_each(pattern: re.Pattern[str], texts: Iterable[str], place: str) -> None:
    for text in texts:
        _hold(pattern, text, place)


def _hold_arn(text: str, place: str) -> None:
    _hold(_ARN, text, place)
    try:
        Arn.parse(text)
    except ValueError as error:
        raise InvalidDefinition(f"{place}: {error}.") from error
