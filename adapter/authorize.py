"""May they? A caller, an operation and its resource become a Decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from adapter.caller import Caller, CallerKind, RequestContext
from adapter.errors import AccessDenied
from adapter.graph import Principal
from adapter.operations.resources import ContextKeys
from adapter.policy import Decision, Request, evaluate

_PRINCIPAL_TYPES = {CallerKind.ROOT: "Account", CallerKind.USER: "User"}


def global_keys(principal: Principal, context: RequestContext) -> ContextKeys:
    """The context keys that every request has.

    Source: AWS IAM user guide, "AWS global condition context keys".
    """
    caller = principal.caller
    keys: ContextKeys = {
        "aws:PrincipalArn": caller.arn,
        "aws:PrincipalAccount": caller.account_id,
        "aws:PrincipalType": _PRINCIPAL_TYPES[caller.kind],
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        "aws:ResourceAccount": caller.account_id,
        "aws:userid": caller.unique_id,
        "aws:CurrentTime": context.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(context.now.timestamp())),
        "aws:SecureTransport": _truth(context.secure),
        "aws:RequestedRegion": context.region,
    }
    if context.source_ip:
        keys["aws:SourceIp"] = context.source_ip
    if context.user_agent:
        keys["aws:UserAgent"] = context.user_agent
    return keys | _factor_keys(caller, context.now) | _user_keys(principal)


def _factor_keys(caller: Caller, now: datetime) -> ContextKeys:
    """Whether and how long ago a second factor was given; requests signed with a long-term key tell nothing at all."""
    if caller.is_long_term:
        return {}
    if caller.mfa_time is None:
        return {"aws:MultiFactorAuthPresent": "false"}
    age = int((now - caller.mfa_time).total_seconds())
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": str(age)}


def _user_keys(principal: Principal) -> ContextKeys:
    user = principal.user
    if user is None:
        return {}
    tags: ContextKeys = {f"aws:PrincipalTag/{tag.key}": tag.value for tag in user.tags}
    return tags | {"aws:username": user.user_name}


def _truth(value: bool) -> str:
    return "true" if value else "false"


def decide(principal: Principal, action: str, resource: str, keys: ContextKeys) -> Decision:
    """Evaluates the principal's policies.

    Args:
        principal: with its compiled policies.
        action: such as `iam:CreateUser`.
        resource: an ARN, or `*` for operations that know no resource.
        keys: all context keys of the request.
    """
    caller = principal.caller
    request = Request(
        principal=caller.arn, action=action, resource=resource, context=keys, resource_account=caller.account_id
    )
    return evaluate(request, principal.policies)


def hold(principal: Principal, actions: Iterable[str], resources: Iterable[str], keys: ContextKeys) -> None:
    """Refuses what is not allowed for each action on each resource.

    Raises:
        AccessDenied: names the principal, the action, the resource and what was missing or denied.
    """
    arns = tuple(resources)
    for action in actions:
        for arn in arns:
            decision = decide(principal, action, arn, keys)
            if not decision.allowed:
                raise AccessDenied(refusal(principal.caller, action, arn, decision))


def refusal(caller: Caller, action: str, resource: str, decision: Decision) -> str:
    """Why it was refused, as AWS words it."""
    return f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource} {decision.refusal()}"
