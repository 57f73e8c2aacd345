"""The second factors of one person: what there is, what they are called, and whether a proof is good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from adapter.crypto.passkeys import Site
from adapter.crypto.sealing import Keyring
from adapter.crypto.totp import STEP_SECONDS
from adapter.errors import NoSuchEntity
from adapter.ldap import MFA_DEVICE, Set, Store
from adapter.models import Account, MfaDevice
from adapter.operations.call import Call, Result
from adapter.operations.mfa_codes import devices_of, verify_code
from adapter.operations.owners import Owner, owner_named
from adapter.operations.passkeys import Answer, use_passkey
from adapter.operations.recovery_codes import use_recovery_code

_MICROSECONDS: Final = 1_000_000
_NOWHERE: Final = Site("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody gives as a second factor: one of these.

    Attributes:
        code: of an authenticator app.
        recovery_code: one of those that were shown once.
        passkey: the browser's answer, as JSON.
        site: the console as the browser sees it, for the passkey.
    """

    code: str = field(default="", repr=False)
    recovery_code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)
    site: Site = _NOWHERE


def is_proven(store: Store, keyring: Keyring, account: Account, owner: Owner, *, proof: Proof, now: datetime) -> bool:
    """Uses a proof up.

    Raises:
        ConcurrentModification: others kept trying at the same time; nothing has been decided.
    """
    if proof.passkey:
        answer = Answer(text=proof.passkey, site=proof.site)
        given = use_passkey(store, keyring, account, owner, answer=answer, now=now)
    elif proof.recovery_code:
        given = use_recovery_code(store, account, owner, proof.recovery_code, now)
    else:
        given = verify_code(store, keyring, account, owner, proof.code, now=now)
    return given is not None


def describe_mfa(call: Call) -> Result:
    """Describes the caller's MFA devices, and tells how many recovery codes are left."""
    owner = owner_named(call, None)
    devices = sorted(devices_of(call.store, call.account, owner), key=lambda device: device.create_date)
    return {
        "devices": [_view(device, call.context.now) for device in devices],
        "recovery_codes_left": len(owner.recovery_codes),
        "mfa_required": call.account.mfa_required,
    }


def rename_mfa_device(call: Call, *, serial_number: str, label: str) -> Result:
    """Gives one of the caller's devices another name; its serial number stays.

    Raises:
        NoSuchEntity: the device is not the caller's.
    """
    owner = owner_named(call, None)
    device = call.find(MFA_DEVICE, serial_number)
    if device is None or device.owner_id != owner.user_id:
        raise NoSuchEntity("MFA Device invalid for user.")
    call.store.change(MFA_DEVICE, call.account, device, Set("label", label))
    return {}


def _view(device: MfaDevice, now: datetime) -> Result:
    return {
        "serial_number": device.serial_number,
        "label": device.label or device.serial_number.rpartition("/")[2],
        "kind": "passkey" if device.is_passkey else "app",
        "enable_date": device.enable_date,
        "last_used_date": _last_used(device, now),
        "host": device.relying_party,
    }


def _last_used(device: MfaDevice, now: datetime) -> datetime | None:
    """When a code or an answer was last accepted; the one of the enrolment counts. Codes may be a step ahead."""
    if device.last_step is None:
        return None
    seconds = device.last_step / _MICROSECONDS if device.is_passkey else device.last_step * STEP_SECONDS
    return min(datetime.fromtimestamp(seconds, UTC), now)
