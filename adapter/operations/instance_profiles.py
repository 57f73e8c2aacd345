"""Instance profiles: what hands a role to a machine; each has one role at the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from adapter.errors import DeleteConflict, NoSuchEntity
from adapter.ldap import INSTANCE_PROFILE, ROLE, Clear, Set, Where
from adapter.models import InstanceProfile, Role
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Demand, Target, a_role, resource_tags
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.tags import list_tags, remove_tags, set_tags
from adapter.operations.taken import unless_taken
from adapter.operations.trust import as_shown
from adapter.operations.users import below
from adapter.operations.views import role_summary, tag_views

_KIND: Final = "instance-profile"
_MACHINES: Final = "ec2.amazonaws.com"
"""To whom a role in an instance profile is passed."""
_ROLE_MEMBERS: Final = ("path", "role_name", "role_id", "arn", "create_date", "assume_role_policy_document")


def create_instance_profile(call: Call, *, instance_profile_name: str, path: str = "/", tags: TagParams = ()) -> Result:
    """Makes an instance profile without a role.

    Raises:
        EntityAlreadyExists: the name is taken.
        LimitExceeded: the account has as many as it may have.
    """
    present = call.store.count(INSTANCE_PROFILE, call.account)
    hold_to_quota(call.account, "InstanceProfilesPerAccount", present + 1)
    profile = InstanceProfile(
        instance_profile_name=instance_profile_name,
        instance_profile_id=new_unique_id(IdPrefix.INSTANCE_PROFILE),
        arn=iam_arn(call.account.account_id, _KIND, path, instance_profile_name),
        path=path,
        create_date=call.context.now,
        tags=checked_tags(call, "TagsPerInstanceProfile", (), tags),
    )
    with unless_taken(f"Instance Profile {instance_profile_name} already exists."):
        made = call.store.add(INSTANCE_PROFILE, call.account, profile, referring_to=call.account)
    return {"instance_profile": profile_view(made, None) | ({"tags": tag_views(made.tags)} if made.tags else {})}


def get_instance_profile(call: Call, *, instance_profile_name: str) -> Result:
    """Describes an instance profile with its role."""
    profile = _profile(call, instance_profile_name)
    role = _role_of(call, profile)
    shown = as_shown(call, [role])[0] if role else None
    return {"instance_profile": profile_view(profile, shown) | {"tags": tag_views(profile.tags)}}


def list_instance_profiles(call: Call, *, path_prefix: str = "/", page: Page) -> Result:
    """Lists instance profiles by name, a page at a time."""
    found, more = page.read(call.store, INSTANCE_PROFILE, call.account, *below(path_prefix))
    loaded = call.store.load_many(ROLE, call.account, {profile.role for profile in found if profile.role})
    roles = dict(zip(loaded, as_shown(call, loaded.values()), strict=True))
    return {"instance_profiles": [profile_view(each, roles.get(each.role or "")) for each in found]} | more


def list_instance_profiles_for_role(call: Call, *, role_name: str, page: Page) -> Result:
    """Lists the instance profiles that have a role.

    Raises:
        NoSuchEntity: there is no such role.
    """
    (role,) = as_shown(call, [call.role(role_name)])
    found, more = page.read(call.store, INSTANCE_PROFILE, call.account, Where.refers("role", role.dn))
    return {"instance_profiles": [profile_view(each, role) for each in found]} | more


def delete_instance_profile(call: Call, *, instance_profile_name: str) -> Result:
    """Deletes an instance profile that has no role.

    Raises:
        DeleteConflict: it has one.
    """
    profile = _profile(call, instance_profile_name)
    if _role_of(call, profile) is not None:
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    call.store.delete(INSTANCE_PROFILE, call.account, profile)
    return {}


def add_role_to_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> Result:
    """Puts a role into an instance profile.

    Raises:
        NoSuchEntity: there is no such instance profile or role.
        LimitExceeded: it has a role already.
        UnmodifiableEntity: the role is linked to a service.
    """
    profile = _profile(call, instance_profile_name)
    role = call.role_to_change(role_name)
    hold_to_quota(call.account, "InstanceSessionsPerInstanceProfile", 1 + (_role_of(call, profile) is not None))
    call.store.link(role, INSTANCE_PROFILE, call.account, profile, Set("role", role.dn), guard_target=False)
    return {}


def remove_role_from_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> Result:
    """Takes the role out of an instance profile.

    Raises:
        NoSuchEntity: there is no such instance profile or role, or the role is not in it.
        UnmodifiableEntity: the role is linked to a service.
    """
    profile, role = _profile(call, instance_profile_name), call.role_to_change(role_name)
    present = _role_of(call, profile)
    if present is None or present.role_id != role.role_id:
        raise NoSuchEntity(f"Role {role_name} in Instance Profile {instance_profile_name} cannot be found.")
    call.store.change(INSTANCE_PROFILE, call.account, profile, Clear("role"))
    return {}


def tag_instance_profile(call: Call, *, instance_profile_name: str, tags: TagParams) -> Result:
    """Sets tags of an instance profile."""
    return set_tags(call, INSTANCE_PROFILE, _profile(call, instance_profile_name), "TagsPerInstanceProfile", tags)


def untag_instance_profile(call: Call, *, instance_profile_name: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from an instance profile; keys that it does not have are passed over."""
    return remove_tags(call, INSTANCE_PROFILE, _profile(call, instance_profile_name), tag_keys)


def list_instance_profile_tags(call: Call, *, instance_profile_name: str, page: Page) -> Result:
    """Lists an instance profile's tags by key."""
    return list_tags(_profile(call, instance_profile_name), page)


def profile_view(profile: InstanceProfile, role: Role | None) -> Result:
    """An instance profile as lists show it, with the short form of its role."""
    roles = [{name: role_summary(role)[name] for name in _ROLE_MEMBERS}] if role else []
    return {
        "path": profile.path,
        "instance_profile_name": profile.instance_profile_name,
        "instance_profile_id": profile.instance_profile_id,
        "arn": profile.arn,
        "create_date": profile.create_date,
        "roles": roles,
    }


def a_profile(call: Call, params: Mapping[str, Any]) -> Target:
    """The instance profile that InstanceProfileName names, for the authorization."""
    name = params["instance_profile_name"]
    profile = call.find(INSTANCE_PROFILE, name)
    if profile is None:
        return Target((iam_arn(call.account.account_id, _KIND, params.get("path", "/"), name),))
    return Target((profile.arn,), resource_tags(profile.tags))


def a_new_profile(call: Call, params: Mapping[str, Any]) -> Target:
    """The instance profile that is about to be made, for the authorization."""
    name = params["instance_profile_name"]
    return Target((iam_arn(call.account.account_id, _KIND, params.get("path", "/"), name),))


def a_profile_with_role(call: Call, params: Mapping[str, Any]) -> Target:
    """The instance profile, and the role that has to be allowed to be passed to machines."""
    profile, role = a_profile(call, params), a_role(call, params)
    keys = role.keys | {"iam:PassedToService": _MACHINES, "iam:AssociatedResourceArn": profile.arns[0]}
    return Target(profile.arns, profile.keys, demands=(Demand("iam:PassRole", role.arns[0], keys),))


def _profile(call: Call, name: str) -> InstanceProfile:
    profile = call.find(INSTANCE_PROFILE, name)
    if profile is None:
        raise NoSuchEntity(f"Instance Profile {name} cannot be found.")
    return profile


def _role_of(call: Call, profile: InstanceProfile) -> Role | None:
    """The role; None when there is none, or when an LDAP tool has deleted it."""
    return call.store.load(ROLE, call.account, profile.role) if profile.role else None
