"""Access keys of users and of the root user.

The secret half is in the answer of CreateAccessKey and nowhere else: the directory keeps it sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.crypto.credentials import new_secret_access_key, seal_secret_key
from adapter.errors import InvalidInput, NoSuchEntity
from adapter.ldap import ACCESS_KEY, USER, Set, Where
from adapter.models import AccessKey, KeyStatus, User
from adapter.names import IdPrefix, new_unique_id
from adapter.operations.call import Call, Result
from adapter.operations.owners import Owner, name_view, owner_named
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Target, a_user

_NEVER = "N/A"
"""How the API writes the service and region of a key that has not been used."""


def create_access_key(call: Call, *, user_name: str | None = None) -> Result:
    """Makes an access key; its secret is shown this once.

    The owner's revision guards the write, so that neither the limit nor a deletion of the owner is missed.

    Args:
        call: the call.
        user_name: whose key it will be; without it, the caller's.

    Raises:
        NoSuchEntity: there is no such user.
        LimitExceeded: the user has as many keys as one may have.
    """
    owner = owner_named(call, user_name)
    hold_to_quota(call.account, "AccessKeysPerUser", len(_keys_of(call, owner)) + 1)
    secret = new_secret_access_key()
    key = AccessKey(
        access_key_id=new_unique_id(IdPrefix.ACCESS_KEY),
        owner=owner.dn,
        owner_id=owner.user_id,
        create_date=call.context.now,
        sealed_secret=seal_secret_key(call.keyring, secret, owner.user_id),
    )
    made = call.store.add(ACCESS_KEY, call.account, key, referring_to=owner)
    return {"access_key": _key_view(owner, made) | {"secret_access_key": secret}}


def list_access_keys(call: Call, *, user_name: str | None = None, page: Page) -> Result:
    """Lists the keys of a user, without their secrets.

    Raises:
        NoSuchEntity: there is no such user.
    """
    owner = owner_named(call, user_name)
    keys = sorted(_keys_of(call, owner), key=lambda key: key.access_key_id.casefold())
    chosen, more = page.cut(keys, lambda key: key.access_key_id)
    return {"access_key_metadata": [_key_view(owner, key) for key in chosen]} | more


def update_access_key(call: Call, *, access_key_id: str, status: str, user_name: str | None = None) -> Result:
    """Activates a key or switches it off.

    Raises:
        InvalidInput: the status is one that nobody can set (`Expired`).
        NoSuchEntity: there is no such user, or the key is not the user's.
    """
    if status not in set(KeyStatus):
        raise InvalidInput(f"An access key can't be made {status}.")
    key = _key(call, owner_named(call, user_name), access_key_id)
    if key.status != status:
        call.store.change(ACCESS_KEY, call.account, key, Set("status", KeyStatus(status)))
    return {}


def delete_access_key(call: Call, *, access_key_id: str, user_name: str | None = None) -> Result:
    """Deletes a key for good.

    Raises:
        NoSuchEntity: there is no such user, or the key is not the user's.
    """
    call.store.delete(ACCESS_KEY, call.account, _key(call, owner_named(call, user_name), access_key_id))
    return {}


def get_access_key_last_used(call: Call, *, access_key_id: str) -> Result:
    """Tells when, for which service and in which region a key was last used.

    Raises:
        NoSuchEntity: there is no such key.
    """
    key = call.find(ACCESS_KEY, access_key_id)
    if key is None:
        raise _missing(access_key_id)
    last_used: Result = {
        "service_name": key.last_used_service or _NEVER,
        "region": key.last_used_region or _NEVER,
    }
    if key.last_used_at:
        last_used["last_used_date"] = key.last_used_at
    owner = _user_at(call, key.owner)
    named = {"user_name": owner.user_name} if owner else {}
    return {"access_key_last_used": last_used} | named


def the_key_s_user(call: Call, params: Mapping[str, Any]) -> Target:
    """The user that AccessKeyId belongs to, for the authorization; every resource when there is no such user."""
    key = call.find(ACCESS_KEY, params["access_key_id"])
    owner = _user_at(call, key.owner) if key else None
    return a_user(call, {"user_name": owner.user_name}) if owner else Target(("*",))


def _user_at(call: Call, dn: str) -> User | None:
    return call.store.load(USER, call.account, dn)


def _keys_of(call: Call, owner: Owner) -> list[AccessKey]:
    return call.store.find(ACCESS_KEY, call.account, Where.equals("owner_id", owner.user_id))


def _key(call: Call, owner: Owner, access_key_id: str) -> AccessKey:
    key = call.find(ACCESS_KEY, access_key_id)
    if key is None or key.owner_id != owner.user_id:
        raise _missing(access_key_id)
    return key


def _missing(access_key_id: str) -> NoSuchEntity:
    return NoSuchEntity(f"The Access Key with id {access_key_id} cannot be found.")


def _key_view(owner: Owner, key: AccessKey) -> Result:
    """A key as lists show it; the root user's has no user name."""
    return name_view(owner) | {
        "access_key_id": key.access_key_id,
        "status": key.status.value,
        "create_date": key.create_date,
    }
