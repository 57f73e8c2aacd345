"""Records as the tests of the store write them."""

from __future__ import annotations

from datetime import UTC, datetime

from adapter.models import AccessKey, Group, Policy, PolicyVersion, Role, User
from adapter.names import IdPrefix, new_unique_id

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PEOPLE = "ou=people,dc=example,dc=org"


def a_user(name: str) -> User:
    return User(user_name=name, user_id=new_unique_id(IdPrefix.USER), arn="", create_date=NOW)


def a_group(name: str) -> Group:
    return Group(group_name=name, group_id=new_unique_id(IdPrefix.GROUP), arn="", create_date=NOW)


def a_policy(name: str) -> Policy:
    version = PolicyVersion(version_id="v1", document="{}", create_date=NOW)
    return Policy(
        policy_name=name,
        policy_id=new_unique_id(IdPrefix.POLICY),
        arn="",
        create_date=NOW,
        update_date=NOW,
        default_version_id="v1",
        versions=(version,),
    )


def a_role(name: str, boundary: str | None = None) -> Role:
    role_id = new_unique_id(IdPrefix.ROLE)
    return Role(
        role_name=name, role_id=role_id, arn="", create_date=NOW, assume_role_policy_document="{}", boundary=boundary
    )


def a_key(key_id: str, owner: User) -> AccessKey:
    return AccessKey(
        access_key_id=key_id, owner=owner.dn, owner_id=owner.user_id, create_date=NOW, sealed_secret=b"\x00\xff"
    )
