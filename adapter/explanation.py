"""Why a request is decided as it is, as far as the one who asks may read the policies that decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapter.caller import Caller, CallerKind
from adapter.operations.reach import DIRECTLY
from adapter.policy import CompiledPolicy, Decision, Effect, LayerKind, LayerReport, Miss, StatementRef, Why

PolicyKey = tuple[str, str | None, str]
"""Name, ARN and way of a policy: what tells it from others."""

_GROUP: Final = "group "
_CHOSEN: Final = ("aws:requesttag/", "aws:tagkeys", "iam:permissionsboundary")
"""Keys whose values whoever makes something chooses."""
_SPEAKING: Final = (LayerKind.IDENTITY, LayerKind.BOUNDARY, LayerKind.SESSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement that decides, or that comes close to it.

    Attributes:
        via: how its policy reaches the caller.
        matches: whether it is about this request.
        index: counted from 0; None where the caller may not read the policy, and then nothing of it is told.
        reason: what kept it from matching.
        document: the policy's text.
    """

    policy_name: str
    policy_arn: str | None
    via: str
    allows: bool
    matches: bool
    index: int | None = None
    sid: str | None = None
    reason: str | None = None
    document: str | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the caller may read the policy."""
        return self.document is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerView:
    """What one kind of policy says.

    Attributes:
        policy_count: how many policies of the kind were asked.
    """

    kind: LayerKind
    denies: bool
    allows: bool
    policy_count: int
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a request is decided now, and what each kind of policy says of it."""

    action: str
    resource: str
    effect: Effect
    missing: LayerKind | None
    layers: tuple[LayerView, ...]


def reading_calls(decision: Decision, caller: Caller) -> dict[PolicyKey, tuple[str, Mapping[str, Any]]]:
    """For each policy of a decision the operation that reads it; one that nothing reads is left out."""
    calls = {}
    for kind, policy in _policies(decision):
        call = _reading_call(kind, policy, caller)
        if call:
            calls[_key(policy)] = call
    return calls


def explanation_of(decision: Decision, readable: Collection[PolicyKey]) -> Explanation:
    """Explains a decision.

    Args:
        readable: the policies that the caller may read.
    """
    texts = {_key(policy): policy.document.text for _, policy in _policies(decision) if _key(policy) in readable}
    counts = [len(own) for _, own in _layers(decision)]
    reports = [report for report in decision.layers if report.kind in _SPEAKING]
    return Explanation(
        action=decision.request.action,
        resource=decision.request.resource,
        effect=decision.effect,
        missing=decision.missing_layer,
        layers=tuple(_layer(report, count, texts) for report, count in zip(reports, counts, strict=True)),
    )


def hinges_on_details(decision: Decision) -> bool:
    """Whether a refused request would be allowed for another resource of its kind, or with what one may add to it."""
    if decision.effect is not Effect.IMPLICITLY_DENIED:
        return False
    reports = [report for report in decision.layers if report.kind in _SPEAKING]
    return all(report.allows or any(map(_is_about_details, report.missed)) for report in reports)


def _is_about_details(miss: Miss) -> bool:
    if miss.statement.effect != "Allow":
        return False
    chosen = miss.condition is not None and miss.condition.key.lower().startswith(_CHOSEN)
    return miss.why is Why.RESOURCE or chosen


def _layers(decision: Decision) -> Iterable[tuple[LayerKind, tuple[CompiledPolicy, ...]]]:
    return [(kind, tuple(layer.policies)) for kind, layer in decision.policies.layers]


def _policies(decision: Decision) -> Iterator[tuple[LayerKind, CompiledPolicy]]:
    for kind, own in _layers(decision):
        for policy in own:
            yield kind, policy


def _key(policy: CompiledPolicy) -> PolicyKey:
    return policy.name, policy.arn, policy.via


def _reading_call(kind: LayerKind, policy: CompiledPolicy, caller: Caller) -> tuple[str, Mapping[str, Any]] | None:
    if policy.arn is not None:
        return "get_policy_version", {"policy_arn": policy.arn, "version_id": "v1"}
    if kind is not LayerKind.IDENTITY:
        return None
    named = {"policy_name": policy.name}
    if policy.via.startswith(_GROUP):
        return "get_group_policy", {"group_name": policy.via.removeprefix(_GROUP), **named}
    if policy.via == DIRECTLY and caller.kind is CallerKind.USER:
        return "get_user_policy", {"user_name": caller.name, **named}
    if policy.via == DIRECTLY and caller.kind is CallerKind.ASSUMED_ROLE:
        return "get_role_policy", {"role_name": caller.name.partition("/")[0], **named}
    return None


def _layer(report: LayerReport, count: int, texts: Mapping[PolicyKey, str]) -> LayerView:
    near = [miss for miss in report.missed if miss.why > Why.ACTION and miss.statement.effect == "Allow"]
    near.sort(key=lambda miss: -miss.why)
    views = [_view(ref, texts, None) for ref in (*report.denies, *report.allows)]
    if not report.denies and not report.allows:
        views += [_view(miss.statement, texts, miss) for miss in near if _ref_key(miss.statement) in texts]
    return LayerView(
        kind=report.kind,
        denies=bool(report.denies),
        allows=bool(report.allows),
        policy_count=count,
        statements=tuple(views),
    )


def _ref_key(ref: StatementRef) -> PolicyKey:
    return ref.policy, ref.arn, ref.via


def _view(ref: StatementRef, texts: Mapping[PolicyKey, str], miss: Miss | None) -> StatementView:
    text = texts.get(_ref_key(ref))
    return StatementView(
        policy_name=ref.policy,
        policy_arn=ref.arn,
        via=ref.via,
        allows=ref.effect == "Allow",
        matches=miss is None,
        index=ref.index if text is not None else None,
        sid=ref.sid if text is not None else None,
        reason=_reason(miss) if miss else None,
        document=text,
    )


def _reason(miss: Miss) -> str:
    return str(miss).partition(": ")[2]
