"""Users, groups and roles."""

from __future__ import annotations

from typing import Final

from adapter.operations import groups, login_profiles, memberships, roles, tags, users
from adapter.operations.catalogue.operation import BOUNDARY_KEY, iam
from adapter.operations.resources import a_group, a_new, a_role, a_user, anything

_USERS: Final = (
    iam("CreateUser", users.create_user, a_new("user"), request_keys=BOUNDARY_KEY, tag_action="iam:TagUser"),
    iam("GetUser", users.get_user, a_user),
    iam("ListUsers", users.list_users, anything),
    iam("UpdateUser", users.update_user, a_user),
    iam("DeleteUser", users.delete_user, a_user),
    iam("TagUser", tags.tag_user, a_user),
    iam("UntagUser", tags.untag_user, a_user),
    iam("ListUserTags", tags.list_user_tags, a_user),
    iam("CreateLoginProfile", login_profiles.create_login_profile, a_user),
    iam("GetLoginProfile", login_profiles.get_login_profile, a_user),
    iam("UpdateLoginProfile", login_profiles.update_login_profile, a_user),
    iam("DeleteLoginProfile", login_profiles.delete_login_profile, a_user),
    iam("ChangePassword", login_profiles.change_password, login_profiles.own_password),
)

_GROUPS: Final = (
    iam("CreateGroup", groups.create_group, a_new("group")),
    iam("GetGroup", memberships.get_group, a_group),
    iam("ListGroups", groups.list_groups, anything),
    iam("UpdateGroup", groups.update_group, a_group),
    iam("DeleteGroup", groups.delete_group, a_group),
    iam("AddUserToGroup", memberships.add_user_to_group, a_group),
    iam("RemoveUserFromGroup", memberships.remove_user_from_group, a_group),
    iam("ListGroupsForUser", memberships.list_groups_for_user, a_user),
)

_ROLES: Final = (
    iam("CreateRole", roles.create_role, a_new("role"), request_keys=BOUNDARY_KEY, tag_action="iam:TagRole"),
    iam("GetRole", roles.get_role, a_role),
    iam("ListRoles", roles.list_roles, anything),
    iam("UpdateRole", roles.update_role, a_role),
    iam("UpdateRoleDescription", roles.update_role_description, a_role),
    iam("UpdateAssumeRolePolicy", roles.update_assume_role_policy, a_role),
    iam("DeleteRole", roles.delete_role, a_role),
    iam("TagRole", tags.tag_role, a_role),
    iam("UntagRole", tags.untag_role, a_role),
    iam("ListRoleTags", tags.list_role_tags, a_role),
)

ROWS: Final = (
    *_USERS,
    *_GROUPS,
    *_ROLES,
)
"""Rows of the catalogue."""
