"""The table of all operations: what each is called, what it acts on, and the function that does it.

`Iam.execute` knows no other way to run anything, so a row here is the only way for an operation to exist, and every
row has an action and a resource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore import xform_name

from adapter.operations import (
    account,
    attachments,
    boundaries,
    entities,
    groups,
    inline,
    login_profiles,
    memberships,
    policies,
    roles,
    tags,
    users,
    whoami,
)
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.parameters import is_paged
from adapter.operations.resources import ResourceRule, a_group, a_new, a_policy, a_role, a_user, anything, oneself

_READING: Final = ("Get", "List", "Describe", "Simulate", "Generate")

_PAGE_PARAMS: Final = frozenset({"marker", "max_items"})

_POLICY_KEY: Final = {"policy_arn": "iam:PolicyARN"}
_BOUNDARY_KEY: Final = {"permissions_boundary": "iam:PermissionsBoundary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        action: what policies call it, such as `iam:CreateUser`.
        run: takes the call and, by keyword, the checked parameters (Marker and MaxItems together as a `page`).
        resource: derives what it acts on.
        request_keys: which parameter gives which context key.
        tag_action: asked for as well when tags are given, as with AWS.
        open_to_caller: needs no permission, because it tells callers about themselves only (as GetCallerIdentity).
    """

    action: str
    run: Callable[..., Result]
    resource: ResourceRule
    request_keys: Mapping[str, str] = field(default_factory=dict)
    tag_action: str | None = None
    open_to_caller: bool = False

    @property
    def service(self) -> str:
        """The service prefix: `iam`, `sts` or `bindery`."""
        return self.action.partition(":")[0]

    @property
    def wire_name(self) -> str:
        """AWS's name, such as `CreateUser`."""
        return self.action.partition(":")[2]

    @property
    def name(self) -> str:
        """Bindery's name, such as `create_user`."""
        snake: str = xform_name(self.wire_name)
        return snake

    def perform(self, call: Call, params: Mapping[str, Any]) -> Result:
        """Runs the operation with parameters that have been checked.

        Raises:
            IamError: it was refused.
            Stale: somebody else was faster; nothing was changed, and it can be run again.
        """
        if not is_paged(self.service, self.wire_name):
            return self.run(call, **params)
        others = {name: value for name, value in params.items() if name not in _PAGE_PARAMS}
        return self.run(call, page=Page(params.get("marker"), params.get("max_items")), **others)

    @property
    def only_reads(self) -> bool:
        """It changes nothing, so only its refusals are worth a line in the audit trail."""
        return self.wire_name.startswith(_READING)


def _iam(name: str, run: Callable[..., Result], resource: ResourceRule, **more: Any) -> Operation:
    return Operation(action=f"iam:{name}", run=run, resource=resource, **more)


_USERS: Final = (
    _iam("CreateUser", users.create_user, a_new("user"), request_keys=_BOUNDARY_KEY, tag_action="iam:TagUser"),
    _iam("GetUser", users.get_user, a_user),
    _iam("ListUsers", users.list_users, anything),
    _iam("UpdateUser", users.update_user, a_user),
    _iam("DeleteUser", users.delete_user, a_user),
    _iam("TagUser", tags.tag_user, a_user),
    _iam("UntagUser", tags.untag_user, a_user),
    _iam("ListUserTags", tags.list_user_tags, a_user),
    _iam("CreateLoginProfile", login_profiles.create_login_profile, a_user),
    _iam("GetLoginProfile", login_profiles.get_login_profile, a_user),
    _iam("UpdateLoginProfile", login_profiles.update_login_profile, a_user),
    _iam("DeleteLoginProfile", login_profiles.delete_login_profile, a_user),
    _iam("ChangePassword", login_profiles.change_password, oneself),
)

_GROUPS: Final = (
    _iam("CreateGroup", groups.create_group, a_new("group")),
    _iam("GetGroup", memberships.get_group, a_group),
    _iam("ListGroups", groups.list_groups, anything),
    _iam("UpdateGroup", groups.update_group, a_group),
    _iam("DeleteGroup", groups.delete_group, a_group),
    _iam("AddUserToGroup", memberships.add_user_to_group, a_group),
    _iam("RemoveUserFromGroup", memberships.remove_user_from_group, a_group),
    _iam("ListGroupsForUser", memberships.list_groups_for_user, a_user),
)

_ROLES: Final = (
    _iam("CreateRole", roles.create_role, a_new("role"), request_keys=_BOUNDARY_KEY, tag_action="iam:TagRole"),
    _iam("GetRole", roles.get_role, a_role),
    _iam("ListRoles", roles.list_roles, anything),
    _iam("UpdateRole", roles.update_role, a_role),
    _iam("UpdateAssumeRolePolicy", roles.update_assume_role_policy, a_role),
    _iam("DeleteRole", roles.delete_role, a_role),
    _iam("TagRole", tags.tag_role, a_role),
    _iam("UntagRole", tags.untag_role, a_role),
    _iam("ListRoleTags", tags.list_role_tags, a_role),
)

_POLICIES: Final = (
    _iam("CreatePolicy", policies.create_policy, a_new("policy"), tag_action="iam:TagPolicy"),
    _iam("GetPolicy", policies.get_policy, a_policy),
    _iam("ListPolicies", policies.list_policies, anything),
    _iam("DeletePolicy", policies.delete_policy, a_policy),
    _iam("CreatePolicyVersion", policies.create_policy_version, a_policy),
    _iam("GetPolicyVersion", policies.get_policy_version, a_policy),
    _iam("ListPolicyVersions", policies.list_policy_versions, a_policy),
    _iam("SetDefaultPolicyVersion", policies.set_default_policy_version, a_policy),
    _iam("DeletePolicyVersion", policies.delete_policy_version, a_policy),
    _iam("ListEntitiesForPolicy", entities.list_entities_for_policy, a_policy),
    _iam("TagPolicy", tags.tag_policy, a_policy),
    _iam("UntagPolicy", tags.untag_policy, a_policy),
    _iam("ListPolicyTags", tags.list_policy_tags, a_policy),
)

_ATTACHMENTS: Final = (
    _iam("AttachUserPolicy", attachments.attach_user_policy, a_user, request_keys=_POLICY_KEY),
    _iam("DetachUserPolicy", attachments.detach_user_policy, a_user, request_keys=_POLICY_KEY),
    _iam("ListAttachedUserPolicies", attachments.list_attached_user_policies, a_user),
    _iam("AttachGroupPolicy", attachments.attach_group_policy, a_group, request_keys=_POLICY_KEY),
    _iam("DetachGroupPolicy", attachments.detach_group_policy, a_group, request_keys=_POLICY_KEY),
    _iam("ListAttachedGroupPolicies", attachments.list_attached_group_policies, a_group),
    _iam("AttachRolePolicy", attachments.attach_role_policy, a_role, request_keys=_POLICY_KEY),
    _iam("DetachRolePolicy", attachments.detach_role_policy, a_role, request_keys=_POLICY_KEY),
    _iam("ListAttachedRolePolicies", attachments.list_attached_role_policies, a_role),
    _iam("PutUserPermissionsBoundary", boundaries.put_user_permissions_boundary, a_user, request_keys=_BOUNDARY_KEY),
    _iam("DeleteUserPermissionsBoundary", boundaries.delete_user_permissions_boundary, a_user),
    _iam("PutRolePermissionsBoundary", boundaries.put_role_permissions_boundary, a_role, request_keys=_BOUNDARY_KEY),
    _iam("DeleteRolePermissionsBoundary", boundaries.delete_role_permissions_boundary, a_role),
)

_INLINE: Final = (
    _iam("PutUserPolicy", inline.put_user_policy, a_user),
    _iam("GetUserPolicy", inline.get_user_policy, a_user),
    _iam("DeleteUserPolicy", inline.delete_user_policy, a_user),
    _iam("ListUserPolicies", inline.list_user_policies, a_user),
    _iam("PutGroupPolicy", inline.put_group_policy, a_group),
    _iam("GetGroupPolicy", inline.get_group_policy, a_group),
    _iam("DeleteGroupPolicy", inline.delete_group_policy, a_group),
    _iam("ListGroupPolicies", inline.list_group_policies, a_group),
    _iam("PutRolePolicy", inline.put_role_policy, a_role),
    _iam("GetRolePolicy", inline.get_role_policy, a_role),
    _iam("DeleteRolePolicy", inline.delete_role_policy, a_role),
    _iam("ListRolePolicies", inline.list_role_policies, a_role),
)

_ACCOUNT: Final = (
    _iam("CreateAccountAlias", account.create_account_alias, anything),
    _iam("DeleteAccountAlias", account.delete_account_alias, anything),
    _iam("ListAccountAliases", account.list_account_aliases, anything),
    _iam("GetAccountPasswordPolicy", account.get_account_password_policy, anything),
    _iam("UpdateAccountPasswordPolicy", account.update_account_password_policy, anything),
    _iam("DeleteAccountPasswordPolicy", account.delete_account_password_policy, anything),
    _iam("GetAccountSummary", account.get_account_summary, anything),
    Operation(action="bindery:DescribeCaller", run=whoami.describe_caller, resource=oneself, open_to_caller=True),
)

CATALOGUE: Final[Mapping[str, Operation]] = {
    row.name: row for row in (*_USERS, *_GROUPS, *_ROLES, *_POLICIES, *_ATTACHMENTS, *_INLINE, *_ACCOUNT)
}
"""Every operation by Bindery's name."""
