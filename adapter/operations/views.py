"""How records look in answers: plain dicts by the service model's shapes, snake-cased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from adapter.models import Group, PasswordPolicy, Policy, PolicyVersion, Role, Tag, User
from adapter.operations.call import Call
from adapter.operations.trust import as_shown

View = dict[str, Any]


def _given(**members: Any) -> View:
    """The members that have a value; an answer leaves out the others."""
    return {name: value for name, value in members.items() if value is not None}


def tag_views(tags: Iterable[Tag]) -> list[View]:
    """Tags, sorted by key."""
    return [{"key": tag.key, "value": tag.value} for tag in sorted(tags, key=lambda tag: tag.key.casefold())]


def boundary_view(call: Call, dn: str | None) -> View | None:
    """The permissions boundary at that DN (AWS's type of it reads `Policy`), or None."""
    for policy in call.policies_at([dn] if dn else []):
        return {"permissions_boundary_arn": policy.arn, "permissions_boundary_type": "Policy"}
    return None


def user_summary(user: User) -> View:
    """A user as lists show it: without tags and boundary."""
    return _given(
        path=user.path,
        user_name=user.user_name,
        user_id=user.user_id,
        arn=user.arn,
        create_date=user.create_date,
        password_last_used=user.password_last_used,
        display_name=user.display_name,
        remarks=user.remarks,
        mobile_phone=user.mobile_phone,
        email=user.email,
    )


def user_view(call: Call, user: User) -> View:
    """A user as GetUser answers it."""
    more = _given(permissions_boundary=boundary_view(call, user.boundary), tags=tag_views(user.tags) or None)
    return user_summary(user) | more


def group_view(group: Group) -> View:
    """A group, without its members."""
    return _given(
        path=group.path,
        group_name=group.group_name,
        group_id=group.group_id,
        arn=group.arn,
        create_date=group.create_date,
        display_name=group.display_name,
        remarks=group.remarks,
    )


def role_summary(role: Role) -> View:
    """A role as lists show it: without tags and boundary."""
    return _given(
        path=role.path,
        role_name=role.role_name,
        role_id=role.role_id,
        arn=role.arn,
        create_date=role.create_date,
        assume_role_policy_document=encode_document(role.assume_role_policy_document),
        description=role.description,
        max_session_duration=role.max_session_duration,
    )


def role_view(call: Call, role: Role) -> View:
    """A role as GetRole answers it."""
    (role,) = as_shown(call, [role])
    more = _given(permissions_boundary=boundary_view(call, role.boundary), tags=tag_views(role.tags) or None)
    used = _given(last_used_date=role.last_used_at, region=role.last_used_region)
    return role_summary(role) | more | {"role_last_used": used}


def policy_summary(policy: Policy, attachments: int, boundaries: int) -> View:
    """A managed policy as ListPolicies shows it.

    Args:
        policy: the policy.
        attachments: to how many users, groups and roles it is attached.
        boundaries: of how many users and roles it is the permissions boundary.
    """
    return {
        "policy_name": policy.policy_name,
        "policy_id": policy.policy_id,
        "arn": policy.arn,
        "path": policy.path,
        "default_version_id": policy.default_version_id,
        "attachment_count": attachments,
        "permissions_boundary_usage_count": boundaries,
        "is_attachable": True,
        "create_date": policy.create_date,
        "update_date": policy.update_date,
    }


def policy_view(policy: Policy, attachments: int, boundaries: int) -> View:
    """A managed policy as GetPolicy answers it."""
    more = _given(description=policy.description, tags=tag_views(policy.tags))
    return policy_summary(policy, attachments, boundaries) | more


def version_view(version: PolicyVersion, *, with_document: bool = True) -> View:
    """A version of a managed policy; lists leave the document out."""
    view: View = {
        "version_id": version.version_id,
        "is_default_version": version.is_default_version,
        "create_date": version.create_date,
    }
    return view | ({"document": encode_document(version.document)} if with_document else {})


def password_policy_view(policy: PasswordPolicy) -> View:
    """The account's password policy as GetAccountPasswordPolicy answers it."""
    return _given(
        minimum_password_length=policy.minimum_password_length,
        require_symbols=policy.require_symbols,
        require_numbers=policy.require_numbers,
        require_uppercase_characters=policy.require_uppercase_characters,
        require_lowercase_characters=policy.require_lowercase_characters,
        allow_users_to_change_password=policy.allow_users_to_change_password,
        expire_passwords=policy.max_password_age > 0,
        max_password_age=policy.max_password_age or None,
        password_reuse_prevention=policy.password_reuse_prevention or None,
        hard_expiry=policy.hard_expiry,
    )


def encode_document(document: str) -> str:
    """A policy document as answers carry it: percent-encoded after RFC 3986."""
    return quote(document, safe="-_.~")
