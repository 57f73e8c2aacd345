"""Managed and inline policies, and what has them."""

from __future__ import annotations

from typing import Final

from adapter.operations import attachments, boundaries, entities, inline, policies, tags
from adapter.operations.catalogue.operation import BOUNDARY_KEY, POLICY_KEY, iam
from adapter.operations.resources import a_group, a_new, a_policy, a_role, a_user, anything

_POLICIES: Final = (
    iam("CreatePolicy", policies.create_policy, a_new("policy"), tag_action="iam:TagPolicy"),
    iam("GetPolicy", policies.get_policy, a_policy),
    iam("ListPolicies", policies.list_policies, anything),
    iam("DeletePolicy", policies.delete_policy, a_policy),
    iam("CreatePolicyVersion", policies.create_policy_version, a_policy),
    iam("GetPolicyVersion", policies.get_policy_version, a_policy),
    iam("ListPolicyVersions", policies.list_policy_versions, a_policy),
    iam("SetDefaultPolicyVersion", policies.set_default_policy_version, a_policy),
    iam("DeletePolicyVersion", policies.delete_policy_version, a_policy),
    iam("ListEntitiesForPolicy", entities.list_entities_for_policy, a_policy),
    iam("TagPolicy", tags.tag_policy, a_policy),
    iam("UntagPolicy", tags.untag_policy, a_policy),
    iam("ListPolicyTags", tags.list_policy_tags, a_policy),
)

_ATTACHMENTS: Final = (
    iam("AttachUserPolicy", attachments.attach_user_policy, a_user, request_keys=POLICY_KEY),
    iam("DetachUserPolicy", attachments.detach_user_policy, a_user, request_keys=POLICY_KEY),
    iam("ListAttachedUserPolicies", attachments.list_attached_user_policies, a_user),
    iam("AttachGroupPolicy", attachments.attach_group_policy, a_group, request_keys=POLICY_KEY),
    iam("DetachGroupPolicy", attachments.detach_group_policy, a_group, request_keys=POLICY_KEY),
    iam("ListAttachedGroupPolicies", attachments.list_attached_group_policies, a_group),
    iam("AttachRolePolicy", attachments.attach_role_policy, a_role, request_keys=POLICY_KEY),
    iam("DetachRolePolicy", attachments.detach_role_policy, a_role, request_keys=POLICY_KEY),
    iam("ListAttachedRolePolicies", attachments.list_attached_role_policies, a_role),
    iam("PutUserPermissionsBoundary", boundaries.put_user_permissions_boundary, a_user, request_keys=BOUNDARY_KEY),
    iam("DeleteUserPermissionsBoundary", boundaries.delete_user_permissions_boundary, a_user),
    iam("PutRolePermissionsBoundary", boundaries.put_role_permissions_boundary, a_role, request_keys=BOUNDARY_KEY),
    iam("DeleteRolePermissionsBoundary", boundaries.delete_role_permissions_boundary, a_role),
)

_INLINE: Final = (
    iam("PutUserPolicy", inline.put_user_policy, a_user),
    iam("GetUserPolicy", inline.get_user_policy, a_user),
    iam("DeleteUserPolicy", inline.delete_user_policy, a_user),
    iam("ListUserPolicies", inline.list_user_policies, a_user),
    iam("PutGroupPolicy", inline.put_group_policy, a_group),
    iam("GetGroupPolicy", inline.get_group_policy, a_group),
    iam("DeleteGroupPolicy", inline.delete_group_policy, a_group),
    iam("ListGroupPolicies", inline.list_group_policies, a_group),
    iam("PutRolePolicy", inline.put_role_policy, a_role),
    iam("GetRolePolicy", inline.get_role_policy, a_role),
    iam("DeleteRolePolicy", inline.delete_role_policy, a_role),
    iam("ListRolePolicies", inline.list_role_policies, a_role),
)

ROWS: Final = (
    *_POLICIES,
    *_ATTACHMENTS,
    *_INLINE,
)
"""Rows of the catalogue."""
