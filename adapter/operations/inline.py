"""Inline policies of users, groups and roles: they live and die with their holder."""

from __future__ import annotations

from adapter.errors import LimitExceeded, NoSuchEntity
from adapter.ldap import Add, Remove
from adapter.models import InlinePolicy
from adapter.operations.call import Call, Result
from adapter.operations.documents import checked_document
from adapter.operations.holders import GROUPS, ROLES, USERS, H, Holder
from adapter.operations.paging import Page
from adapter.operations.quotas import quota
from adapter.operations.views import encode_document
from adapter.policy import document_size


def _put(call: Call, kind: Holder[H], name: str, policy_name: str, document: str) -> Result:
    checked_document(document, "identity")
    holder = kind.look_up_to_change(call, name)
    others = [policy for policy in holder.inline_policies if not _is_named(policy, policy_name)]
    limit = quota(call.account, kind.inline_quota)
    if sum(document_size(policy.policy_document) for policy in others) + document_size(document) > limit:
        raise LimitExceeded(f"Maximum policy size of {limit} bytes exceeded for {kind.label} {name}")
    new = InlinePolicy(policy_name=policy_name, policy_document=document)
    replaced = [policy for policy in holder.inline_policies if _is_named(policy, policy_name)]
    if replaced != [new]:
        removals = [Remove("inline_policies", policy) for policy in replaced]
        call.store.change(kind.noun, call.account, holder, *removals, Add("inline_policies", new))
    return {}


def _is_named(policy: InlinePolicy, name: str) -> bool:
    return policy.policy_name.casefold() == name.casefold()


def _find(holder: H, kind: Holder[H], policy_name: str) -> InlinePolicy:
    for policy in holder.inline_policies:
        if _is_named(policy, policy_name):
            return policy
    raise NoSuchEntity(f"The {kind.label} policy with name {policy_name} cannot be found.")


def _get(call: Call, kind: Holder[H], name: str, policy_name: str) -> Result:
    policy = _find(kind.look_up(call, name), kind, policy_name)
    document = encode_document(policy.policy_document)
    return {f"{kind.label}_name": name, "policy_name": policy.policy_name, "policy_document": document}


def _delete(call: Call, kind: Holder[H], name: str, policy_name: str) -> Result:
    holder = kind.look_up_to_change(call, name)
    call.store.change(kind.noun, call.account, holder, Remove("inline_policies", _find(holder, kind, policy_name)))
    return {}


def _list(call: Call, kind: Holder[H], name: str, page: Page) -> Result:
    holder = kind.look_up(call, name)
    names = sorted((policy.policy_name for policy in holder.inline_policies), key=str.casefold)
    chosen, more = page.cut(names, str)
    return {"policy_names": list(chosen)} | more


def put_user_policy(call: Call, *, user_name: str, policy_name: str, policy_document: str) -> Result:
    """Writes an inline policy of a user, replacing the one of that name."""
    return _put(call, USERS, user_name, policy_name, policy_document)


def get_user_policy(call: Call, *, user_name: str, policy_name: str) -> Result:
    """Reads an inline policy of a user."""
    return _get(call, USERS, user_name, policy_name)


def delete_user_policy(call: Call, *, user_name: str, policy_name: str) -> Result:
    """Deletes an inline policy of a user."""
    return _delete(call, USERS, user_name, policy_name)


def list_user_policies(
    call: Call,
    *,
    user_name: str,
    page: Page,
) -> Result:
    """Lists the names of a user's inline policies."""
    return _list(call, USERS, user_name, page)


def put_group_policy(call: Call, *, group_name: str, policy_name: str, policy_document: str) -> Result:
    """Writes an inline policy of a group, replacing the one of that name."""
    return _put(call, GROUPS, group_name, policy_name, policy_document)


def get_group_policy(call: Call, *, group_name: str, policy_name: str) -> Result:
    """Reads an inline policy of a group."""
    return _get(call, GROUPS, group_name, policy_name)


def delete_group_policy(call: Call, *, group_name: str, policy_name: str) -> Result:
    """Deletes an inline policy of a group."""
    return _delete(call, GROUPS, group_name, policy_name)


def list_group_policies(
    call: Call,
    *,
    group_name: str,
    page: Page,
) -> Result:
    """Lists the names of a group's inline policies."""
    return _list(call, GROUPS, group_name, page)


def put_role_policy(call: Call, *, role_name: str, policy_name: str, policy_document: str) -> Result:
    """Writes an inline policy of a role, replacing the one of that name."""
    return _put(call, ROLES, role_name, policy_name, policy_document)


def get_role_policy(call: Call, *, role_name: str, policy_name: str) -> Result:
    """Reads an inline policy of a role."""
    return _get(call, ROLES, role_name, policy_name)


def delete_role_policy(call: Call, *, role_name: str, policy_name: str) -> Result:
    """Deletes an inline policy of a role."""
    return _delete(call, ROLES, role_name, policy_name)


def list_role_policies(
    call: Call,
    *,
    role_name: str,
    page: Page,
) -> Result:
    """Lists the names of a role's inline policies."""
    return _list(call, ROLES, role_name, page)
