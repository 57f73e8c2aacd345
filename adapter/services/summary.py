"""What several policies let somebody do, taken together: service by service, on which resources, and only if what.

Actions are told apart, resources and conditions are not: what is allowed on some resources counts as allowed, and only
a denial of everything, always, takes something away. The simulator answers the exact question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from adapter.policy import Document, Statement
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.access import EVERY_SERVICE
from adapter.services.definition import AccessLevel
from adapter.services.registry import Services

_EVERYTHING: Final = "*"
_WILDCARDS: Final = frozenset("*?")


class Loss(StrEnum):
    """What is missing of what statements allow."""

    DENIED = "denied"
    PARTLY_DENIED = "partly denied"
    OUTSIDE = "outside the boundary"
    PARTLY_OUTSIDE = "partly outside the boundary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What statements with the same resources and conditions say of one service.

    Attributes:
        prefix: of the service's actions; `*` for every service.
        title: the service's name.
        allows: False for an explicit deny.
        is_full: every action of the service is left.
        levels: which kinds of access are left; True where all actions of the kind are.
        actions: the patterns themselves, without the service.
        excepted: actions that are left out (NotAction).
        resources: patterns of the resources; a leading `not ` for NotResource.
        conditions: the keys that conditions ask about.
        policies: names of those that say so.
        losses: what is missing of it.
    """

    prefix: str
    title: str
    allows: bool
    is_full: bool
    levels: Mapping[AccessLevel, bool]
    actions: tuple[str, ...]
    excepted: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]
    policies: tuple[str, ...]
    losses: tuple[Loss, ...]


@dataclass(slots=True)
class _Group:
    statements: list[Statement] = field(default_factory=list)
    policies: dict[str, None] = field(default_factory=dict)


_Key = tuple[bool, str, tuple[str, ...], tuple[str, ...]]
"""Whether it allows, the service's prefix, resources, condition keys."""


def summary(
    policies: Sequence[tuple[str, Document]], limits: Sequence[Document] | None, services: Services
) -> tuple[Grant, ...]:
    """Takes policies together.

    Args:
        policies: names and documents.
        limits: of the boundary; None where there is none.
        services: those that are known.

    Returns:
        What is allowed, by the service's name, all services first; then what is denied.
    """
    groups: dict[_Key, _Group] = {}
    for name, document in policies:
        for statement in document.statements:
            for prefix in dict.fromkeys(_prefixes(statement)):
                group = groups.setdefault(_key(statement, prefix), _Group())
                group.statements.append(statement)
                group.policies[name] = None
    reckoning = _Reckoning([document for _, document in policies], limits, services)
    grants = [reckoning.grant(key, group) for key, group in groups.items()]
    return tuple(sorted(grants, key=lambda one: (not one.allows, one.prefix != EVERY_SERVICE, one.title.casefold())))


def denies_always(statement: Statement) -> bool:
    """Whether a statement denies its actions on everything, whatever the circumstances."""
    everywhere = statement.resources is not None and _EVERYTHING in statement.resources and not statement.not_resource
    return not statement.allows and everywhere and not statement.conditions


def _is_open(statement: Statement) -> bool:
    return statement.allows and not statement.not_action and _EVERYTHING in statement.actions


def _prefixes(statement: Statement) -> Iterator[str]:
    for action in statement.actions:
        prefix, _, name = action.partition(":")
        is_general = statement.not_action or not name or _WILDCARDS & set(prefix)
        yield EVERY_SERVICE if is_general else prefix.lower()


def _key(statement: Statement, prefix: str) -> _Key:
    resources = [f"not {one}" if statement.not_resource else one for one in statement.resources or ()]
    keys = sorted({clause.key for clause in statement.conditions}, key=str.lower)
    return statement.allows, prefix, tuple(sorted(resources)), tuple(keys)


class _Reckoning:
    """Counts what is left of each group of statements, one service at a time."""

    def __init__(self, documents: Sequence[Document], limits: Sequence[Document] | None, services: Services) -> None:
        self._statements = [each for document in documents for each in document.statements]
        self._limits = None if limits is None else [each for document in limits for each in document.statements]
        self._services = services
        self._universes: dict[str, frozenset[str]] = {}

    def grant(self, key: _Key, group: _Group) -> Grant:
        """What a group of statements comes to."""
        allows, prefix, resources, conditions = key
        universe = self._universe(prefix)
        named = frozenset().union(*(_meant(each, prefix, universe) for each in group.statements))
        left, losses = self._left(prefix, named) if allows else (named, ())
        patterns = [
            action
            for each in group.statements
            for action in each.actions
            if prefix == EVERY_SERVICE or action.lower().startswith(f"{prefix}:")
        ]
        excepted = [action for each in group.statements if each.not_action for action in each.actions]
        is_named_full = any(each.partition(":")[2] in {"", _EVERYTHING} for each in patterns) and not excepted
        is_known = bool(self._services.actions(prefix))
        return Grant(
            prefix=prefix,
            title="All services" if prefix == EVERY_SERVICE else self._services.title(prefix),
            allows=allows,
            is_full=(left == universe) if is_known else is_named_full and not losses,
            levels=self._levels(prefix, left, is_whole=is_known),
            actions=tuple(dict.fromkeys(_short(each, prefix) for each in patterns)),
            excepted=tuple(dict.fromkeys(excepted)),
            resources=resources,
            conditions=conditions,
            policies=tuple(group.policies),
            losses=losses,
        )

    def _universe(self, prefix: str) -> frozenset[str]:
        """The names of the actions that there are: of a service that is not known, those that are named."""
        if prefix not in self._universes:
            named = (each.partition(":") for one in self._statements for each in one.actions)
            found = self._services.actions(prefix) or [name for of, _, name in named if of.lower() == prefix]
            self._universes[prefix] = frozenset(found or (_EVERYTHING,))
        return self._universes[prefix]

    def _left(self, prefix: str, named: frozenset[str]) -> tuple[frozenset[str], tuple[Loss, ...]]:
        denied = _union(filter(denies_always, self._statements), prefix, named)
        left = named - denied
        losses = [Loss.PARTLY_DENIED if left else Loss.DENIED] if denied else []
        if self._limits is not None and left:
            within = left if prefix == EVERY_SERVICE else self._within(self._limits, prefix, left)
            if within != left or (prefix == EVERY_SERVICE and not any(map(_is_open, self._limits))):
                losses.append(Loss.PARTLY_OUTSIDE if within else Loss.OUTSIDE)
            left = within
        return left, tuple(losses)

    def _within(self, limits: Sequence[Statement], prefix: str, names: frozenset[str]) -> frozenset[str]:
        allowed = _union((each for each in limits if each.allows), prefix, names)
        return allowed - _union(filter(denies_always, limits), prefix, names)

    def _levels(self, prefix: str, left: frozenset[str], *, is_whole: bool) -> dict[AccessLevel, bool]:
        """The kinds of access; of a service that is not known, what names begin with tells them, and none is whole."""
        if prefix == EVERY_SERVICE:
            return {}
        known = self._services.actions_by_level(prefix)
        if not is_whole:
            guesses = {self._services.level(prefix, name) for name in left if not name.startswith(("*", "?"))}
            return {level: False for level in AccessLevel if level in guesses}
        return {level: left.issuperset(names) for level, names in known.items() if not left.isdisjoint(names)}


def _short(action: str, prefix: str) -> str:
    return action if prefix == EVERY_SERVICE else action.partition(":")[2]


def _union(statements: Iterable[Statement], prefix: str, names: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(_meant(each, prefix, names) for each in statements))


def _meant(statement: Statement, prefix: str, names: frozenset[str]) -> frozenset[str]:
    """Those of some actions of a service that a statement is about."""
    tests = [compile_text(parse_pattern(text.lower())) for text in statement.actions if _may_mean(text, prefix)]
    matched = frozenset(name for name in names if any(test(f"{prefix}:{name}".lower()) for test in tests))
    return names - matched if statement.not_action else matched


def _may_mean(text: str, prefix: str) -> bool:
    of = text.partition(":")[0].lower()
    return of == prefix or bool(_WILDCARDS & set(of))
