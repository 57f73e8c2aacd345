"""Findings that only those can make who know the services: actions and condition keys that there are not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from adapter.policy import Document, Finding, Severity, Statement
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.registry import Services

_COMPLETE: Final = frozenset({"iam", "sts", "bindery"})
"""Shipped services whose actions are all known; of others some are no operations and stand in no model."""
_PLACE: Final = re.compile(r"\$\{[^}]*\}")
"""What stands in a condition key for the key of a tag."""
_MOST_COMPARED: Final = 5_000
_MEANINGLESS: Final = "Check the name; the statement means nothing as it is."
_NEVER_THERE: Final = "Check the name; no request has this key."


class _Guesser:
    """Finds what somebody may have meant; compares so many names and no more, as that takes its time."""

    def __init__(self) -> None:
        self._left = _MOST_COMPARED

    def near(self, name: str, known: Collection[str]) -> str | None:
        """The known name that is most like another one; None when none is, or when there is no time left."""
        self._left -= len(known)
        return next(iter(get_close_matches(name, known, n=1)), None) if self._left >= 0 else None


def unknown_names(document: Document, services: Services) -> Iterator[Finding]:
    """A finding for each action (or pattern of actions) and each condition key that its service does not have."""
    guesser = _Guesser()
    for statement in document.statements:
        yield from _unknown_actions(statement, services, guesser)
        yield from _unknown_keys(statement, services, guesser)


def actions_of(document: Document, prefix: str) -> tuple[str, ...]:
    """The actions and patterns, without the service, by which a document speaks of one service."""
    named = (text.partition(":") for statement in document.statements for text in statement.actions)
    return tuple(dict.fromkeys(name for service, _, name in named if service.lower() == prefix and name))


def means_any(pattern: str, known: Iterable[str]) -> bool:
    """Whether an action, or a pattern of actions, means any of those that a service has."""
    test = compile_text(parse_pattern(pattern.lower()))
    return any(test(action.lower()) for action in known)


def _unknown_actions(statement: Statement, services: Services, guesser: _Guesser) -> Iterator[Finding]:
    for text in statement.actions:
        prefix, _, name = text.partition(":")
        is_complete = services.is_registered(prefix) or prefix.lower() in _COMPLETE
        known = services.actions(prefix.lower()) if is_complete else ()
        if known and not means_any(name, known):
            near = guesser.near(name, known)
            yield Finding(
                Severity.WARNING,
                "UNKNOWN_ACTION",
                f"Statement[{statement.index}].Action",
                f"The service {prefix} has no action {name[:128]}.",
                f"Did you mean {prefix}:{near}?" if near else _MEANINGLESS,
            )


def _unknown_keys(statement: Statement, services: Services, guesser: _Guesser) -> Iterator[Finding]:
    for clause in statement.conditions:
        prefix = clause.key.partition(":")[0].lower()
        known = services.condition_keys(prefix)
        if services.is_registered(prefix) and not _has_key(known, clause.key):
            near = guesser.near(clause.key, known)
            yield Finding(
                Severity.WARNING,
                "UNKNOWN_CONDITION_KEY",
                f"Statement[{statement.index}].Condition.{clause.operator}",
                f"The service {prefix} has no condition key {clause.key[:128]}.",
                f"Did you mean {near}?" if near else _NEVER_THERE,
            )


def _has_key(known: Iterable[str], key: str) -> bool:
    patterns = (".+".join(map(re.escape, _PLACE.split(each))) for each in known)
    return any(re.fullmatch(pattern, key, re.IGNORECASE) for pattern in patterns)
