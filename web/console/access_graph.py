"""The access graph: from a user over groups and policies to services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext

from web.console.boxes import Box, Column, Label, Picture, bottom, edge

DIRECTLY = "directly"
_GROUP: Final = "group "
_GAP: Final = 14
_MAX_BOXES: Final = 60

_THREE: Final = tuple(Column(x, 226, 21, _GAP) for x in (0, 310, 620))
"""User, groups, policies."""
_FOUR: Final = tuple(Column(x, 196, 18, _GAP) for x in (0, 256, 512, 768))
"""… and services."""

Labels = dict[str, Label]
"""By a key that edges refer to."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which one policy reaches the user.

    Attributes:
        policy: tells policies apart, also two inline policies of one name.
        via: `directly` or `group NAME`.
    """

    policy: str
    name: str
    via: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A service that a policy speaks of.

    Attributes:
        policy: as in `Way`.
        allows: False where the policy denies something of it.
    """

    policy: str
    service: str
    allows: bool


def draw(
    user: str, groups: Mapping[str, str], reaching: Iterable[Way], reached: Iterable[Reached] | None = None
) -> Picture | None:
    """Lays the graph out.

    Args:
        user: the user's name.
        groups: the labels of the user's groups, by name.
        reaching: how policies reach the user.
        reached: which services policies speak of; None leaves services out.

    Returns:
        None when there is nothing to draw, or too much to be read.
    """
    ways, services = list(dict.fromkeys(reaching)), list(dict.fromkeys(reached or ()))
    between = {f"{_GROUP}{name}": Label("group", label) for name, label in groups.items()}
    if any(way.via == DIRECTLY for way in ways):
        between[DIRECTLY] = Label("direct", gettext("Attached directly"))
    policies = {way.policy: Label("policy", way.name) for way in ways}
    labels: tuple[Labels, ...] = ({user: Label("user", user)}, between, policies, _service_labels(services))
    if sum(map(len, labels[1:])) not in range(1, _MAX_BOXES):
        return None
    columns = _THREE if reached is None else _FOUR
    placed, height = _place(labels, columns)
    edges = [edge(placed[0][user], box) for box in placed[1].values()]
    edges += [edge(placed[1][way.via], placed[2][way.policy]) for way in ways if way.via in placed[1]]
    edges += [edge(placed[2][one.policy], placed[3][_service_key(one)]) for one in services]
    boxes = tuple(box for column in placed for box in column.values())
    return Picture(boxes, tuple(edges), height, columns[-1].x + columns[-1].width)


def _service_labels(services: Iterable[Reached]) -> Labels:
    return {
        _service_key(one): Label("service", one.service)
        if one.allows
        else Label("denied", gettext("Deny: %(service)s", service=one.service))
        for one in sorted(services, key=lambda each: (each.allows, each.service.casefold()))
    }


def _service_key(one: Reached) -> str:
    return f"{one.allows} {one.service}"


def _place(labels: Iterable[Labels], columns: Iterable[Column]) -> tuple[list[dict[str, Box]], int]:
    """The columns side by side, each in the middle of the highest one, and how high that is."""
    placed = [(each, column.place(each.values())) for each, column in zip(labels, columns, strict=False)]
    height = max(bottom(boxes) for _, boxes in placed)
    return [
        {key: replace(box, y=box.y + (height - bottom(boxes)) // 2) for key, box in zip(keys, boxes, strict=True)}
        for keys, boxes in placed
    ], height
