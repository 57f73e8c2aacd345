"""Instance profiles and service-linked roles."""

from __future__ import annotations

from typing import Final

from adapter.operations import instance_profiles, service_roles
from adapter.operations.catalogue.operation import iam
from adapter.operations.instance_profiles import a_new_profile, a_profile, a_profile_with_role
from adapter.operations.resources import a_role, anything

_SERVICE_KEY: Final = {"aws_service_name": "iam:AWSServiceName"}

_INSTANCE_PROFILES: Final = (
    iam(
        "CreateInstanceProfile",
        instance_profiles.create_instance_profile,
        a_new_profile,
        tag_action="iam:TagInstanceProfile",
    ),
    iam("GetInstanceProfile", instance_profiles.get_instance_profile, a_profile),
    iam("ListInstanceProfiles", instance_profiles.list_instance_profiles, anything),
    iam("ListInstanceProfilesForRole", instance_profiles.list_instance_profiles_for_role, a_role),
    iam("DeleteInstanceProfile", instance_profiles.delete_instance_profile, a_profile),
    iam("AddRoleToInstanceProfile", instance_profiles.add_role_to_instance_profile, a_profile_with_role),
    iam("RemoveRoleFromInstanceProfile", instance_profiles.remove_role_from_instance_profile, a_profile),
    iam("TagInstanceProfile", instance_profiles.tag_instance_profile, a_profile),
    iam("UntagInstanceProfile", instance_profiles.untag_instance_profile, a_profile),
    iam("ListInstanceProfileTags", instance_profiles.list_instance_profile_tags, a_profile),
)

_SERVICE_ROLES: Final = (
    iam(
        "CreateServiceLinkedRole",
        service_roles.create_service_linked_role,
        service_roles.a_new_service_role,
        request_keys=_SERVICE_KEY,
    ),
    iam("DeleteServiceLinkedRole", service_roles.delete_service_linked_role, a_role),
    iam(
        "GetServiceLinkedRoleDeletionStatus",
        service_roles.get_service_linked_role_deletion_status,
        service_roles.the_deleted_role,
    ),
)

ROWS: Final = (
    *_INSTANCE_PROFILES,
    *_SERVICE_ROLES,
)
"""Rows of the catalogue."""
