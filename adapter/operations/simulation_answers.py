"""What the policy simulator answers: decisions with the statements that made them, by the service model's shapes.

Source: IAM API reference, EvaluationResult, ResourceSpecificResult, Statement and Position, and the examples of
SimulateCustomPolicy and SimulatePrincipalPolicy, whose names for types of policies differ from the service model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from adapter.operations.views import View
from adapter.policy import CompiledPolicy, Decision, Effect, LayerKind, statement_positions
from adapter.policy.reasons import LayerReport, StatementRef
from adapter.policy.references import Position

EVAL: Final = {
    Effect.ALLOWED: "allowed",
    Effect.IMPLICITLY_DENIED: "implicitDeny",
    Effect.EXPLICITLY_DENIED: "explicitDeny",
}
_BY_RESTRICTION: Final = ("allowed", "implicitDeny", "explicitDeny")
_TYPES: Final = {
    LayerKind.IDENTITY: "IAM Policy",
    LayerKind.BOUNDARY: "Permissions Boundary Policy",
    LayerKind.RESOURCE: "Resource Policy",
    LayerKind.TRUST: "Resource Policy",
}
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True)
class Source:
    """A policy that takes part, under the name that answers give it."""

    id: str
    policy: CompiledPolicy

    @cached_property
    def positions(self) -> tuple[tuple[Position, Position], ...]:
        """Where each of its statements starts and ends."""
        return parsed_positions(self.policy.document.text)


class Sources:
    """Finds the policy, its name and its text for a statement that a decision refers to."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_key = {(s.policy.name, s.policy.arn, s.policy.via): s for s in sources}

    def view(self, ref: StatementRef) -> View:
        """A matched statement."""
        source = self._by_key[ref.policy, ref.arn, ref.via]
        start, end = source.positions[ref.index]
        return {
            "source_policy_id": source.id,
            "source_policy_type": _TYPES[ref.layer],
            "start_position": {"line": start.line, "column": start.column},
            "end_position": {"line": end.line, "column": end.column},
        }


def parsed_positions(text: str) -> tuple[tuple[Position, Position], ...]:
    """Where each statement starts and ends, as AWS tells it.

    AWS tells where its parser stood: a statement starts right behind the bracket or the statement before it (or behind
    its own brace, where it stands alone), and ends right behind its last brace.
    """
    exact = statement_positions(text)
    ends = [end for _, end in exact]
    return tuple((ends[n - 1] if n else _behind_bracket(text, start), end) for n, (start, end) in enumerate(exact))


def _behind_bracket(text: str, start: Position) -> Position:
    lines = text.split("\n")[: start.line]
    before = "\n".join([*lines[:-1], lines[-1][: start.column - 1]]).rstrip(_BLANK)
    if not before.endswith("["):
        return Position(start.line, start.column + 1)
    return Position(before.count("\n") + 1, len(before) - before.rfind("\n"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one action on one resource was decided.

    Attributes:
        organizations: whether the service control policies allow it; None when there are none.
        decision: None when the service control policies already deny it.
        is_foreign: the resource belongs to another account.
    """

    resource: str
    effect: Effect
    decision: Decision | None
    organizations: bool | None = None
    is_foreign: bool = False

    @property
    def eval_decision(self) -> str:
        """The decision in AWS's word."""
        return EVAL[self.effect]

    @property
    def layers(self) -> tuple[LayerReport, ...]:
        """What each layer says; nothing where none was asked."""
        return self.decision.layers if self.decision else ()

    @property
    def deciding(self) -> tuple[StatementRef, ...]:
        """The statements that the decision rests on."""
        return () if self.effect is Effect.IMPLICITLY_DENIED else self.matched

    @property
    def matched(self) -> tuple[StatementRef, ...]:
        """The statements that deny, or else those that allow (a boundary only limits)."""
        if self.effect is Effect.EXPLICITLY_DENIED:
            return tuple(ref for layer in self.layers for ref in layer.denies)
        return tuple(ref for layer in self.layers if layer.kind is not LayerKind.BOUNDARY for ref in layer.allows)

    @property
    def in_boundary(self) -> bool | None:
        """Whether the permissions boundary allows it; None without one."""
        found = [_word(layer) == "allowed" for layer in self.layers if layer.kind is LayerKind.BOUNDARY]
        return found[0] if found else None

    @property
    def details(self) -> dict[str, str] | None:
        """What each type of policy says; empty inside an account, None where nothing was asked."""
        if self.decision is None:
            return None
        return {_TYPES[layer.kind]: _word(layer) for layer in self.layers} if self.is_foreign else {}


def _word(layer: LayerReport) -> str:
    if layer.denies:
        return EVAL[Effect.EXPLICITLY_DENIED]
    return EVAL[Effect.ALLOWED if layer.allows else Effect.IMPLICITLY_DENIED]


def result_view(action: str, verdicts: Sequence[Verdict], sources: Sources, missing: Sequence[str]) -> View:
    """The result for an action: over all resources, the most restrictive one, and for each resource its own."""
    decided = most_restrictive(verdict.eval_decision for verdict in verdicts)
    deciding = [verdict for verdict in verdicts if verdict.eval_decision == decided]
    refs = dict.fromkeys(ref for verdict in deciding for ref in verdict.deciding)
    view: View = {
        "eval_action_name": action,
        "eval_resource_name": verdicts[0].resource if len(verdicts) == 1 else "*",
        "eval_decision": decided,
        "matched_statements": [sources.view(ref) for ref in refs],
        "missing_context_values": list(missing),
    }
    allowed = [verdict.organizations for verdict in verdicts if verdict.organizations is not None]
    if allowed:
        view["organizations_decision_detail"] = {"allowed_by_organizations": all(allowed)}
    view |= _boundary_view(verdict.in_boundary for verdict in verdicts)
    if [verdict.resource for verdict in verdicts] != ["*"]:
        view |= _details_view([verdict.details for verdict in verdicts])
        view["resource_specific_results"] = [_resource_view(verdict, sources, missing) for verdict in verdicts]
    elif verdicts[0].details:
        view["eval_decision_details"] = verdicts[0].details
    return view


def most_restrictive(words: Iterable[str]) -> str:
    """The decision that counts when there are several."""
    return max(words, key=_BY_RESTRICTION.index)


def _resource_view(verdict: Verdict, sources: Sources, missing: Sequence[str]) -> View:
    view: View = {
        "eval_resource_name": verdict.resource,
        "eval_resource_decision": verdict.eval_decision,
        "matched_statements": [sources.view(ref) for ref in verdict.matched],
        "missing_context_values": list(missing),
    }
    details: dict[str, Any] = {"eval_decision_details": verdict.details} if verdict.details else {}
    return view | _boundary_view([verdict.in_boundary]) | details


def _boundary_view(allowed: Iterable[bool | None]) -> View:
    known = [one for one in allowed if one is not None]
    return {"permissions_boundary_decision_detail": {"allowed_by_permissions_boundary": all(known)}} if known else {}


def _details_view(every: Iterable[dict[str, str] | None]) -> View:
    """For each type of policy the most restrictive decision over all resources."""
    known = [details for details in every if details is not None]
    if not known:
        return {}
    names = dict.fromkeys(name for details in known for name in details)
    return {
        "eval_decision_details": {
            name: most_restrictive(details[name] for details in known if name in details) for name in names
        }
    }
