"""What a service says of itself: its actions, its kinds of resources, its condition keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any


class AccessLevel(StrEnum):
    """What an action lets somebody do, in AWS's words."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS = "Permissions management"
    TAGGING = "Tagging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of a service.

    Attributes:
        resource_types: the kinds of resources that it can be allowed on; none where it knows no resource.
        condition_keys: that its requests have, beside those that all requests have.
    """

    name: str
    level: AccessLevel
    resource_types: tuple[str, ...] = ()
    condition_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One kind of resource.

    Attributes:
        arns: what its ARNs look like, with places such as `${Account}` and `${ServerId}`.
        condition_keys: that requests for such a resource have.
    """

    name: str
    arns: tuple[str, ...]
    condition_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownResource:
    """A resource that a service has told of, so that searches find it."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service.

    Attributes:
        prefix: what its actions begin with.
        title: what people call it.
        condition_keys: the type of each of its own condition keys, such as `String`.
        regions: the codes of the regions where it is; none where it is everywhere.
        known: resources that it has told of.
    """

    prefix: str
    title: str
    actions: Mapping[str, Action] = field(default_factory=dict)
    resource_types: tuple[ResourceType, ...] = ()
    condition_keys: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    known: tuple[KnownResource, ...] = ()

    @cached_property
    def action_names(self) -> tuple[str, ...]:
        """The names of its actions, sorted."""
        return tuple(sorted(self.actions))

    @cached_property
    def by_level(self) -> Mapping[AccessLevel, tuple[str, ...]]:
        """The names of its actions by what kind of access they give; levels without actions are left out."""
        found: dict[AccessLevel, list[str]] = {level: [] for level in AccessLevel}
        for name in self.action_names:
            found[self.actions[name].level].append(name)
        return MappingProxyType({level: tuple(names) for level, names in found.items() if names})

    @cached_property
    def all_condition_keys(self) -> Mapping[str, str]:
        """The types of its own condition keys and of those that its actions and kinds of resources name, sorted."""
        named = {key for action in self.actions.values() for key in action.condition_keys}
        named |= {key for kind in self.resource_types for key in kind.condition_keys}
        return dict(sorted((dict.fromkeys(named, "String") | dict(self.condition_keys)).items()))

    @cached_property
    def known_by_id(self) -> Mapping[tuple[str, str], KnownResource]:
        """The resources that it has told of, by type and id."""
        return {(one.type, one.id): one for one in self.known}

    @property
    def arns(self) -> tuple[str, ...]:
        """What the ARNs of its resources look like."""
        return tuple(arn for kind in self.resource_types for arn in kind.arns)
