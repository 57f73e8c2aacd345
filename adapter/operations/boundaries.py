"""Permissions boundaries of users and roles: the most that their policies can give them."""

from __future__ import annotations

from adapter.errors import NoSuchEntity
from adapter.ldap import Clear, Set
from adapter.models import Policy
from adapter.operations.call import Call, Result
from adapter.operations.holders import ROLES, USERS, H, Holder


def boundary_policy(call: Call, policy_arn: str) -> Policy:
    """The managed policy that should become a boundary.

    Raises:
        NoSuchEntity: there is none of that ARN.
    """
    policy = call.find_policy(policy_arn)
    if policy is None:
        raise NoSuchEntity(f"Scope ARN: {policy_arn} does not exist or is not attachable.")
    return policy


def _put(call: Call, kind: Holder[H], name: str, policy_arn: str) -> Result:
    holder = kind.look_up_to_change(call, name)
    policy = boundary_policy(call, policy_arn)
    call.store.link(policy, kind.noun, call.account, holder, Set("boundary", policy.dn), guard_target=False)
    return {}


def _delete(call: Call, kind: Holder[H], name: str) -> Result:
    call.store.change(kind.noun, call.account, kind.look_up_to_change(call, name), Clear("boundary"))
    return {}


def put_user_permissions_boundary(call: Call, *, user_name: str, permissions_boundary: str) -> Result:
    """Sets a user's permissions boundary, replacing the one before."""
    return _put(call, USERS, user_name, permissions_boundary)


def delete_user_permissions_boundary(call: Call, *, user_name: str) -> Result:
    """Takes a user's permissions boundary away; its policies then count in full."""
    return _delete(call, USERS, user_name)


def put_role_permissions_boundary(call: Call, *, role_name: str, permissions_boundary: str) -> Result:
    """Sets a role's permissions boundary, replacing the one before."""
    return _put(call, ROLES, role_name, permissions_boundary)


def delete_role_permissions_boundary(call: Call, *, role_name: str) -> Result:
    """Takes a role's permissions boundary away; its policies then count in full."""
    return _delete(call, ROLES, role_name)
