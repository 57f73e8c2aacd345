"""What the console's pages show at once, read in few round trips: lists with their columns, and one user or group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from adapter.errors import InvalidInput, ValidationError
from adapter.ldap import ACCESS_KEY, GROUP, MFA_DEVICE, POLICY, SYSTEM_POLICY, USER, Where
from adapter.models import AccessKey, Group, KeyStatus, User
from adapter.operations.call import Call, Result
from adapter.operations.groups import by_group_name
from adapter.operations.paging import DEFAULT_PAGE, Page
from adapter.operations.reach import reach_of
from adapter.operations.users import by_user_name
from adapter.operations.views import View, group_view, user_summary, user_view

MOST_SORTED: Final = 1000
"""So many are read at most to find a text or to sort by something else than the name."""

_SEARCHED_USER_FIELDS: Final = ("user_name", "display_name", "email")
_SEARCHED_GROUP_FIELDS: Final = ("group_name", "display_name")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_ORDERS: Final[dict[str, Callable[[User], Any]]] = {
    "UserName": by_user_name,
    "DisplayName": lambda user: (user.display_name or "").casefold(),
    "Email": lambda user: (user.email or "").casefold(),
    "CreateDate": lambda user: user.create_date,
    "PasswordLastUsed": lambda user: user.password_last_used or _NEVER,
}


def search_users(
    call: Call, *, text: str = "", sort_by: str = "UserName", descending: bool = False, page: Page
) -> Result:
    """Lists users with what a list shows of them: groups, password, access keys.

    Without a text and by name it costs the same in a directory of any size. Else at most MOST_SORTED users are
    looked at; `is_cut` tells when there would have been more.

    Raises:
        InvalidInput: there are too many users to sort them by anything but the name.
    """
    store, is_cut = call.store, False
    total = store.total(USER, call.account)
    if not text.strip() and sort_by == "UserName" and not descending:
        users, more = page.read(store, USER, call.account)
    else:
        if text.strip():
            found, is_cut = store.matching(USER, call.account, _SEARCHED_USER_FIELDS, text, MOST_SORTED)
        elif total <= MOST_SORTED:
            found = store.find(USER, call.account)
        else:
            raise InvalidInput(f"More than {MOST_SORTED:,} users can be sorted by user name only. Search first.")
        ordered = sorted(sorted(found, key=by_user_name), key=_ORDERS[sort_by], reverse=descending)
        users, more = _numbered_page(ordered, page)
    return {"users": _user_rows(call, users), "total": total, "is_cut": is_cut, "can_sort": total <= MOST_SORTED} | more


def _numbered_page(items: Sequence[Any], page: Page) -> tuple[list[Any], Result]:
    """A page of what is not sorted by name; its marker is a number."""
    marker = page.marker or "0"
    if not (marker.isascii() and marker.isdigit()):
        raise ValidationError("Invalid Marker.")
    end = int(marker) + (page.max_items or DEFAULT_PAGE)
    more: Result = {"is_truncated": True, "marker": str(end)} if end < len(items) else {"is_truncated": False}
    return list(items[int(marker) : end]), more


def _user_rows(call: Call, users: Sequence[User]) -> list[View]:
    """The rows of a list of users; the groups, keys and passwords of all of them are asked for together."""
    if not users:
        return []
    groups = call.store.groups_of_each(call.account, [user.dn for user in users])
    keys = _keys_by_owner(call, [user.user_id for user in users])
    devices = call.store.find(MFA_DEVICE, call.account, Where.any_of("owner_id", [user.user_id for user in users]))
    with_device = {device.owner_id for device in devices}
    with_password = call.store.names_with_password(call.account, [user.user_name for user in users])
    return [
        user_summary(user)
        | {
            "groups": sorted(groups[user.dn], key=str.casefold),
            "disabled": user.disabled,
            "has_mfa": user.user_id in with_device,
            "password_changed": user.password_changed or user.create_date
            if user.user_name.casefold() in with_password
            else None,
        }
        | _key_facts(keys.get(user.user_id, []))
        | {"last_activity": _latest(user.password_last_used, *(key.last_used_at for key in keys.get(user.user_id, [])))}
        for user in users
    ]


def _keys_by_owner(call: Call, owner_ids: Sequence[str]) -> dict[str, list[AccessKey]]:
    keys: dict[str, list[AccessKey]] = {}
    for key in call.store.find(ACCESS_KEY, call.account, Where.any_of("owner_id", owner_ids)):
        keys.setdefault(key.owner_id, []).append(key)
    return keys


def _key_facts(keys: Sequence[AccessKey]) -> View:
    """How many keys there are, and since when the oldest one that is active."""
    active = [key.create_date for key in keys if key.status is KeyStatus.ACTIVE]
    return {"key_count": len(keys), "oldest_active_key": min(active, default=None)}


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def search_groups(call: Call, *, text: str = "", page: Page) -> Result:
    """Lists groups, all of them or those that a text is found in."""
    is_cut = False
    total = call.store.total(GROUP, call.account)
    if text.strip():
        found, is_cut = call.store.matching(GROUP, call.account, _SEARCHED_GROUP_FIELDS, text, MOST_SORTED)
        chosen, more = page.cut(sorted(found, key=by_group_name), lambda group: group.group_name)
    else:
        chosen, more = page.read(call.store, GROUP, call.account)
    rows = [group_view(group) | {"policy_count": _policy_count(group)} for group in chosen]
    return {"groups": rows, "total": total, "is_cut": is_cut} | more


def _policy_count(group: Group) -> int:
    return len(group.attached_policies) + len(group.inline_policies)


def list_members(call: Call, *, group_name: str, text: str = "", page: Page) -> Result:
    """Lists the users in a group by name, those whose user name has a text in it; only one page of them is read."""
    group = call.group(group_name)
    names = call.store.member_names(call.account, group)
    wanted = text.strip().casefold()
    found = [name for name in names if wanted in name.casefold()] if wanted else names
    chosen, more = page.cut(found, str)
    users = call.store.find(USER, call.account, Where.any_of("user_name", chosen))
    rows = [user_summary(user) for user in sorted(users, key=by_user_name)]
    return {"group": group_view(group), "users": rows, "total": len(names)} | more


def describe_user(call: Call, *, user_name: str) -> Result:
    """Describes a user with what only the directory knows: whether it has a password, and whether it is disabled."""
    user = call.user(user_name)
    return {
        "user": user_view(call, user)
        | {
            "password_changed": user.password_changed,
            "password_reset_required": user.password_reset_required,
            "disabled": user.disabled,
            "dn": user.dn,
        }
    }


def list_policies_for_user(call: Call, *, user_name: str) -> Result:
    """Lists every policy that reaches a user, with what it is attached via, and the user's groups."""
    reach = reach_of(call.store, call.account, call.user(user_name))
    boundary = reach.boundary
    return {
        "policies": [
            {
                "policy_name": policy.policy_name,
                "policy_arn": policy.policy_arn,
                "kind": policy.kind,
                "via": policy.via,
                "group_name": policy.holder_name if policy.holder_kind == "group" else None,
            }
            for policy in reach.policies
        ],
        "groups": [group_view(group) | {"policy_count": _policy_count(group)} for group in reach.groups],
        "boundary": {"policy_name": boundary.policy_name, "policy_arn": boundary.arn} if boundary else None,
        "boundary_missing": reach.boundary_missing,
    }


def list_policies_for_group(call: Call, *, group_name: str) -> Result:
    """Lists the managed and inline policies of a group."""
    reach = reach_of(call.store, call.account, call.group(group_name))
    rows = [
        {"policy_name": each.policy_name, "policy_arn": each.policy_arn, "kind": each.kind} for each in reach.policies
    ]
    return {"policies": rows}


def list_attachable_policies(call: Call) -> Result:
    """Lists every managed policy by name, for choosing one; does not count what each is attached to."""
    found = [*call.store.find(POLICY, call.account), *call.store.find(SYSTEM_POLICY, call.account)]
    return {
        "policies": [
            {
                "policy_name": policy.policy_name,
                "policy_arn": policy.arn,
                "description": policy.description,
                "kind": "system" if policy.is_system else "customer",
            }
            for policy in sorted(found, key=lambda policy: (policy.is_system, policy.policy_name.casefold()))
        ]
    }


def describe_credentials(call: Call, *, user_name: str) -> Result:
    """Lists a user's MFA devices, and access keys with when and where each was last used."""
    owned = Where.equals("owner_id", call.user(user_name).user_id)
    keys = call.store.find(ACCESS_KEY, call.account, owned)
    devices = call.store.find(MFA_DEVICE, call.account, owned)
    return {
        "mfa_devices": [
            {"serial_number": each.serial_number, "enable_date": each.enable_date, "is_passkey": each.is_passkey}
            for each in sorted(devices, key=lambda device: device.create_date)
        ],
        "access_keys": [
            {
                "access_key_id": key.access_key_id,
                "status": key.status.value,
                "create_date": key.create_date,
                "last_used_date": key.last_used_at,
                "service_name": key.last_used_service,
                "region": key.last_used_region,
            }
            for key in sorted(keys, key=lambda key: key.create_date)
        ],
    }
