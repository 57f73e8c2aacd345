"""Managed policies attached to users, groups and roles.

Attaching and deleting race. The store therefore attaches in one transaction that first touches the policy: a policy
that is gone stops the transaction, and one that is about to be deleted has changed under its deleter's hands.
"""

from __future__ import annotations

from adapter.errors import NoSuchEntity
from adapter.ldap import Add, AlreadyThere, Remove
from adapter.operations.call import Call, Result, parse_iam_arn
from adapter.operations.holders import GROUPS, ROLES, USERS, H, Holder
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota


def _attach(call: Call, kind: Holder[H], name: str, policy_arn: str) -> Result:
    holder = kind.look_up_to_change(call, name)
    policy = call.find_policy(policy_arn)
    if policy is None:
        raise NoSuchEntity(f"Policy {policy_arn} does not exist or is not attachable.")
    attached = call.policies_at(holder.attached_policies)
    if policy.arn in {each.arn for each in attached}:
        return {}
    hold_to_quota(call.account, kind.attachments_quota, len(attached) + 1)
    try:
        change = Add("attached_policies", policy.dn)
        call.store.link(policy, kind.noun, call.account, holder, change, guard_target=False)
    except AlreadyThere:
        return {}
    return {}


def _detach(call: Call, kind: Holder[H], name: str, policy_arn: str) -> Result:
    wanted = str(parse_iam_arn(policy_arn)).casefold()
    holder = kind.look_up_to_change(call, name)
    for dn, policy in call.policies_by_dn(holder.attached_policies).items():
        if policy.arn.casefold() == wanted:
            call.store.change(kind.noun, call.account, holder, Remove("attached_policies", dn))
            return {}
    raise NoSuchEntity(f"Policy {policy_arn} was not found.")


def _list(call: Call, kind: Holder[H], name: str, path_prefix: str, page: Page) -> Result:
    attached = call.policies_at(kind.look_up(call, name).attached_policies)
    below = [policy for policy in attached if policy.path.startswith(path_prefix)]
    chosen, more = page.cut(below, lambda policy: policy.policy_name)
    return {"attached_policies": [{"policy_name": p.policy_name, "policy_arn": p.arn} for p in chosen]} | more


def attach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> Result:
    """Attaches a managed policy to a user; attaching it again changes nothing."""
    return _attach(call, USERS, user_name, policy_arn)


def detach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> Result:
    """Takes a managed policy from a user."""
    return _detach(call, USERS, user_name, policy_arn)


def list_attached_user_policies(
    call: Call,
    *,
    user_name: str,
    path_prefix: str = "/",
    page: Page,
) -> Result:
    """Lists the managed policies that are attached to a user directly."""
    return _list(call, USERS, user_name, path_prefix, page)


def attach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> Result:
    """Attaches a managed policy to a group; attaching it again changes nothing."""
    return _attach(call, GROUPS, group_name, policy_arn)


def detach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> Result:
    """Takes a managed policy from a group."""
    return _detach(call, GROUPS, group_name, policy_arn)


def list_attached_group_policies(
    call: Call,
    *,
    group_name: str,
    path_prefix: str = "/",
    page: Page,
) -> Result:
    """Lists the managed policies that are attached to a group."""
    return _list(call, GROUPS, group_name, path_prefix, page)


def attach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> Result:
    """Attaches a managed policy to a role; attaching it again changes nothing."""
    return _attach(call, ROLES, role_name, policy_arn)


def detach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> Result:
    """Takes a managed policy from a role."""
    return _detach(call, ROLES, role_name, policy_arn)


def list_attached_role_policies(
    call: Call,
    *,
    role_name: str,
    path_prefix: str = "/",
    page: Page,
) -> Result:
    """Lists the managed policies that are attached to a role."""
    return _list(call, ROLES, role_name, path_prefix, page)
