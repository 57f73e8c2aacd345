"""The codes of MFA devices: each is good once, and guessing is limited.

A try is judged on the owner and the device as they are read, and takes effect only if neither has been written to
since: the right code moves the device's last step forward, a wrong one is noted at the owner. So of any number of tries
at the same time one takes effect and the others look again: a code is never accepted twice, and no more wrong codes are
judged than the limits allow.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final, cast

from adapter.caller import CallerKind
from adapter.crypto.credentials import open_seed
from adapter.crypto.sealing import Keyring, SealingError
from adapter.crypto.totp import STEP_SECONDS, matching_step
from adapter.errors import AccessDenied
from adapter.ldap import MFA_DEVICE, ROOT, USER, Noun, Set, Store, Where
from adapter.models import Account, MfaDevice, User
from adapter.operations.call import Call
from adapter.operations.owners import Owner, owner_at, owner_named
from adapter.operations.undisturbed import undisturbed

_log = logging.getLogger(__name__)

BUSY: Final = "Others keep using codes of the same user. Please try again."
_LIMITS: Final = (
    (timedelta(minutes=5), 5),
    (timedelta(hours=1), 20),
    (timedelta(days=1), 50),
)
"""So many wrong codes in such a time, and no code is accepted until the oldest of them is that old."""
_PLACE: Final = (CallerKind.USER, CallerKind.ROOT)

_HALF: Final = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
_NO_DEVICE: Final = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user."
)
_WRONG: Final = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


def names_device(serial_number: str | None, token_code: str | None) -> bool:
    """Whether a call brings a code.

    Raises:
        AccessDenied: it brings one half of what is needed.
    """
    if (serial_number is None) != (token_code is None):
        raise AccessDenied(_HALF)
    return serial_number is not None


def accept_code(call: Call, serial_number: str | None, token_code: str | None) -> datetime | None:
    """Uses a code of the caller's device up.

    Returns:
        When the second factor was given; None when the call brings no code.

    Raises:
        AccessDenied: the device is not the caller's, or the code is not right.
    """
    if not names_device(serial_number, token_code) or serial_number is None or token_code is None:
        return None
    if call.caller.kind not in _PLACE:
        raise AccessDenied(_NO_DEVICE)
    owner = owner_named(call, None)
    if not _chosen(devices_of(call.store, call.account, owner), serial_number):
        raise AccessDenied(_NO_DEVICE)
    now = call.context.now
    given = verify_code(call.store, call.keyring, call.account, owner, token_code, now=now, serial_number=serial_number)
    if given is None:
        raise AccessDenied(_WRONG)
    return given


def verify_code(
    store: Store,
    keyring: Keyring,
    account: Account,
    owner: Owner,
    code: str,
    *,
    now: datetime,
    serial_number: str | None = None,
) -> datetime | None:
    """Uses a code of an MFA device up.

    Args:
        store, keyring, account: where the device is.
        owner: whose device it has to be; who is gone or has been made again has none.
        code: as it was typed.
        now: the current time.
        serial_number: of the device; without it, any of the owner's devices will do.

    Returns:
        When the second factor was given; None when the code is not right, has been used, or was one guess too many.

    Raises:
        ConcurrentModification: others kept trying at the same time; nothing has been decided.
    """
    return undisturbed(lambda: _try_code(store, keyring, account, owner, code, now=now, serial=serial_number), "codes")


def devices_of(store: Store, account: Account, owner: Owner) -> list[MfaDevice]:
    """The MFA devices that count for an owner."""
    return store.find(MFA_DEVICE, account, Where.equals("owner_id", owner.user_id))


def seed_of(keyring: Keyring, device: MfaDevice) -> bytes | None:
    """A device's seed; None when it was sealed for another, or with a master key that is lost."""
    try:
        return open_seed(keyring, device.sealed_seed, device.bound_to)
    except SealingError as error:
        _log.error("the seed of MFA device %s can't be used: %s", device.serial_number, error)
        return None


def may_try(owner: Owner, now: datetime) -> bool:
    """Whether the owner may try another code."""
    return all(sum(failure > now - span for failure in owner.code_failures) < most for span, most in _LIMITS)


def locked_until(owner: Owner, now: datetime) -> datetime | None:
    """When the next code will be looked at; None when that is now."""
    waits = [
        sorted(recent)[-most] + span
        for span, most in _LIMITS
        if len(recent := [failure for failure in owner.code_failures if failure > now - span]) >= most
    ]
    return max(waits, default=None)


def note_failure(store: Store, account: Account, owner: Owner, now: datetime) -> None:
    """Writes a wrong code down.

    Raises:
        Stale: the owner has been written to since it was read; nothing has been decided.
    """
    kept = {failure for failure in owner.code_failures if failure > now - _LIMITS[-1][0]}
    moment = now
    while moment in kept:
        moment += timedelta(microseconds=1)
    store.change(noun_of_owner(owner), account, owner, Set("code_failures", tuple(sorted({*kept, moment}))))


def noun_of_owner(owner: Owner) -> Noun[Any]:
    """The table that the owner is in."""
    return cast("Noun[Any]", USER if isinstance(owner, User) else ROOT)


def _try_code(
    store: Store, keyring: Keyring, account: Account, owner: Owner, code: str, *, now: datetime, serial: str | None
) -> datetime | None:
    current = owner_at(store, account, owner.dn, owner.user_id)
    if current is None or not may_try(current, now):
        return None
    devices = _chosen(devices_of(store, account, current), serial)
    for device in devices:
        seed = seed_of(keyring, device)
        moment = now + timedelta(seconds=device.clock_drift * STEP_SECONDS)
        step = matching_step(seed, code, moment, device.last_step) if seed else None
        if step is not None:
            store.link(current, MFA_DEVICE, account, device, Set("last_step", step))
            return now
    if devices:
        note_failure(store, account, current, now)
    return None


def _chosen(devices: list[MfaDevice], serial: str | None) -> list[MfaDevice]:
    apps = [device for device in devices if not device.is_passkey]
    if serial is None:
        return apps
    return [device for device in apps if device.serial_number.casefold() == serial.casefold()]
