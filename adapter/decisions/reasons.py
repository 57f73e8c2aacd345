"""Why a question is answered as it is, told only as far as the service that asks may read the policies that decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from adapter.graph import Principal
from adapter.names import iam_arn
from adapter.operations.reach import DIRECTLY
from adapter.policy import Deciding, Decision, Effect, StatementRef

MayRead = Callable[[str, str], bool]
"""Whether the asking service may use an action, such as `iam:GetPolicyVersion`, on a resource."""

_GROUP: Final = "group "


@dataclass(frozen=True, slots=True)
class Reason:
    """Why.

    Attributes:
        effect: `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
        sentence: for whoever runs the service; it names policies that the service may read, and no others.
        statement: the deciding one; None where it may not be read or there is none.
    """

    effect: Effect
    sentence: str
    statement: StatementRef | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What may be told of a statement."""

    statement: StatementRef
    name: str


class Reasons:
    """The reasons of decisions about one subject; what is told of a statement is worked out once.

    Args:
        subject: about whom.
        group_arns: of the subject's groups, by name.
        may_read: what the asking service may read.
    """

    def __init__(self, subject: Principal, group_arns: Mapping[str, str], may_read: MayRead) -> None:
        self._subject = subject
        self._group_arns = group_arns
        self._may_read = may_read
        self._told: dict[Deciding, _Told | None] = {}

    def of(self, decision: Decision) -> Reason:
        """The reason of a decision."""
        deciding = decision.deciding
        told = None if deciding is None else self._told_of(deciding)
        if told is None:
            return Reason(decision.effect, plain(decision))
        request = decision.request
        done = "allowed" if decision.allowed else "denied"
        sentence = f"{request.action} on {request.resource} is {done} by {told.name}."
        return Reason(decision.effect, sentence, told.statement)

    def _told_of(self, deciding: Deciding) -> _Told | None:
        """What may be told of a statement; None where the service may not read its policy."""
        if deciding not in self._told:
            ref = deciding.reference()
            is_readable = self._may_read(*self._reading(ref))
            self._told[deciding] = _Told(ref, str(ref)) if is_readable else None
        return self._told[deciding]

    def _reading(self, ref: StatementRef) -> tuple[str, str]:
        """The action that reads a statement's policy, and on what."""
        subject = self._subject
        if ref.arn is not None:
            return "iam:GetPolicyVersion", ref.arn
        if ref.via.startswith(_GROUP):
            name = ref.via.removeprefix(_GROUP)
            return "iam:GetGroupPolicy", self._group_arns.get(
                name, iam_arn(subject.caller.account_id, "group", "/", name)
            )
        if ref.via == DIRECTLY and subject.user is not None:
            return "iam:GetUserPolicy", subject.user.arn
        if ref.via == DIRECTLY and subject.role is not None:
            return "iam:GetRolePolicy", subject.role.arn
        return "iam:GetAccountAuthorizationDetails", "*"


def plain(decision: Decision) -> str:
    """The decision without a word about any policy."""
    what = f"{decision.request.action} on {decision.request.resource}"
    if decision.allowed:
        return f"{what} is allowed."
    if decision.effect is Effect.EXPLICITLY_DENIED:
        return f"{what} is denied by a policy."
    return f"{what} is not allowed, because no {decision.missing_layer} allows it."
