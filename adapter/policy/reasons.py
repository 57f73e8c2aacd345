"""Why a decision is what it is: for each layer, the statements that matched and why the others did not.

Deciding does not need this, so it is a pass of its own, made when somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from adapter.policy.compiled import CompiledPolicy, CompiledStatement
from adapter.policy.policies import LayerKind, Policies
from adapter.policy.principals import Asker, parse_asker
from adapter.policy.request import Request
from adapter.policy.resourcepolicy import means, resource_layer_kind
from adapter.policy.templates import ContextValue


class Why(IntEnum):
    """What kept a statement from matching; the greater, the closer it came."""

    ACTION = 1
    PRINCIPAL = 2
    RESOURCE = 3
    CONDITION = 4


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A statement, by its policy and its place.

    Attributes:
        policy, arn, via: the policy's name, its ARN if it is managed, how it reaches the principal.
        index: counted from 0.
    """

    layer: LayerKind
    policy: str
    arn: str | None
    via: str
    index: int
    sid: str | None
    effect: str

    def __str__(self) -> str:
        name = f'statement "{self.sid}"' if self.sid else f"statement {self.index + 1}"
        via = f" (via {self.via})" if self.via else ""
        return f"{name} of {_KIND_WORDS[self.layer]} {self.policy}{via}"


@dataclass(frozen=True, slots=True)
class FailedCondition:
    """A condition that is not met; `actual` is None where the request lacks the key."""

    operator: str
    key: str
    expected: tuple[str, ...]
    actual: ContextValue | None

    def __str__(self) -> str:
        if self.actual is None:
            return f"its condition {self.operator} on {self.key} is not met: the request has no such key"
        shown = self.actual if isinstance(self.actual, str) else ", ".join(self.actual)
        return f'its condition {self.operator} on {self.key} is not met: the request has "{shown}"'


@dataclass(frozen=True, slots=True)
class Miss:
    """A statement that did not match, and why."""

    statement: StatementRef
    why: Why
    condition: FailedCondition | None = None

    def __str__(self) -> str:
        if self.condition is not None:
            return f"{self.statement}: {self.condition}"
        return f"{self.statement}: {_MISS_WORDS[self.why]}"


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What one layer has to say."""

    kind: LayerKind
    denies: tuple[StatementRef, ...]
    allows: tuple[StatementRef, ...]
    missed: tuple[Miss, ...]

    @property
    def closest(self) -> Miss | None:
        """The Allow statement that came closest to matching, if any came further than its action."""
        near = [miss for miss in self.missed if miss.statement.effect == "Allow" and miss.why > Why.ACTION]
        return max(near, key=lambda miss: miss.why, default=None)


def explain(request: Request, policies: Policies) -> tuple[LayerReport, ...]:
    """A report on every layer that applies."""
    reports = [_report(kind, layer.policies, request, policies, None) for kind, layer in policies.layers]
    if policies.resource is not None:
        asker = parse_asker(request.principal)
        reports.append(_report(resource_layer_kind(request), (policies.resource,), request, policies, asker))
    return tuple(reports)


def reference(kind: LayerKind, policy: CompiledPolicy, compiled: CompiledStatement) -> StatementRef:
    """A statement by its policy and its place."""
    statement = compiled.statement
    return StatementRef(
        kind, policy.name, policy.arn, policy.via, statement.index, statement.sid or None, statement.effect
    )


def _report(
    kind: LayerKind, own: Sequence[CompiledPolicy], request: Request, policies: Policies, asker: Asker | None
) -> LayerReport:
    denies: list[StatementRef] = []
    allows: list[StatementRef] = []
    missed: list[Miss] = []
    for policy in own:
        for compiled in policy.statements:
            ref = reference(kind, policy, compiled)
            miss = _miss(ref, compiled, request, policies, asker)
            if miss is not None:
                missed.append(miss)
            else:
                (allows if compiled.statement.allows else denies).append(ref)
    return LayerReport(kind, tuple(denies), tuple(allows), tuple(missed))


def _miss(
    ref: StatementRef, compiled: CompiledStatement, request: Request, policies: Policies, asker: Asker | None
) -> Miss | None:
    if not compiled.covers_action(request.action.lower()):
        return Miss(ref, Why.ACTION)
    if asker is not None and not means(compiled, asker, has_boundary=policies.boundary is not None):
        return Miss(ref, Why.PRINCIPAL)
    if not compiled.covers_resource(request):
        return Miss(ref, Why.RESOURCE)
    for condition in compiled.conditions:
        if not condition.holds(request.folded):
            clause = condition.clause
            failed = FailedCondition(clause.operator, clause.key, clause.values, request.folded.get(condition.key))
            return Miss(ref, Why.CONDITION, failed)
    return None


_KIND_WORDS = {
    LayerKind.IDENTITY: "policy",
    LayerKind.BOUNDARY: "permissions boundary",
    LayerKind.SESSION: "session policy",
    LayerKind.RESOURCE: "resource-based policy",
    LayerKind.TRUST: "role trust policy",
}
_MISS_WORDS = {
    Why.ACTION: "it is about other actions",
    Why.PRINCIPAL: "it names others",
    Why.RESOURCE: "it is about other resources",
    Why.CONDITION: "a condition is not met",
}
