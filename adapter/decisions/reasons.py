"""Why a question is answered as it is, told only as far as the service that asks may read the policies that decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapter.graph import Principal
from adapter.names import iam_arn
from adapter.operations.reach import DIRECTLY
from adapter.policy import Decision, Effect, StatementRef

MayRead = Callable[[str, str], bool]
"""Whether the asking service may use an action, such as `iam:GetPolicyVersion`, on a resource."""

_GROUP: Final = "group "


@dataclass(frozen=True, slots=True)
class Reason:
    """Why.

    Attributes:
        effect: `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
        sentence: for whoever runs the service; it names policies that the service may read, and no others.
        policy, arn, sid, index: the deciding statement, counted from 0; None where it may not be read or there is none.
    """

    effect: Effect
    sentence: str
    policy: str | None = None
    arn: str | None = None
    sid: str | None = None
    index: int | None = None


def reason_of(decision: Decision, subject: Principal, group_arns: dict[str, str], may_read: MayRead) -> Reason:
    """The reason of a decision.

    Args:
        decision: what was decided.
        subject: about whom.
        group_arns: of the subject's groups, by name.
        may_read: what the asking service may read.
    """
    deciding = None if decision.effect is Effect.IMPLICITLY_DENIED else decision.deciding()
    if deciding is None or not may_read(*_reading(deciding, subject, group_arns)):
        return Reason(decision.effect, _plain(decision))
    done = "allowed" if decision.allowed else "denied"
    sentence = f"{decision.request.action} on {decision.request.resource} is {done} by {deciding}."
    return Reason(decision.effect, sentence, deciding.policy, deciding.arn, deciding.sid, deciding.index)


def _plain(decision: Decision) -> str:
    """The decision without a word about any policy."""
    what = f"{decision.request.action} on {decision.request.resource}"
    if decision.allowed:
        return f"{what} is allowed."
    if decision.effect is Effect.EXPLICITLY_DENIED:
        return f"{what} is denied by a policy."
    return f"{what} is not allowed, because no {decision.missing_layer} allows it."


def _reading(ref: StatementRef, subject: Principal, group_arns: dict[str, str]) -> tuple[str, str]:
    """The action that reads a statement's policy, and on what."""
    caller = subject.caller
    if ref.arn is not None:
        return "iam:GetPolicyVersion", ref.arn
    if ref.via.startswith(_GROUP):
        name = ref.via.removeprefix(_GROUP)
        return "iam:GetGroupPolicy", group_arns.get(name, iam_arn(caller.account_id, "group", "/", name))
    if ref.via == DIRECTLY and subject.user is not None:
        return "iam:GetUserPolicy", subject.user.arn
    if ref.via == DIRECTLY and subject.role is not None:
        return "iam:GetRolePolicy", subject.role.arn
    return "iam:GetAccountAuthorizationDetails", "*"
