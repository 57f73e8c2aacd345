"""How users bind with LDAP: per user, and for those without a mode of their own as the account says.

slapd enforces it, at each bind, by the access rules for passwords; what is written here is what those rules read.
"""

from __future__ import annotations

from adapter.ldap import ACCOUNT, GROUP, USER, Change, Clear, Set, Where, dn
from adapter.models import BindMode, User
from adapter.operations.bind_devices import device_of, forget_device
from adapter.operations.call import Call, Result


def get_bind_settings(call: Call) -> Result:
    """Tells how users of the account bind who have no mode of their own, and which group is exempt from that."""
    return {
        "bind_settings": {
            "bind_mode": call.account.bind_mode.value,
            "exempt_group": _exempt_group(call),
        }
    }


def update_bind_settings(call: Call, *, bind_mode: str | None = None, exempt_group: str | None = None) -> Result:
    """Changes how users of the account bind; what is not given stays.

    Args:
        call: the call.
        bind_mode: for users without a mode of their own.
        exempt_group: whose members bind with their password nevertheless; empty for no group.

    Raises:
        NoSuchEntity: there is no such group.
    """
    changes: list[Change] = [Set("bind_mode", BindMode(bind_mode))] if bind_mode else []
    if exempt_group is not None:
        changes.append(
            Set("bind_exempt_group", call.group(exempt_group).dn) if exempt_group else Clear("bind_exempt_group")
        )
    if changes:
        call.store.change(ACCOUNT, call.account, call.account, *changes, guard=False)
    return {}


def get_user_bind_settings(call: Call, *, user_name: str | None = None) -> Result:
    """Tells how one binds as a user, and why.

    Raises:
        NoSuchEntity: there is no such user.
    """
    user = call.user(user_name)
    device = device_of(call, user) if user.bind_device else None
    return {
        "bind_settings": {
            "user_name": user.user_name,
            "bind_mode": user.bind_mode.value if user.bind_mode else None,
            "effective_bind_mode": _effective(call, user).value,
            "is_exempt": _is_exempt(call, user),
            "has_device": user.bind_device is not None,
            "device_created": device.create_date if device else None,
            "dn": user.dn,
        }
    }


def update_user_bind_settings(call: Call, *, user_name: str, bind_mode: str | None = None) -> Result:
    """Changes how one binds as a user.

    Args:
        call: the call.
        user_name: whose.
        bind_mode: absent for as the account says. With `password` a device for codes goes: slapd would go on asking
            for them.

    Raises:
        NoSuchEntity: there is no such user.
    """
    user = call.user(user_name)
    change = Set("bind_mode", BindMode(bind_mode)) if bind_mode else Clear("bind_mode")
    user = call.store.change(USER, call.account, user, change)
    if bind_mode == BindMode.PASSWORD:
        forget_device(call, user)
    return {}


def _effective(call: Call, user: User) -> BindMode:
    mode = user.bind_mode or (BindMode.PASSWORD if _is_exempt(call, user) else call.account.bind_mode)
    return BindMode.CODE if mode is BindMode.PASSWORD and user.bind_device else mode


def _is_exempt(call: Call, user: User) -> bool:
    group = call.account.bind_exempt_group
    if group is None:
        return False
    found = call.store.find(GROUP, call.account, Where.refers("members", user.dn))
    return any(dn.same(each.dn, group) for each in found)


def _exempt_group(call: Call) -> str | None:
    at = call.account.bind_exempt_group
    group = call.store.load(GROUP, call.account, at) if at else None
    return group.group_name if group else None
