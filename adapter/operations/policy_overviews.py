"""What the console's pages about policies and roles show at once, read in few round trips."""

from __future__ import annotations

from typing import Any, Final

from adapter.errors import NoSuchEntity
from adapter.ldap import GROUP, POLICY, ROLE, SYSTEM_POLICY, USER, Noun, Where
from adapter.models import Policy, Role
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.policy_usage import usage_of
from adapter.operations.reach import Reach, ReachingPolicy
from adapter.operations.resources import Demand, Params, Target
from adapter.operations.simulation import the_policy_source
from adapter.operations.simulation_inputs import read_entity
from adapter.operations.trust import as_shown
from adapter.operations.views import View, policy_summary, role_summary

_SCOPES: Final[dict[str, tuple[Noun[Any], ...]]] = {
    "Local": (POLICY,),
    "AWS": (SYSTEM_POLICY,),
    "All": (POLICY, SYSTEM_POLICY),
}
_HOLDERS: Final[dict[str, Noun[Any]]] = {"user": USER, "group": GROUP, "role": ROLE}
_LISTING: Final = {
    "user": ("iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:ListGroupsForUser"),
    "group": ("iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies"),
    "role": ("iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
}
_READING: Final = {"user": "iam:GetUserPolicy", "group": "iam:GetGroupPolicy", "role": "iam:GetRolePolicy"}


def search_policies(call: Call, *, text: str = "", scope: str = "All", page: Page) -> Result:
    """Lists managed policies by name, all of them or those whose name has a text in it, with how often each is used.

    Only the names of all policies are read, and the documents of none but those on the page.
    """
    wanted = text.strip().casefold()
    nouns = _SCOPES[scope]
    names = [(name, number) for number, noun in enumerate(nouns) for name in call.store.names(noun, call.account)]
    matching = sorted((each for each in names if wanted in each[0].casefold()), key=_order)
    chosen, more = page.cut(matching, _order)
    found: list[Policy] = []
    for number, noun in enumerate(nouns):
        here = [name for name, place in chosen if place == number]
        found += call.store.find(noun, call.account, Where.any_of("policy_name", here)) if here else []
    usage = usage_of(call, found)
    rows = [
        policy_summary(policy, usage.attachments[policy.dn], usage.boundaries[policy.dn])
        | {"description": policy.description, "kind": "system" if policy.is_system else "customer"}
        for policy in sorted(found, key=lambda policy: policy.policy_name.casefold())
    ]
    return {"policies": rows, "total": len(matching)} | more


def _order(found: tuple[str, int]) -> str:
    """Sorts by name; one of the account's own may be called like a system-defined one."""
    name, number = found
    return f"{name.casefold()} {number}"


def search_roles(call: Call, *, text: str = "", page: Page) -> Result:
    """Lists roles by name, all of them or those whose name has a text in it, with when each was last used."""
    if text.strip():
        wanted = text.strip().casefold()
        names = [name for name in call.store.names(ROLE, call.account) if wanted in name.casefold()]
        chosen, more = page.cut(names, str)
        found = call.store.find(ROLE, call.account, Where.any_of("role_name", chosen)) if chosen else []
        roles = sorted(found, key=lambda role: role.role_name.casefold())
    else:
        roles, more = page.read(call.store, ROLE, call.account)
    return {
        "roles": [_role_row(role) for role in as_shown(call, roles)],
        "total": call.store.total(ROLE, call.account),
    } | more


def _role_row(role: Role) -> View:
    return role_summary(role) | {
        "last_used_date": role.last_used_at,
        "policy_count": len(role.attached_policies) + len(role.inline_policies),
    }


def list_policies_for_role(call: Call, *, role_name: str) -> Result:
    """Lists the managed and inline policies of a role, and its permissions boundary."""
    reach = call.reach(call.role(role_name))
    boundary = reach.boundary
    return {
        "policies": [
            {"policy_name": each.policy_name, "policy_arn": each.policy_arn, "kind": each.kind}
            for each in reach.policies
        ],
        "boundary": {"policy_name": boundary.policy_name, "policy_arn": boundary.arn} if boundary else None,
        "boundary_missing": reach.boundary_missing,
    }


def describe_reach(call: Call, *, policy_source_arn: str) -> Result:
    """Describes every policy that reaches a user, a group or a role, with its document."""
    reach = _reach_of(call, policy_source_arn)
    boundary = reach.boundary
    return {
        "policies": [
            {
                "policy_name": each.policy_name,
                "policy_arn": each.policy_arn,
                "kind": each.kind,
                "via": each.via,
                "holder_kind": each.holder_kind,
                "holder_name": each.holder_name,
                "document": each.document,
            }
            for each in reach.policies
        ],
        "boundary": {"policy_name": boundary.policy_name, "policy_arn": boundary.arn, "document": boundary.document}
        if boundary
        else None,
        "boundary_missing": reach.boundary_missing,
        "groups": [
            {"group_name": group.group_name, "display_name": group.display_name or group.group_name}
            for group in reach.groups
        ],
    }


def everything_that_reaches(call: Call, params: Params) -> Target:
    """A user, group or role; whoever asks needs the right to list its policies and to read each of them."""
    source = params["policy_source_arn"]
    target = the_policy_source(call, params)
    entity = read_entity(source)
    found = call.find(_HOLDERS[entity.kind], entity.name) if entity.account == call.account.account_id else None
    if found is None or found.arn.casefold() != source.casefold():
        return Target(target.arns, target.keys, actions=_LISTING[entity.kind][1:])
    reach = call.reach(found)
    demands = {_demand(policy, reach) for policy in reach.policies}
    if reach.boundary:
        demands.add(("iam:GetPolicyVersion", reach.boundary.arn))
    return Target(
        target.arns,
        target.keys,
        actions=_LISTING[entity.kind][1:],
        demands=tuple(Demand(action, arn) for action, arn in sorted(demands)),
    )


def _demand(policy: ReachingPolicy, reach: Reach) -> tuple[str, str]:
    """What has to be allowed for reading a policy's document, and on which resource."""
    if policy.policy_arn is not None:
        return "iam:GetPolicyVersion", policy.policy_arn
    arns = {group.group_name: group.arn for group in reach.groups}
    arn = arns[policy.holder_name] if policy.via.startswith("group ") else reach.holder.arn
    return _READING[policy.holder_kind], arn


def _reach_of(call: Call, arn: str) -> Reach:
    entity = read_entity(arn)
    found = call.find(_HOLDERS[entity.kind], entity.name)
    if found is None or found.arn.casefold() != arn.casefold():
        raise NoSuchEntity(f"The {entity.kind} with name {entity.name} cannot be found.")
    return call.reach(found)
