"""Findings on policies that only those can make who know the services: actions that there are not."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from adapter.policy import Document, Finding, Severity
from adapter.policy.match import compile_text
from adapter.policy.templates import parse_pattern
from adapter.services.registry import Services

_COMPLETE: Final = frozenset({"iam", "sts"})
"""Shipped services whose actions are all known; of others some are no operations and stand in no model."""


def unknown_actions(document: Document, services: Services) -> Iterator[Finding]:
    """A finding for each action, or pattern of actions, that its service does not have."""
    for statement in document.statements:
        for text in statement.actions:
            prefix, _, name = text.partition(":")
            known = services.actions(prefix.lower()) if services.is_registered(prefix) or prefix in _COMPLETE else ()
            if known and not _means_any(name, known):
                yield _finding(statement.index, prefix, name, known)


def _means_any(name: str, known: tuple[str, ...]) -> bool:
    test = compile_text(parse_pattern(name.lower()))
    return any(test(action.lower()) for action in known)


def _finding(index: int, prefix: str, name: str, known: tuple[str, ...]) -> Finding:
    near = get_close_matches(name, known, n=1)
    return Finding(
        Severity.WARNING,
        "UNKNOWN_ACTION",
        f"Statement[{index}].Action",
        f"The service {prefix} has no action {name[:128]}.",
        f"Did you mean {prefix}:{near[0]}?" if near else "Check the name; the statement means nothing as it is.",
    )
