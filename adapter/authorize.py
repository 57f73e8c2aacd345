"""May they? A caller, an operation and its resource become a Decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from adapter.caller import Caller, CallerKind, RequestContext
from adapter.errors import AccessDenied
from adapter.graph import Principal
from adapter.operations.resources import ContextKeys, Target
from adapter.policy import Decision, LayerKind, Request, evaluate

_PRINCIPAL_TYPES = {
    CallerKind.ROOT: "Account",
    CallerKind.USER: "User",
    CallerKind.ASSUMED_ROLE: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.STRANGER: "Anonymous",
}
_OF_THE_PRINCIPAL = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:userid")
"""Keys that a request does not have which nobody has signed."""
_OWN = Target(())
_VEILED = (None, LayerKind.TRUST, LayerKind.RESOURCE)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def global_keys(principal: Principal, context: RequestContext) -> ContextKeys:
    """The context keys that every request has.

    Source: AWS IAM user guide, "AWS global condition context keys".
    """
    caller = principal.caller
    keys: ContextKeys = {
        "aws:PrincipalArn": principal.role.arn if principal.role else caller.arn,
        "aws:PrincipalAccount": caller.account_id,
        "aws:PrincipalType": _PRINCIPAL_TYPES[caller.kind],
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        "aws:ResourceAccount": caller.account_id,
        "aws:userid": caller.unique_id,
        "aws:CurrentTime": context.now.astimezone(UTC).strftime(_TIME),
        "aws:EpochTime": str(int(context.now.timestamp())),
        "aws:SecureTransport": _truth(context.secure),
        "aws:RequestedRegion": context.region,
    }
    if caller.kind is CallerKind.STRANGER:
        keys = {name: value for name, value in keys.items() if name not in _OF_THE_PRINCIPAL}
    if context.source_ip:
        keys["aws:SourceIp"] = context.source_ip
    if context.user_agent:
        keys["aws:UserAgent"] = context.user_agent
    return keys | _factor_keys(caller, context.now) | _entry_keys(principal) | _session_keys(caller)


def _factor_keys(caller: Caller, now: datetime) -> ContextKeys:
    """Whether and how long ago a second factor was given; requests signed with a long-term key tell nothing at all."""
    if caller.is_long_term:
        return {}
    if caller.mfa_time is None:
        return {"aws:MultiFactorAuthPresent": "false"}
    age = int((now - caller.mfa_time).total_seconds())
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": str(age)}


def _entry_keys(principal: Principal) -> ContextKeys:
    """What the entry of the user or role tells."""
    entry = principal.user or principal.role
    if entry is None:
        return {}
    keys: ContextKeys = {f"aws:PrincipalTag/{tag.key}": tag.value for tag in entry.tags}
    if principal.user and principal.caller.kind is CallerKind.USER:
        keys["aws:username"] = principal.user.user_name
    return keys


def _session_keys(caller: Caller) -> ContextKeys:
    """What the session tells; its tags take the place of the entry's, whose keys may differ in case."""
    session = caller.session
    if session is None:
        return {}
    keys: ContextKeys = {"aws:TokenIssueTime": session.issued_at.astimezone(UTC).strftime(_TIME), **dict(session.keys)}
    if session.source_identity:
        keys["aws:SourceIdentity"] = session.source_identity
    return keys | {f"aws:PrincipalTag/{tag.key}": tag.value for tag in session.tags}


def _truth(value: bool) -> str:
    return "true" if value else "false"


def decide(principal: Principal, action: str, resource: str, keys: ContextKeys, target: Target = _OWN) -> Decision:
    """Evaluates the principal's policies, and the resource's own policy where it has one.

    Args:
        principal: with its compiled policies.
        action: such as `iam:CreateUser`.
        resource: an ARN, or `*` for operations that know no resource.
        keys: all context keys of the request.
        target: what the resource has itself.
    """
    caller = principal.caller
    account_id = target.account_id or caller.account_id
    request = Request(principal=caller.arn, action=action, resource=resource, context=keys, resource_account=account_id)
    policies = principal.policies.with_resource(target.policy) if target.policy else principal.policies
    return evaluate(request, policies)


class Refused(AccessDenied):
    """A caller's policies do not allow an action on a resource.

    Attributes:
        request: what was decided about, for explaining it to the caller; None where that would tell too much.
    """

    def __init__(self, message: str, request: Request | None) -> None:
        super().__init__(message)
        self.request = request


def hold(principal: Principal, actions: Iterable[str], target: Target, keys: ContextKeys) -> None:
    """Refuses what is not allowed for each action on each resource.

    Raises:
        Refused: names the principal, the action, the resource and what was missing or denied.
    """
    for action in actions:
        for arn in target.arns:
            decision = decide(principal, action, arn, keys, target)
            if not decision.allowed:
                words = refusal(principal.caller, action, arn, decision, is_veiled=target.is_veiled)
                raise Refused(words, None if target.policy else decision.request)


def refusal(caller: Caller, action: str, resource: str, decision: Decision, *, is_veiled: bool = False) -> str:
    """Why it was refused, as AWS words it; of a veiled resource only what the caller's own policies deny."""
    if caller.kind is CallerKind.STRANGER:
        return f"Not authorized to perform {action}"
    told = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
    if is_veiled and decision.denying_layer in _VEILED:
        return told
    return f"{told} {decision.refusal()}"
