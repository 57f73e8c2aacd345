"""Groups: sets of users that get permissions together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from adapter.errors import DeleteConflict
from adapter.ldap import GROUP, Set
from adapter.models import Group
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.app_entries import AppEntries
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.posix import give_number
from adapter.operations.taken import unless_taken
from adapter.operations.users import below, detail_changes
from adapter.operations.views import group_view

_DETAILS: Final = ("display_name", "remarks")


def create_group(call: Call, *, group_name: str, path: str = "/", **details: Any) -> Result:
    """Creates a group without members or permissions.

    Args:
        call: the call.
        group_name: unique in the account without regard to case; has no spaces.
        path: such as `/engineering/`.
        details: display_name (where a name with spaces goes) and remarks; empty means none.

    Raises:
        EntityAlreadyExists: the name is taken.
    """
    group = Group(
        group_name=group_name,
        group_id=new_unique_id(IdPrefix.GROUP),
        arn=iam_arn(call.account.account_id, "group", path, group_name),
        path=path,
        create_date=call.context.now,
        **{name: value for name, value in details.items() if value},
    )
    with unless_taken(f"Group with name {group_name} already exists."):
        created = call.store.add(GROUP, call.account, group)
    give_number(call.store, call.account, created)
    return {"group": group_view(created)}


def by_group_name(group: Group) -> str:
    """The order that lists of groups have."""
    return group.group_name.casefold()


def list_groups(
    call: Call,
    *,
    path_prefix: str = "/",
    page: Page,
) -> Result:
    """Lists groups by name, a page at a time."""
    groups, more = page.read(call.store, GROUP, call.account, *below(path_prefix))
    return {"groups": [group_view(group) for group in groups]} | more


def update_group(
    call: Call, *, group_name: str, new_group_name: str | None = None, new_path: str | None = None, **details: Any
) -> Result:
    """Changes name, path or details; id, members and policies stay.

    Raises:
        NoSuchEntity: there is no such group.
        EntityAlreadyExists: the new name is taken.
    """
    group = call.group(group_name)
    changes = detail_changes(details, _DETAILS) + ([Set("path", new_path)] if new_path else [])
    if changes:
        group = call.store.change(GROUP, call.account, group, *changes)
    if new_group_name and new_group_name != group.group_name:
        with unless_taken(f"Group with name {new_group_name} already exists."):
            call.store.rename(GROUP, call.account, group, new_group_name)
            AppEntries(call.store, call.account).follow_group(group.group_name)
    return {}


def delete_group(call: Call, *, group_name: str) -> Result:
    """Deletes a group that has neither members nor policies.

    Raises:
        NoSuchEntity: there is no such group.
        DeleteConflict: it still has some.
    """
    group = call.group(group_name)
    for what_first in _dependents(call, group):
        raise DeleteConflict(f"Cannot delete entity, must {what_first} first.")
    call.store.delete(GROUP, call.account, group)
    return {}


def _dependents(call: Call, group: Group) -> Iterable[str]:
    """What has to be done before the group can go, in the words of the API."""
    if call.store.has_members(call.account, group):
        yield "remove users from group"
    if group.attached_policies:
        yield "detach all policies"
    if group.inline_policies:
        yield "delete policies"
