"""Who the caller is, what reaches it and through what: for the console's first page."""

from __future__ import annotations

from adapter.caller import CallerKind
from adapter.models import Policy
from adapter.operations.call import Call, Result
from adapter.operations.reach import DIRECTLY, Reach, reach_of
from adapter.operations.views import group_view, user_view


def describe_caller(call: Call) -> Result:
    """Describes the caller; needs no permission, because nobody learns anything about others."""
    caller, account = call.caller, call.account
    answer: Result = {
        "caller": {"kind": caller.kind.value, "arn": caller.arn, "name": caller.name, "user_id": caller.unique_id},
        "account": {"account_id": account.account_id, "account_alias": account.account_alias},
        "groups": [],
        "policies": [],
    }
    if caller.kind is not CallerKind.USER:
        return answer
    user = call.user(None)
    reach = reach_of(call.store, account, user)
    return answer | {
        "user": user_view(call, user),
        "groups": [group_view(group) for group in reach.groups],
        "policies": _policy_views(reach),
    }


def _policy_views(reach: Reach) -> list[Result]:
    views: list[Result] = [
        {
            "policy_name": policy.policy_name,
            "policy_arn": policy.policy_arn,
            "kind": policy.kind,
            "via": policy.via,
            "boundary": False,
        }
        for policy in reach.policies
    ]
    return views + ([_boundary_view(reach.boundary)] if reach.boundary else [])


def _boundary_view(policy: Policy) -> Result:
    return {
        "policy_name": policy.policy_name,
        "policy_arn": policy.arn,
        "kind": "system" if policy.is_system else "customer",
        "via": DIRECTLY,
        "boundary": True,
    }
