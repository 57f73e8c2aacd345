"""Tags: of users, roles and managed policies here, of other things beside their own operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from adapter.ldap import POLICY, ROLE, USER, Add, Noun, Remove
from adapter.models import (
    InstanceProfile,
    MfaDevice,
    OidcProvider,
    Policy,
    Role,
    SamlProvider,
    ServerCertificate,
    Tag,
    User,
)
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.policies import own_policy
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.views import tag_views

Tagged = TypeVar(
    "Tagged", User, Role, Policy, InstanceProfile, MfaDevice, ServerCertificate, OidcProvider, SamlProvider
)


def set_tags(call: Call, noun: Noun[Tagged], record: Tagged, quota_name: str, tags: TagParams) -> Result:
    """Sets tags beside those that are there."""
    wanted = checked_tags(call, quota_name, record.tags, tags)
    return _replace_tags(call, noun, record, wanted)


def remove_tags(call: Call, noun: Noun[Tagged], record: Tagged, tag_keys: Iterable[str]) -> Result:
    """Takes tags away; keys that are not there are passed over."""
    gone = {key.casefold() for key in tag_keys}
    return _replace_tags(call, noun, record, tuple(tag for tag in record.tags if tag.key.casefold() not in gone))


def _replace_tags(call: Call, noun: Noun[Tagged], record: Tagged, wanted: Sequence[Tag]) -> Result:
    removed = [Remove("tags", tag) for tag in record.tags if tag not in wanted]
    added = [Add("tags", tag) for tag in wanted if tag not in record.tags]
    if removed or added:
        call.store.change(noun, call.account, record, *removed, *added)
    return {}


def list_tags(record: Tagged, page: Page) -> Result:
    """Lists tags by key."""
    views = tag_views(record.tags)
    chosen, more = page.cut(views, lambda view: str(view["key"]))
    return {"tags": list(chosen)} | more


def tag_user(call: Call, *, user_name: str, tags: TagParams) -> Result:
    """Sets tags of a user."""
    return set_tags(call, USER, call.user(user_name), "TagsPerUser", tags)


def untag_user(call: Call, *, user_name: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a user; keys that it does not have are passed over."""
    return remove_tags(call, USER, call.user(user_name), tag_keys)


def list_user_tags(call: Call, *, user_name: str, page: Page) -> Result:
    """Lists a user's tags by key."""
    return list_tags(call.user(user_name), page)


def tag_role(call: Call, *, role_name: str, tags: TagParams) -> Result:
    """Sets tags of a role."""
    return set_tags(call, ROLE, call.role(role_name), "TagsPerRole", tags)


def untag_role(call: Call, *, role_name: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a role; keys that it does not have are passed over."""
    return remove_tags(call, ROLE, call.role(role_name), tag_keys)


def list_role_tags(call: Call, *, role_name: str, page: Page) -> Result:
    """Lists a role's tags by key."""
    return list_tags(call.role(role_name), page)


def tag_policy(call: Call, *, policy_arn: str, tags: TagParams) -> Result:
    """Sets tags of a managed policy of the account."""
    return set_tags(call, POLICY, own_policy(call, policy_arn), "TagsPerPolicy", tags)


def untag_policy(call: Call, *, policy_arn: str, tag_keys: Iterable[str]) -> Result:
    """Takes tags from a managed policy of the account; keys that it does not have are passed over."""
    return remove_tags(call, POLICY, own_policy(call, policy_arn), tag_keys)


def list_policy_tags(call: Call, *, policy_arn: str, page: Page) -> Result:
    """Lists a managed policy's tags by key."""
    return list_tags(call.policy(policy_arn), page)
