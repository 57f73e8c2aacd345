"""Virtual MFA devices: made, given to users, taken away again.

The seed is in the answer of CreateVirtualMFADevice and nowhere else: the directory keeps it sealed for its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapter.crypto.credentials import open_seed, seal_seed
from adapter.crypto.pictures import qr_code
from adapter.crypto.totp import (
    SYNC_WINDOW,
    WINDOW,
    consecutive_step,
    current_step,
    new_seed,
    provisioning_uri,
    seed_text,
)
from adapter.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from adapter.ldap import MFA_DEVICE, USER, Clear, Set, Where
from adapter.models import MfaDevice, RootUser, User
from adapter.names import iam_arn, root_arn
from adapter.operations.call import Call, Result
from adapter.operations.mfa_codes import devices_of, may_try, note_failure, seed_of
from adapter.operations.owners import Owner, name_view, owner_at, owner_named
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.recovery_codes import forget_recovery_codes
from adapter.operations.resources import Target, resource_tags
from adapter.operations.tag_rules import TagParams, checked_tags
from adapter.operations.tags import list_tags, remove_tags, set_tags
from adapter.operations.taken import unless_taken
from adapter.operations.views import tag_views, user_view

_ISSUER: Final = "Bindery"
_LONGEST_SERIAL: Final = 256
_VIRTUAL: Final = ":mfa/"  # in its serial number; other kinds of devices have other words there
_WRONG_CODES: Final = "Authentication code for device is not valid."


def create_virtual_mfa_device(
    call: Call, *, virtual_mfa_device_name: str, path: str = "/", tags: TagParams = ()
) -> Result:
    """Makes a device that belongs to nobody yet; its seed is shown this once, as text and as a QR code.

    Raises:
        EntityAlreadyExists: there is one of that path and name.
    """
    serial = iam_arn(call.account.account_id, "mfa", path, virtual_mfa_device_name)
    if len(serial) > _LONGEST_SERIAL:
        raise ValidationError("Path and name of a virtual MFA device are too long together.")
    seed = new_seed()
    device = MfaDevice(
        serial_number=serial,
        create_date=call.context.now,
        sealed_seed=seal_seed(call.keyring, seed, serial),
        tags=checked_tags(call, "TagsPerMFADevice", (), tags),
    )
    with unless_taken("MFADevice entity at the same path and name already exists."):
        made = call.store.add(MFA_DEVICE, call.account, device)
    account_name = f"{virtual_mfa_device_name}@{call.account.account_alias or call.account.account_id}"
    view: Result = {
        "serial_number": made.serial_number,
        "base32_string_seed": seed_text(seed).encode(),
        "qr_code_png": qr_code(provisioning_uri(seed, account_name, _ISSUER)),
    }
    return {"virtual_mfa_device": view | ({"tags": tag_views(made.tags)} if made.tags else {})}


def enable_mfa_device(
    call: Call, *, user_name: str, serial_number: str, authentication_code1: str, authentication_code2: str
) -> Result:
    """Gives a device to a user, who proves with two codes in a row to have it.

    The user's revision guards the write, so that neither the limit nor a deletion of the user is missed.

    Raises:
        NoSuchEntity: there is no such user or device.
        EntityAlreadyExists: the device belongs to somebody.
        LimitExceeded: the user has as many devices as one may have.
        InvalidAuthenticationCode: the codes are not right, or not in a row.
    """
    owner = owner_named(call, user_name)
    device = _device(call, serial_number)
    if device.owner_id is not None:
        raise EntityAlreadyExists("MFA Device is already in use.")
    hold_to_quota(call.account, "MFADevicesPerUser", len(devices_of(call.store, call.account, owner)) + 1)
    seed = seed_of(call.keyring, device)
    codes = (authentication_code1, authentication_code2)
    step = consecutive_step(seed, codes, call.context.now, device.last_step) if seed else None
    if seed is None or step is None:
        raise InvalidAuthenticationCode(_WRONG_CODES)
    call.store.link(
        owner,
        MFA_DEVICE,
        call.account,
        device,
        Set("owner", owner.dn),
        Set("owner_id", owner.user_id),
        Set("enable_date", call.context.now),
        Set("sealed_seed", seal_seed(call.keyring, seed, owner.user_id)),
        Set("last_step", step),
    )
    return {}


def resync_mfa_device(
    call: Call, *, user_name: str, serial_number: str, authentication_code1: str, authentication_code2: str
) -> Result:
    """Finds out from two codes in a row by how much a device's clock is wrong, and allows for it from then on.

    Wrong codes count as they do at sign-in.

    Raises:
        NoSuchEntity: there is no such user, or the device is not the user's.
        InvalidAuthenticationCode: the codes are not right, or not in a row.
        LimitExceeded: too many wrong codes have been given lately.
    """
    owner = owner_named(call, user_name)
    device = _device_of(call, owner, serial_number)
    if device.is_passkey:
        raise InvalidAuthenticationCode("A passkey has no clock that could be wrong.")
    now = call.context.now
    if not may_try(owner, now):
        raise LimitExceeded("Too many wrong authentication codes. Please wait and try again.")
    seed = seed_of(call.keyring, device)
    codes = (authentication_code1, authentication_code2)
    step = consecutive_step(seed, codes, now, device.last_step, SYNC_WINDOW) if seed else None
    if step is None:
        note_failure(call.store, call.account, owner, now)
        raise InvalidAuthenticationCode(_WRONG_CODES)
    ahead = step - current_step(now)
    drift = Set("clock_drift", ahead) if abs(ahead) > WINDOW else Clear("clock_drift")
    call.store.link(owner, MFA_DEVICE, call.account, device, Set("last_step", step), drift)
    return {}


def deactivate_mfa_device(call: Call, *, serial_number: str, user_name: str | None = None) -> Result:
    """Takes a device from its user; it can be given to somebody again. A passkey is gone for good.

    Raises:
        NoSuchEntity: there is no such user, or the device is not the user's.
    """
    owner = owner_named(call, user_name)
    device = _device_of(call, owner, serial_number)
    if device.is_passkey:
        call.store.delete(MFA_DEVICE, call.account, device)
    else:
        _take_away(call, device)
    forget_recovery_codes(call.store, call.account, owner)
    return {}


def _take_away(call: Call, device: MfaDevice) -> None:
    seed = open_seed(call.keyring, device.sealed_seed, device.bound_to)
    call.store.change(
        MFA_DEVICE,
        call.account,
        device,
        Clear("owner"),
        Clear("owner_id"),
        Clear("enable_date"),
        Clear("clock_drift"),
        Clear("label"),
        Set("sealed_seed", seal_seed(call.keyring, seed, device.serial_number)),
    )


def delete_virtual_mfa_device(call: Call, *, serial_number: str) -> Result:
    """Deletes a device that belongs to nobody, or to somebody who is gone.

    Raises:
        NoSuchEntity: there is no such device.
        DeleteConflict: it belongs to somebody.
    """
    device = _device(call, serial_number)
    if _living_owner(call, device) is not None:
        raise DeleteConflict("MFA VirtualDevice in use. Must deactivate first.")
    call.store.delete(MFA_DEVICE, call.account, device)
    return {}


def list_virtual_mfa_devices(call: Call, *, assignment_status: str = "Any", page: Page) -> Result:
    """Lists devices by serial number, without their seeds: all of them, or those with or without an owner."""
    serials = _serials(call, assignment_status)
    chosen, more = page.cut(serials, str)
    found = call.store.find(MFA_DEVICE, call.account, Where.any_of("serial_number", chosen))
    users = call.store.load_many(USER, call.account, [device.owner for device in found if device.owner])
    devices = sorted(found, key=lambda device: device.serial_number.casefold())
    return {"virtual_mfa_devices": [_virtual_view(call, device, users) for device in devices]} | more


def list_mfa_devices(call: Call, *, user_name: str | None = None, page: Page) -> Result:
    """Lists the devices of a user.

    Raises:
        NoSuchEntity: there is no such user.
    """
    owner = owner_named(call, user_name)
    devices = sorted(devices_of(call.store, call.account, owner), key=lambda device: device.serial_number.casefold())
    chosen, more = page.cut(devices, lambda device: device.serial_number)
    return {"mfa_devices": [_view(owner, device) for device in chosen]} | more


def get_mfa_device(call: Call, *, serial_number: str, user_name: str | None = None) -> Result:
    """Describes a device of a user.

    Raises:
        NoSuchEntity: there is no such user, or the device is not the user's.
    """
    owner = owner_named(call, user_name)
    return _view(owner, _device_of(call, owner, serial_number))


def tag_mfa_device(call: Call, *, serial_number: str, tags: TagParams) -> Result:
    """Sets tags of a device."""
    return set_tags(call, MFA_DEVICE, _device(call, serial_number), "TagsPerMFADevice", tags)


def untag_mfa_device(call: Call, *, serial_number: str, tag_keys: list[str]) -> Result:
    """Takes tags from a device; keys that it does not have are passed over."""
    return remove_tags(call, MFA_DEVICE, _device(call, serial_number), tag_keys)


def list_mfa_device_tags(call: Call, *, serial_number: str, page: Page) -> Result:
    """Lists a device's tags by key."""
    return list_tags(_device(call, serial_number), page)


def a_new_device(call: Call, params: Mapping[str, Any]) -> Target:
    """The device that is about to be made, for the authorization."""
    name = params["virtual_mfa_device_name"]
    return Target((iam_arn(call.account.account_id, "mfa", params.get("path", "/"), name),))


def a_device(call: Call, params: Mapping[str, Any]) -> Target:
    """The device that SerialNumber names, for the authorization."""
    device = call.find(MFA_DEVICE, params["serial_number"])
    return Target((params["serial_number"],), resource_tags(device.tags) if device else {})


def _device(call: Call, serial_number: str) -> MfaDevice:
    device = call.find(MFA_DEVICE, serial_number)
    if device is None:
        raise NoSuchEntity(f"VirtualMFADevice with serial number {serial_number} doesn't exist.")
    return device


def _device_of(call: Call, owner: Owner, serial_number: str) -> MfaDevice:
    device = _device(call, serial_number)
    if device.owner_id != owner.user_id:
        raise NoSuchEntity("MFA Device invalid for user.")
    return device


def _living_owner(call: Call, device: MfaDevice) -> Owner | None:
    if device.owner is None or device.owner_id is None:
        return None
    return owner_at(call.store, call.account, device.owner, device.owner_id)


def _serials(call: Call, status: str) -> list[str]:
    everything = call.store.names(MFA_DEVICE, call.account) if status != "Assigned" else []
    assigned = call.store.names(MFA_DEVICE, call.account, Where.present("owner")) if status != "Any" else []
    found = assigned if status == "Assigned" else {*everything} - {*assigned}
    return sorted((serial for serial in found if _VIRTUAL in serial), key=str.casefold)


def _view(owner: Owner, device: MfaDevice) -> Result:
    return name_view(owner) | {"serial_number": device.serial_number, "enable_date": device.enable_date}


def _virtual_view(call: Call, device: MfaDevice, users: Mapping[str, User]) -> Result:
    """A device as ListVirtualMFADevices shows it; AWS leaves the tags out."""
    view: Result = {"serial_number": device.serial_number}
    if device.enable_date:
        view["enable_date"] = device.enable_date
    user = users.get(device.owner or "")
    if user is not None and user.user_id == device.owner_id:
        return view | {"user": user_view(call, user)}
    root = call.store.root(call.account) if user is None and device.owner else None
    return view | ({"user": _root_view(call, root)} if root and root.unique_id == device.owner_id else {})


def _root_view(call: Call, root: RootUser) -> Result:
    """The root user as the owner of a device: without path and name, as AWS has it."""
    account_id = call.account.account_id
    return {"user_id": account_id, "arn": root_arn(account_id), "create_date": root.create_date}
