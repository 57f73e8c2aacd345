"""Entries as they stand in the directory, for people who know LDAP."""

from __future__ import annotations

from adapter.operations.call import Call, Result


def describe_user_entry(call: Call, *, user_name: str) -> Result:
    """A user's entry as LDIF, without secrets."""
    return {"ldif": call.store.ldif(call.user(user_name))}


def describe_group_entry(call: Call, *, group_name: str) -> Result:
    """A group's entry as LDIF."""
    return {"ldif": call.store.ldif(call.group(group_name))}


def describe_role_entry(call: Call, *, role_name: str) -> Result:
    """A role's entry as LDIF."""
    return {"ldif": call.store.ldif(call.role(role_name))}


def describe_policy_entry(call: Call, *, policy_arn: str) -> Result:
    """A managed policy's entry as LDIF."""
    return {"ldif": call.store.ldif(call.policy(policy_arn))}
