"""Recovery codes: made by their owner, shown once, each good for one sign-in.

They lie on the owner's own entry, beside the wrong codes that were given lately: using one up, and counting a wrong
one, are each a single change that takes effect only if nobody else has written there since.
"""

from __future__ import annotations

from datetime import datetime

from adapter.crypto.recovery import new_recovery_codes, recovery_digest
from adapter.errors import NoSuchEntity
from adapter.ldap import Clear, Remove, Set, Store
from adapter.models import Account
from adapter.operations.call import Call, Result
from adapter.operations.mfa_codes import BUSY, devices_of, may_try, note_failure, noun_of_owner
from adapter.operations.owners import Owner, owner_at, owner_named
from adapter.operations.undisturbed import undisturbed


def create_recovery_codes(call: Call) -> Result:
    """Gives the caller new recovery codes in place of those that are left; they are shown this once.

    Raises:
        NoSuchEntity: the caller has no MFA device that they could stand in for.
    """
    owner = owner_named(call, None)
    if not devices_of(call.store, call.account, owner):
        raise NoSuchEntity("There is no MFA device that recovery codes could stand in for. Add one first.")
    codes = new_recovery_codes()
    digests = tuple(digest for code in codes if (digest := recovery_digest(code, owner.user_id)))
    call.store.change(noun_of_owner(owner), call.account, owner, Set("recovery_codes", digests))
    return {"recovery_codes": list(codes)}


def use_recovery_code(store: Store, account: Account, owner: Owner, code: str, now: datetime) -> datetime | None:
    """Uses a recovery code up.

    Args:
        store, account: where the owner is.
        owner: whose code it has to be.
        code: as it was typed.
        now: the current time.

    Returns:
        When the second factor was given; None when the code is not right, has been used, or was one guess too many.

    Raises:
        ConcurrentModification: others kept trying at the same time; nothing has been decided.
    """
    return undisturbed(lambda: _try_code(store, account, owner, code, now), BUSY)


def forget_recovery_codes(store: Store, account: Account, owner: Owner) -> None:
    """Takes the codes away from somebody who has no device any more."""
    if owner.recovery_codes and not devices_of(store, account, owner):
        store.change(noun_of_owner(owner), account, owner, Clear("recovery_codes"), guard=False)


def _try_code(store: Store, account: Account, owner: Owner, code: str, now: datetime) -> datetime | None:
    current = owner_at(store, account, owner.dn, owner.user_id)
    if current is None or not may_try(current, now):
        return None
    digest = recovery_digest(code, current.user_id)
    if digest is None or digest not in current.recovery_codes:
        note_failure(store, account, current, now)
        return None
    store.change(noun_of_owner(current), account, current, Remove("recovery_codes", digest))
    return now
