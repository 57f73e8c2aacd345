"""Who is in which group, in both directions."""

from __future__ import annotations

from collections.abc import Iterable

from adapter.errors import NoSuchEntity
from adapter.ldap import GROUP, USER, Add, AlreadyThere, Remove, Where
from adapter.models import User
from adapter.operations.app_entries import AppEntries
from adapter.operations.call import Call, Result
from adapter.operations.groups import by_group_name
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.users import by_user_name
from adapter.operations.views import group_view, user_summary


def add_user_to_group(call: Call, *, group_name: str, user_name: str) -> Result:
    """Puts a user into a group; the rights follow on the user's next request.

    The user's revision guards the write, so that neither the limit of groups nor a deletion of the user is missed.

    Raises:
        NoSuchEntity: there is no such user or group.
        LimitExceeded: the user is in as many groups as one may be.
    """
    group, user = call.group(group_name), call.user(user_name)
    groups = call.store.find(GROUP, call.account, Where.refers("members", user.dn))
    if group.dn in {each.dn for each in groups}:
        return {}
    hold_to_quota(call.account, "GroupsPerUser", len(groups) + 1)
    try:
        call.store.link(user, GROUP, call.account, group, Add("members", user.dn), guard_holder=False)
    except AlreadyThere:
        return {}
    AppEntries(call.store, call.account).follow(user)
    return {}


def remove_user_from_group(call: Call, *, group_name: str, user_name: str) -> Result:
    """Takes a user out of a group.

    Raises:
        NoSuchEntity: there is no such user or group, or the user is not in the group.
    """
    group, user = call.group(group_name), call.user(user_name)
    groups = call.store.find(GROUP, call.account, Where.refers("members", user.dn))
    if group.dn not in {each.dn for each in groups}:
        raise NoSuchEntity(f"User {user_name} is not in group {group_name}.")
    call.store.change(GROUP, call.account, group, Remove("members", user.dn), guard=False)
    AppEntries(call.store, call.account).follow(user)
    return {}


def get_group(
    call: Call,
    *,
    group_name: str,
    page: Page,
) -> Result:
    """Describes a group and lists its users by name, a page at a time."""
    group = call.group(group_name)
    users = sorted(_members(call, group_name), key=by_user_name)
    chosen, more = page.cut(users, lambda user: user.user_name)
    return {"group": group_view(group), "users": [user_summary(user) for user in chosen]} | more


def _members(call: Call, group_name: str) -> Iterable[User]:
    """The users in a group; what is no user of the account (a nested group of an adopted tree) is passed over."""
    group = call.store.get(GROUP, call.account, group_name, also=("members",))
    return call.store.load_many(USER, call.account, group.members).values() if group else ()


def list_groups_for_user(
    call: Call,
    *,
    user_name: str,
    page: Page,
) -> Result:
    """Lists the groups that a user is in."""
    user = call.user(user_name)
    groups = sorted(call.store.find(GROUP, call.account, Where.refers("members", user.dn)), key=by_group_name)
    chosen, more = page.cut(groups, lambda group: group.group_name)
    return {"groups": [group_view(group) for group in chosen]} | more
