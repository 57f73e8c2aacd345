"""Managed policies and their versions.

All versions live in the policy's own entry, so that each change of a policy is one guarded write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from adapter.errors import AccessDenied, DeleteConflict, LimitExceeded, NoSuchEntity
from adapter.ldap import GROUP, POLICY, ROLE, SYSTEM_POLICY, USER, Add, Noun, Remove, Set, Where
from adapter.models import Policy, PolicyVersion
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.call import Call, Result
from adapter.operations.documents import checked_document
from adapter.operations.paging import Page
from adapter.operations.policy_usage import Usage, usage_of
from adapter.operations.quotas import hold_to_quota, quota
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.taken import unless_taken
from adapter.operations.views import policy_summary, policy_view, version_view
from adapter.policy import document_size

_ATTACHABLE: Final[tuple[Noun[Any], ...]] = (USER, GROUP, ROLE)
_BOUNDED: Final[tuple[Noun[Any], ...]] = (USER, ROLE)


def own_policy(call: Call, policy_arn: str) -> Policy:
    """A managed policy that the account may change.

    Raises:
        NoSuchEntity: there is none of that ARN.
        AccessDenied: it is system-defined.
    """
    policy = call.policy(policy_arn)
    if policy.is_system:
        raise AccessDenied("Policy is outside your own account.")
    return policy


def attachment_count(call: Call, policy: Policy) -> int:
    """To how many users, groups and roles the policy is attached."""
    condition = Where.refers("attached_policies", policy.dn)
    return sum(call.store.count(noun, call.account, condition) for noun in _ATTACHABLE)


def boundary_count(call: Call, policy: Policy) -> int:
    """Of how many users and roles the policy is the permissions boundary."""
    condition = Where.refers("boundary", policy.dn)
    return sum(call.store.count(noun, call.account, condition) for noun in _BOUNDED)


def create_policy(
    call: Call,
    *,
    policy_name: str,
    policy_document: str,
    path: str = "/",
    description: str | None = None,
    tags: TagParams = (),
) -> Result:
    """Creates a managed policy; the document becomes its version v1.

    Raises:
        EntityAlreadyExists: the name is taken.
        MalformedPolicyDocument: the document is not valid.
        LimitExceeded: the document is too long.
    """
    checked_managed_document(call, policy_document)
    now = call.context.now
    version = PolicyVersion(version_id="v1", document=policy_document, create_date=now, is_default_version=True)
    policy = Policy(
        policy_name=policy_name,
        policy_id=new_unique_id(IdPrefix.POLICY),
        arn=iam_arn(call.account.account_id, "policy", path, policy_name),
        path=path,
        create_date=now,
        update_date=now,
        description=description or None,
        default_version_id=version.version_id,
        versions=(version,),
        tags=checked_tags(call, "TagsPerPolicy", (), tags),
    )
    with unless_taken(f"A policy called {policy_name} already exists. Duplicate names are not allowed."):
        created = call.store.add(POLICY, call.account, policy)
    return {"policy": policy_view(created, 0, 0)}


def checked_managed_document(call: Call, document: str) -> None:
    """Refuses a document that a managed policy can't have."""
    checked_document(document, "identity")
    hold_to_quota(call.account, "PolicySize", document_size(document))


def get_policy(call: Call, *, policy_arn: str) -> Result:
    """Describes a managed policy."""
    policy = call.policy(policy_arn)
    return {"policy": policy_view(policy, attachment_count(call, policy), boundary_count(call, policy))}


def list_policies(
    call: Call,
    *,
    scope: str = "All",
    only_attached: bool = False,
    path_prefix: str = "/",
    policy_usage_filter: str | None = None,
    page: Page,
) -> Result:
    """Lists managed policies by name: the account's own (`Local`), system-defined ones (`AWS`), or all."""
    nouns = {"Local": (POLICY,), "AWS": (SYSTEM_POLICY,), "All": (POLICY, SYSTEM_POLICY)}[scope]
    found: Iterable[Policy] = (policy for noun in nouns for policy in call.store.walk(noun, call.account))
    below = sorted((p for p in found if p.path.startswith(path_prefix)), key=lambda p: p.policy_name.casefold())
    if only_attached or policy_usage_filter:
        used = _used(usage_of(call, below), policy_usage_filter)
        below = [policy for policy in below if policy.dn in used]
    chosen, more = page.cut(below, lambda policy: policy.policy_name)
    usage = usage_of(call, chosen)
    views = [policy_summary(p, usage.attachments[p.dn], usage.boundaries[p.dn]) for p in chosen]
    return {"policies": views} | more


def _used(usage: Usage, usage_filter: str | None) -> set[str]:
    """The DNs of the policies that are in use, in the way that is asked for."""
    counts = {"PermissionsPolicy": usage.attachments, "PermissionsBoundary": usage.boundaries}
    return set(counts.get(usage_filter or "", usage.attachments + usage.boundaries))


def delete_policy(call: Call, *, policy_arn: str) -> Result:
    """Deletes a managed policy of the account with its last version.

    The deletion is guarded by the policy's revision, which every attachment changes: one that comes in between is
    noticed, and the call looks again.

    Raises:
        DeleteConflict: it is attached, or has more than one version.
    """
    policy = own_policy(call, policy_arn)
    if attachment_count(call, policy) or boundary_count(call, policy):
        raise DeleteConflict("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
    call.store.delete(POLICY, call.account, policy)
    return {}


def create_policy_version(call: Call, *, policy_arn: str, policy_document: str, set_as_default: bool = False) -> Result:
    """Adds a version; numbers are never given twice.

    Raises:
        LimitExceeded: five versions are there already.
    """
    checked_managed_document(call, policy_document)
    policy = own_policy(call, policy_arn)
    limit = quota(call.account, "VersionsPerPolicy")
    if len(policy.versions) >= limit:
        raise LimitExceeded(
            f"A managed policy can have up to {limit} versions. Before you create a new version, you must delete an "
            "existing version."
        )
    number = policy.last_version + 1
    version = PolicyVersion(version_id=f"v{number}", document=policy_document, create_date=call.context.now)
    default = [Set("default_version_id", version.version_id)] if set_as_default else []
    changes = (Add("versions", version), Set("last_version", number), *default)
    call.store.change(POLICY, call.account, policy, *changes)
    return {"policy_version": version_view(replace(version, is_default_version=set_as_default), with_document=False)}


def _version(policy: Policy, version_id: str) -> PolicyVersion:
    for version in policy.versions:
        if version.version_id == version_id:
            return version
    raise NoSuchEntity(f"Policy {policy.arn} version {version_id} does not exist or is not attachable.")


def get_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Result:
    """Reads a version with its document."""
    return {"policy_version": version_view(_version(call.policy(policy_arn), version_id))}


def list_policy_versions(
    call: Call,
    *,
    policy_arn: str,
    page: Page,
) -> Result:
    """Lists the versions of a managed policy, newest first."""
    versions = call.policy(policy_arn).versions
    # Five versions at the most: they are one page, and a marker can only mean that it has been read.
    chosen = () if page.marker else versions
    return {"versions": [version_view(version, with_document=False) for version in chosen], "is_truncated": False}


def set_default_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Result:
    """Puts another version in force, for everybody who has the policy."""
    policy = own_policy(call, policy_arn)
    version = _version(policy, version_id)
    call.store.change(POLICY, call.account, policy, Set("default_version_id", version.version_id))
    return {}


def delete_policy_version(call: Call, *, policy_arn: str, version_id: str) -> Result:
    """Deletes a version that is not in force.

    Raises:
        DeleteConflict: it is the default version.
    """
    policy = own_policy(call, policy_arn)
    version = _version(policy, version_id)
    if version.is_default_version:
        raise DeleteConflict("Cannot delete the default version of a policy.")
    call.store.change(POLICY, call.account, policy, Remove("versions", version))
    return {}
