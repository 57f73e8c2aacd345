"""Passkeys: MFA devices that answer a browser's challenges instead of making codes.

AWS has no API for them beyond listing and deactivating, so making one is an operation of ours; it asks for what giving
oneself a virtual device asks for. An answer is judged on the device as it is read, and takes effect only if neither it
nor its owner has been written to since: of any number of uses of one answer at the same time exactly one counts.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapter.crypto.credentials import open_passkey, seal_passkey
from adapter.crypto.passkeys import (
    Known,
    PasskeyRefused,
    Purpose,
    Site,
    challenge_in,
    credential_in,
    moment_of,
    new_challenge,
    proof_options,
    registered,
    registration_options,
    used,
)
from adapter.crypto.sealing import Keyring, SealingError
from adapter.errors import InvalidAuthenticationCode
from adapter.ldap import MFA_DEVICE, Set, Store, Where
from adapter.models import Account, MfaDevice, User
from adapter.names import iam_arn
from adapter.operations.call import Call, Result
from adapter.operations.mfa_codes import devices_of
from adapter.operations.owners import Owner, owner_at, owner_named
from adapter.operations.quotas import hold_to_quota
from adapter.operations.taken import unless_taken
from adapter.operations.undisturbed import undisturbed

_log = logging.getLogger(__name__)

_SERIAL_BYTES: Final = 15
_BUSY: Final = "Others keep using passkeys of the same user. Please try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a browser says of a passkey that has been used.

    Attributes:
        text: as JSON.
        site: the console as the browser sees it.
        purpose: what the challenge was made for: a second factor, or a sign-in by the passkey alone.
    """

    text: str = field(repr=False)
    site: Site
    purpose: Purpose = Purpose.PROVE


def get_passkey_options(call: Call, *, origin: str) -> Result:
    """What the caller's browser needs to make a passkey for this console: a challenge for them alone."""
    owner = owner_named(call, None)
    challenge = new_challenge(_key(call.keyring), Purpose.REGISTER, owner.user_id, call.context.now)
    known = [_known(device) for device in devices_of(call.store, call.account, owner) if device.is_passkey]
    name = f"{_name(owner)} ({call.account.account_alias or call.account.account_id})"
    return {"options": registration_options(Site(origin), challenge, owner.user_id, name, known)}


def create_passkey(call: Call, *, origin: str, label: str, answer: str) -> Result:
    """Gives the caller the passkey that their browser has just made.

    The owner's revision guards the write, so that neither the limit nor a deletion of the owner is missed.

    Args:
        call: the call.
        origin: of the console as the browser sees it.
        label: what the caller calls it.
        answer: of the browser, as JSON.

    Raises:
        LimitExceeded: the caller has as many devices as one may have.
        InvalidAuthenticationCode: the answer is not good, or too late.
        EntityAlreadyExists: somebody has this passkey.
    """
    owner, site, now = owner_named(call, None), Site(origin), call.context.now
    devices = devices_of(call.store, call.account, owner)
    hold_to_quota(call.account, "MFADevicesPerUser", len(devices) + 1)
    made, moment = _made(call, owner, site, answer)
    device = MfaDevice(
        serial_number=_serial(call.account, owner, made),
        create_date=now,
        owner=owner.dn,
        owner_id=owner.user_id,
        enable_date=now,
        sealed_seed=seal_passkey(call.keyring, made.public_key, owner.user_id),
        last_step=moment,
        label=label,
        passkey_id=made.passkey_id,
        sign_count=made.sign_count,
        relying_party=site.host,
        transports=made.transports,
    )
    with unless_taken("This passkey is in use already."):
        added = call.store.add(MFA_DEVICE, call.account, device, referring_to=owner)
    return {"serial_number": added.serial_number}


def _made(call: Call, owner: Owner, site: Site, answer: str) -> tuple[Known, int]:
    """The passkey in a browser's answer, and the moment of the challenge that it answers."""
    try:
        challenge = challenge_in(answer)
        moment = moment_of(_key(call.keyring), Purpose.REGISTER, owner.user_id, challenge, call.context.now)
        return registered(site, answer, challenge), moment
    except PasskeyRefused as error:
        _log.warning("a passkey for %s was refused: %s", owner.dn, error)
        raise InvalidAuthenticationCode("The passkey could not be verified. Please try again.") from error


def passkey_options(
    store: Store, keyring: Keyring, account: Account, owner: Owner, *, site: Site, now: datetime
) -> str | None:
    """What the owner's browser needs to use a passkey; None when the owner has none for this console."""
    known = [_known(device) for device in _for_site(devices_of(store, account, owner), site)]
    if not known:
        return None
    return proof_options(site, new_challenge(_key(keyring), Purpose.PROVE, owner.user_id, now), known)


def sign_in_options(keyring: Keyring, site: Site, now: datetime) -> str:
    """What the browser of somebody who has not said who they are needs to offer the passkeys that it keeps for us."""
    return proof_options(site, new_challenge(_key(keyring), Purpose.SIGN_IN, "", now), ())


def passkey_owner(store: Store, answer: str) -> tuple[Account, Owner] | None:
    """Whose passkey a browser says it has used; whether it has is for `use_passkey` to judge."""
    try:
        wanted = credential_in(answer)
    except PasskeyRefused:
        return None
    for account in store.accounts():
        for device in store.find(MFA_DEVICE, account, Where.equals("passkey_id", wanted)):
            owner = owner_at(store, account, device.owner or "", device.owner_id or "")
            if owner is not None:
                return account, owner
    return None


def use_passkey(
    store: Store, keyring: Keyring, account: Account, owner: Owner, *, answer: Answer, now: datetime
) -> datetime | None:
    """Takes a passkey's answer. Nobody can guess one, so wrong ones are not counted.

    Args:
        store, keyring: where devices are, and what opens them.
        account, owner: whose passkey it has to be.
        answer: the browser's.
        now: the current time.

    Returns:
        When the second factor was given; None when the answer is not good, or has been given before.

    Raises:
        ConcurrentModification: others kept trying at the same time; nothing has been decided.
    """

    def is_taken() -> bool:
        current = owner_at(store, account, owner.dn, owner.user_id)
        return current is not None and _is_taken(store, keyring, account, current, answer, now)

    try:
        return now if undisturbed(is_taken, _BUSY) else None
    except (PasskeyRefused, SealingError) as error:
        _log.warning("a passkey of %s was refused: %s", owner.dn, error)
        return None


def _is_taken(  # noqa: PLR0917  (see `use_passkey`)
    store: Store, keyring: Keyring, account: Account, owner: Owner, answer: Answer, now: datetime
) -> bool:
    """Uses an answer up if it is good; the device's and the owner's revisions guard the write."""
    wanted, challenge = credential_in(answer.text), challenge_in(answer.text)
    asked = "" if answer.purpose is Purpose.SIGN_IN else owner.user_id
    moment = moment_of(_key(keyring), answer.purpose, asked, challenge, now)
    devices = _for_site(devices_of(store, account, owner), answer.site)
    device = next((each for each in devices if each.passkey_id == wanted), None)
    if device is None:
        return False
    if device.last_step is not None and moment <= device.last_step:
        raise PasskeyRefused("the challenge, or a later one, has been answered already")
    public_key = open_passkey(keyring, device.sealed_seed, owner.user_id)
    known = Known(passkey_id=wanted, public_key=public_key, sign_count=device.sign_count)
    count = used(answer.site, answer.text, challenge, known)
    store.link(owner, MFA_DEVICE, account, device, Set("last_step", moment), Set("sign_count", count))
    return True


def _for_site(devices: list[MfaDevice], site: Site) -> list[MfaDevice]:
    return [device for device in devices if device.is_passkey and device.relying_party == site.host]


def _known(device: MfaDevice) -> Known:
    return Known(passkey_id=device.passkey_id or b"", transports=device.transports)


def _key(keyring: Keyring) -> bytes:
    return keyring.derive("passkey challenges")


def _name(owner: Owner) -> str:
    return owner.user_name if isinstance(owner, User) else "root"


def _serial(account: Account, owner: Owner, made: Known) -> str:
    """An ARN as AWS forms it, which follows from the passkey: two of the same can't be stored."""
    digest = hashlib.sha256(made.passkey_id).digest()[:_SERIAL_BYTES]
    path = f"/user/{owner.user_name}/" if isinstance(owner, User) else "/root-account-mfa-device/"
    return iam_arn(account.account_id, "u2f", path, base64.b32encode(digest).decode())
