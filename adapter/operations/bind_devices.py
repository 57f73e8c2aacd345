"""Devices that make the codes behind the password when a user binds.

slapd checks these codes itself (slapo-otp) and has to have the seed in clear, where our own checks open a sealed one.
So such a device is never an MFA device of the console: its seed opens nothing but LDAP binds. The seed is sealed until
its owner has proved to have it, and is then written where nobody but slapd reads it.

Source: RFC 6238; slapo-otp(5).
"""

from __future__ import annotations

import logging
from typing import Final

from adapter.crypto.credentials import open_seed, seal_seed
from adapter.crypto.pictures import qr_code
from adapter.crypto.sealing import SealingError
from adapter.crypto.totp import consecutive_step, new_seed, provisioning_uri, seed_text
from adapter.errors import EntityAlreadyExists, InvalidAuthenticationCode, NoSuchEntity
from adapter.ldap import BIND_DEVICE, USER, AlreadyThere, Clear, Set, Stale, bind_device_parameters
from adapter.models import BindDevice, User
from adapter.operations.call import Call, Result

_log = logging.getLogger(__name__)

_ISSUER: Final = "Bindery LDAP"
_WRONG_CODES: Final = "Authentication code for device is not valid."


def create_bind_device(call: Call, *, user_name: str | None = None) -> Result:
    """Makes a device for codes behind the password; its seed is shown this once, and it counts once it is enabled.

    Raises:
        NoSuchEntity: there is no such user.
        EntityAlreadyExists: the user has one.
    """
    user = call.user(user_name)
    if user.bind_device:
        raise EntityAlreadyExists(f"User {user.user_name} has a device for binding already.")
    seed, before = new_seed(), device_of(call, user)
    sealed = seal_seed(call.keyring, seed, _bound_to(user))
    if before is None:
        _add(call, user, sealed)
    else:
        call.store.change(BIND_DEVICE, call.account, before, Set("sealed_seed", sealed), Set("owner", user.dn))
    name = f"{user.user_name}@{call.account.account_alias or call.account.account_id}"
    return {
        "bind_device": {
            "base32_string_seed": seed_text(seed).encode(),
            "qr_code_png": qr_code(provisioning_uri(seed, name, _ISSUER)),
        }
    }


def enable_bind_device(
    call: Call, *, authentication_code1: str, authentication_code2: str, user_name: str | None = None
) -> Result:
    """Takes a device into use, whose owner proves with two codes in a row to have it.

    Raises:
        NoSuchEntity: there is no such user, or no device that waits for it.
        InvalidAuthenticationCode: the codes are not right, or not in a row.
    """
    user = call.user(user_name)
    device = device_of(call, user)
    if device is None or device.sealed_seed is None or user.bind_device:
        raise NoSuchEntity(f"User {user.user_name} has no device that could be enabled.")
    seed = _opened(call, device.sealed_seed, user)
    codes = (authentication_code1, authentication_code2)
    step = consecutive_step(seed, codes, call.context.now) if seed else None
    if step is None:
        raise InvalidAuthenticationCode(_WRONG_CODES)
    call.store.change(
        BIND_DEVICE, call.account, device, Set("seed", seed), Clear("sealed_seed"), Set("last_step", step)
    )
    call.store.change(USER, call.account, user, Set("bind_device", device.dn))
    return {}


def delete_bind_device(call: Call, *, user_name: str | None = None) -> Result:
    """Takes a user's device away. Who has to give codes can't bind until there is another one.

    Raises:
        NoSuchEntity: there is no such user, or the user has none.
    """
    user = call.user(user_name)
    if not forget_device(call, user):
        raise NoSuchEntity(f"User {user.user_name} has no device for binding.")
    return {}


def device_of(call: Call, user: User) -> BindDevice | None:
    """A user's device, enabled or not."""
    found = call.find(BIND_DEVICE, user.user_id)
    return found if found and found.owner_id == user.user_id else None


def forget_device(call: Call, user: User) -> bool:
    """Takes a user's device away; tells whether there was one."""
    device = device_of(call, user)
    if user.bind_device:
        call.store.change(USER, call.account, user, Clear("bind_device"))
    if device:
        call.store.delete(BIND_DEVICE, call.account, device)
    return bool(device or user.bind_device)


def _add(call: Call, user: User, sealed: bytes) -> None:
    device = BindDevice(
        name=user.user_id,
        create_date=call.context.now,
        owner=user.dn,
        owner_id=user.user_id,
        sealed_seed=sealed,
        parameters=bind_device_parameters(call.store.suffix),
    )
    try:
        call.store.add(BIND_DEVICE, call.account, device, referring_to=user)
    except AlreadyThere as error:
        raise Stale(error.message, error.code) from error


def _opened(call: Call, sealed: bytes, user: User) -> bytes | None:
    try:
        return open_seed(call.keyring, sealed, _bound_to(user))
    except SealingError as error:
        _log.error("the seed of the device of %s can't be used: %s", user.dn, error)
        return None


def _bound_to(user: User) -> str:
    """What a seed is sealed for: not what the same user's MFA devices are, so that one can't be put for the other."""
    return f"{user.user_id} binding"
