"""What a policy gives access to, service by service: the summary that people read instead of the document.

Source: IAM user guide, "Policy summary" and "Understanding access level summaries within policy summaries".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from adapter.policy import Document, Statement
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.catalogue import access_level
from adapter.services.definition import AccessLevel
from adapter.services.registry import Services

EVERY_SERVICE: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccess:
    """What one policy says of one service.

    Attributes:
        prefix: of the service's actions; `*` for every service.
        title: the service's name.
        allows: False for an explicit deny.
        is_full: every action is meant.
        is_inverted: every action but those that are named (NotAction).
        levels: which kinds of access; True where all actions of the kind are meant, False where some are.
        actions: the patterns themselves.
        resources: the patterns of the resources; a leading `not ` for NotResource.
        conditions: the keys that conditions ask about.
    """

    prefix: str
    title: str
    allows: bool
    is_full: bool
    is_inverted: bool
    levels: dict[AccessLevel, bool]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def words(self) -> str:
        """The access, such as `Full: List, Read · Limited: Write`."""
        if self.is_full:
            return "Full access"
        if self.is_inverted:
            return f"Everything but {len(self.actions)} named action{'s' if len(self.actions) > 1 else ''}"
        parts = []
        for label, wanted in (("Full", True), ("Limited", False)):
            names = [level.value for level, is_whole in self.levels.items() if is_whole is wanted]
            if names:
                parts.append(f"{label}: {', '.join(names)}")
        return " · ".join(parts) or "No action that is known"


@dataclass(slots=True)
class _Found:
    patterns: list[str] = field(default_factory=list)
    resources: dict[str, None] = field(default_factory=dict)
    conditions: dict[str, None] = field(default_factory=dict)
    is_inverted: bool = False


def service_accesses(document: Document, services: Services) -> tuple[ServiceAccess, ...]:
    """What a document says of each service; denials first, then by the service's name."""
    found: dict[tuple[bool, str], _Found] = {}
    for statement in document.statements:
        for prefix, pattern in _patterns(statement):
            one = found.setdefault((statement.allows, prefix), _Found())
            one.patterns.append(pattern)
            one.is_inverted = one.is_inverted or statement.not_action
            one.resources |= dict.fromkeys(_resources(statement))
            one.conditions |= dict.fromkeys(clause.key for clause in statement.conditions)
    views = [_view(services, allows, prefix, one) for (allows, prefix), one in found.items()]
    return tuple(sorted(views, key=lambda each: (each.allows, each.prefix != EVERY_SERVICE, each.title.casefold())))


def _patterns(statement: Statement) -> Iterator[tuple[str, str]]:
    """The service and the action of each pattern; NotAction concerns every service."""
    for action in statement.actions:
        prefix, _, name = action.partition(":")
        if statement.not_action or not name or "*" in prefix or "?" in prefix:
            yield EVERY_SERVICE, action
        else:
            yield prefix.lower(), name


def _resources(statement: Statement) -> Iterator[str]:
    for resource in statement.resources or ():
        yield f"not {resource}" if statement.not_resource else resource


def _view(services: Services, allows: bool, prefix: str, found: _Found) -> ServiceAccess:
    is_full = "*" in found.patterns and not found.is_inverted
    return ServiceAccess(
        prefix=prefix,
        title="All services" if prefix == EVERY_SERVICE else services.title(prefix),
        allows=allows,
        is_full=is_full,
        is_inverted=found.is_inverted,
        levels={} if is_full or found.is_inverted else _levels(services, prefix, found),
        actions=tuple(dict.fromkeys(found.patterns)),
        resources=tuple(found.resources),
        conditions=tuple(found.conditions),
    )


def _levels(services: Services, prefix: str, found: _Found) -> dict[AccessLevel, bool]:
    known = services.actions_by_level(prefix)
    if not known:
        return _guessed(found.patterns)
    tests = [compile_text(parse_pattern(pattern.lower())) for pattern in found.patterns]
    levels: dict[AccessLevel, bool] = {}
    for level, actions in known.items():
        matched = [action for action in actions if any(test(action.lower()) for test in tests)]
        if matched:
            levels[level] = len(matched) == len(actions)
    return levels


def _guessed(patterns: Iterable[str]) -> dict[AccessLevel, bool]:
    """Of a service whose actions are not known, what the patterns begin with tells the kind of access."""
    guesses = {access_level(pattern) for pattern in patterns if not pattern.startswith(("*", "?"))}
    return {level: False for level in AccessLevel if level in guesses}
