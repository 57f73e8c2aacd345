"""Users: people and applications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from adapter.caller import CallerKind
from adapter.errors import DeleteConflict
from adapter.ldap import (
    ACCESS_KEY,
    BIND_DEVICE,
    GROUP,
    MFA_DEVICE,
    ROOT,
    SERVICE_CREDENTIAL,
    SIGNING_CERTIFICATE,
    SSH_PUBLIC_KEY,
    USER,
    Change,
    Clear,
    Noun,
    Set,
    Where,
)
from adapter.models import User
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.app_entries import AppEntries
from adapter.operations.bind_devices import device_of
from adapter.operations.boundaries import boundary_policy
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.posix import give_number
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.taken import unless_taken
from adapter.operations.views import user_summary, user_view

_CREDENTIALS: Final[tuple[tuple[Noun[Any], str], ...]] = (
    (ACCESS_KEY, "delete access keys"),
    (MFA_DEVICE, "delete MFA device"),
    (SIGNING_CERTIFICATE, "delete certificates"),
    (SSH_PUBLIC_KEY, "remove referenced objects"),
    (SERVICE_CREDENTIAL, "remove referenced objects"),
)
"""What a user may still have, and what the API says about it."""
_DETAILS: Final = ("display_name", "remarks", "mobile_phone", "email")


def create_user(
    call: Call,
    *,
    user_name: str,
    path: str = "/",
    permissions_boundary: str | None = None,
    tags: TagParams = (),
    **details: Any,
) -> Result:
    """Creates a user without password, keys or permissions.

    Args:
        call: the call.
        user_name: unique in the account without regard to case.
        path: such as `/engineering/`.
        permissions_boundary: ARN of a managed policy.
        tags: up to 50.
        details: display_name, remarks, mobile_phone, email; empty means none.

    Raises:
        EntityAlreadyExists: the name is taken.
        NoSuchEntity: the boundary does not exist.
    """
    boundary = boundary_policy(call, permissions_boundary) if permissions_boundary else None
    user = User(
        user_name=user_name,
        user_id=new_unique_id(IdPrefix.USER),
        arn=iam_arn(call.account.account_id, "user", path, user_name),
        path=path,
        create_date=call.context.now,
        tags=checked_tags(call, "TagsPerUser", (), tags),
        boundary=boundary.dn if boundary else None,
        password_policy=call.store.own_password_policy(call.account),
        **{name: value for name, value in details.items() if value},
    )
    with unless_taken(f"User with name {user_name} already exists."):
        created = call.store.add(USER, call.account, user, referring_to=boundary)
    give_number(call.store, call.account, created)
    return {"user": user_view(call, created)}


def get_user(call: Call, *, user_name: str | None = None) -> Result:
    """Describes a user; without a name, the caller, which may be the root user."""
    if user_name is None and call.caller.kind is CallerKind.ROOT:
        return {"user": root_view(call)}
    return {"user": user_view(call, call.user(user_name))}


def root_view(call: Call) -> Result:
    """The root user as GetUser describes it: its id is the account's id."""
    root = call.store.load(ROOT, call.account, call.caller.dn)
    view: Result = {"path": "/", "user_id": call.account.account_id, "arn": call.caller.arn}
    if root is None:
        return view
    used = {"password_last_used": root.password_last_used} if root.password_last_used else {}
    return view | {"create_date": root.create_date} | used


def list_users(call: Call, *, path_prefix: str = "/", page: Page) -> Result:
    """Lists users by name, a page at a time."""
    users, more = page.read(call.store, USER, call.account, *below(path_prefix))
    return {"users": [user_summary(user) for user in users]} | more


def by_user_name(user: User) -> str:
    """The order that lists of users have."""
    return user.user_name.casefold()


def below(path_prefix: str) -> tuple[Where, ...]:
    """The condition for a path prefix; every path starts with a slash, so that one asks for nothing."""
    return () if path_prefix == "/" else (Where.starts_with("path", path_prefix),)


def update_user(
    call: Call,
    *,
    user_name: str,
    new_user_name: str | None = None,
    new_path: str | None = None,
    **details: Any,
) -> Result:
    """Changes name, path or details; id, memberships, policies and keys stay.

    Raises:
        NoSuchEntity: there is no such user.
        EntityAlreadyExists: the new name is taken.
    """
    user = call.user(user_name)
    changes = detail_changes(details) + ([Set("path", new_path)] if new_path else [])
    if changes:
        user = call.store.change(USER, call.account, user, *changes)
    if new_user_name and new_user_name != user.user_name:
        with unless_taken(f"User with name {new_user_name} already exists."):
            user = call.store.rename(USER, call.account, user, new_user_name)
    AppEntries(call.store, call.account).follow(user)
    return {}


def detail_changes(details: Mapping[str, str], names: Sequence[str] = _DETAILS) -> list[Change]:
    """Changes for the details that are given; an empty text takes the detail away."""
    return [Set(name, details[name]) if details[name] else Clear(name) for name in names if name in details]


def delete_user(call: Call, *, user_name: str) -> Result:
    """Deletes a user that nothing depends on any more.

    Raises:
        NoSuchEntity: there is no such user.
        DeleteConflict: it is still in a group, or has keys, devices, certificates, policies or a password.
    """
    user = call.user(user_name)
    for what_first in _dependents(call, user):
        raise DeleteConflict(f"Cannot delete entity, must {what_first} first.")
    call.store.delete(USER, call.account, user)
    device = device_of(call, user)
    if device:
        call.store.delete(BIND_DEVICE, call.account, device)
    return {}


def _dependents(call: Call, user: User) -> Iterable[str]:
    """What has to be done before the user can go, in the words of the API."""
    if call.store.exists(GROUP, call.account, Where.refers("members", user.dn)):
        yield "remove users from group"
    owned = call.store.kinds_owned(call.account, user.user_id, [noun for noun, _ in _CREDENTIALS])
    yield from (what_first for noun, what_first in _CREDENTIALS if noun in owned)
    if user.attached_policies:
        yield "detach all policies"
    if user.inline_policies:
        yield "delete policies"
    if call.store.password_set_at(user):
        yield "delete login profile"
