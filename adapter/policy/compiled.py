"""Policies, compiled once: patterns and conditions become functions, and statements are filed under actions.

A compiled policy never changes and knows nothing of a principal, so all who carry it share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from adapter.policy.conditions import Condition, compile_clause
from adapter.policy.document import Document, Statement
from adapter.policy.match import Matcher, any_of, compile_resource, compile_text, remembered
from adapter.policy.request import Request
from adapter.policy.templates import Template, Wild, parse_pattern, parse_resource, resolve, without_variables

ResourceTest = Callable[[Request], bool]

_compile_resolved = remembered(compile_resource)


@dataclass(frozen=True, slots=True, eq=False)
class ResourcePattern:
    """One entry of Resource.

    Attributes:
        head, tail: the text that it starts and ends with; `tail` is empty where `head` is all of it.
        is_whole: it is `head`, without wildcards or variables.
        test: for what lies between; None when nothing is left to test.
    """

    head: str
    tail: str
    is_whole: bool
    test: ResourceTest | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledStatement:
    """A statement as functions.

    Attributes:
        resources: None where every resource is meant, or where `excluded` decides.
        excluded: for NotResource: whether the resource is one of those that are left out.
    """

    statement: Statement
    action: Matcher
    action_patterns: tuple[str, ...]
    resources: tuple[ResourcePattern, ...] | None
    excluded: ResourceTest | None
    conditions: tuple[Condition, ...]

    def covers_action(self, action: str) -> bool:
        """Whether Action or NotAction means an action (in lower case)."""
        return self.action(action) is not self.statement.not_action

    def covers_resource(self, request: Request) -> bool:
        """Whether Resource or NotResource means the request's resource."""
        if self.excluded is not None:
            return not self.excluded(request)
        return self.resources is None or any(_covers(pattern, request) for pattern in self.resources)


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicy:
    """A policy, ready for decisions.

    Attributes:
        via: how it reaches the principal, such as `group admin`; empty for directly.
    """

    name: str
    arn: str | None
    via: str
    document: Document
    statements: tuple[CompiledStatement, ...]
    exact: dict[str, tuple[CompiledStatement, ...]] = field(repr=False)
    by_service: dict[str, tuple[CompiledStatement, ...]] = field(repr=False)
    general: tuple[CompiledStatement, ...] = field(repr=False)

    def for_action(self, action: str) -> list[CompiledStatement]:
        """The statements that mean an action (in lower case)."""
        service = action.partition(":")[0]
        found = [*self.exact.get(action, ())]
        found += [s for s in (*self.by_service.get(service, ()), *self.general) if s.covers_action(action)]
        return found


def compile_policy(document: Document, *, name: str, arn: str | None = None, via: str = "") -> CompiledPolicy:
    """Compiles a document.

    Args:
        document: from `parse_document` or `read_document`.
        name: what reasons call the policy.
        arn: of a managed policy.
        via: how it reaches the principal; empty for directly.
    """
    statements = tuple(_statement(statement, document.has_variables) for statement in document.statements)
    exact: dict[str, list[CompiledStatement]] = {}
    by_service: dict[str, list[CompiledStatement]] = {}
    general: list[CompiledStatement] = []
    for compiled in statements:
        _index(compiled, exact, by_service, general)
    return CompiledPolicy(
        name, arn, via, document, statements,
        {key: tuple(found) for key, found in exact.items()},
        {key: tuple(found) for key, found in by_service.items()},
        tuple(general),
    )  # fmt: skip


def _index(
    compiled: CompiledStatement,
    exact: dict[str, list[CompiledStatement]],
    by_service: dict[str, list[CompiledStatement]],
    general: list[CompiledStatement],
) -> None:
    """Files a statement once: under its actions, or under its services, or with those that must always be asked."""
    patterns = set(compiled.action_patterns)
    services = {pattern.partition(":")[0] for pattern in patterns}
    if compiled.statement.not_action or any(_is_wild(service) for service in services):
        general.append(compiled)
    elif any(_is_wild(pattern) for pattern in patterns):
        for service in services:
            by_service.setdefault(service, []).append(compiled)
    else:
        for pattern in patterns:
            exact.setdefault(pattern, []).append(compiled)


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _statement(statement: Statement, variables: bool) -> CompiledStatement:
    actions = tuple(action.lower() for action in statement.actions)
    matchers = [compile_text(parse_pattern(action)) for action in actions]
    patterns = (
        None
        if statement.resources is None
        else tuple(_resource(parse_resource(text, variables=variables)) for text in statement.resources)
    )
    return CompiledStatement(
        statement=statement,
        action=any_of(matchers),
        action_patterns=actions,
        resources=None if statement.not_resource else patterns,
        excluded=_any_pattern(patterns) if statement.not_resource and patterns is not None else None,
        conditions=tuple(compile_clause(clause, variables=variables) for clause in statement.conditions),
    )


def _resource(template: Template) -> ResourcePattern:
    head = template[0] if template and isinstance(template[0], str) else ""
    tail = template[-1] if len(template) > 1 and isinstance(template[-1], str) else ""
    tokens = without_variables(template)
    if tokens is None:
        return ResourcePattern(head, tail, False, _resolved(template))
    if template in ((head,), ()):
        return ResourcePattern(head, "", True, None)
    if template in ((head, Wild.MANY), (Wild.MANY,)):
        return ResourcePattern(head, "", False, None)
    matches = compile_resource(tokens)
    return ResourcePattern(head, tail, False, lambda request: matches(request.resource))


def _resolved(template: Template) -> ResourceTest:
    def test(request: Request) -> bool:
        tokens = resolve(template, request.folded)
        return tokens is not None and _compile_resolved(tokens)(request.resource)

    return test


def _any_pattern(patterns: Iterable[ResourcePattern]) -> ResourceTest:
    every = tuple(patterns)
    return lambda request: any(_covers(pattern, request) for pattern in every)


def _covers(pattern: ResourcePattern, request: Request) -> bool:
    resource = request.resource
    if pattern.is_whole:
        return resource == pattern.head
    return resource.startswith(pattern.head) and (pattern.test is None or pattern.test(request))
