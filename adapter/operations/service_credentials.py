"""Service-specific credentials: a user name and a password for one application (app passwords).

The password is in the answer of the creating or resetting call and nowhere else: the directory keeps its hash, in an
entry of the user's in the application's own base. Every application that the operator names can have them, not only
the few services for which AWS grants them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any, Final

from adapter.crypto.credentials import new_service_password
from adapter.errors import IamError, InvalidInput, NoSuchEntity, NotSupportedService
from adapter.ldap import (
    APP_USER,
    SERVICE_CREDENTIAL,
    USER,
    AlreadyThere,
    DirectoryRefusal,
    Noun,
    Set,
    Stale,
    Where,
    dn,
    service_password_policy,
)
from adapter.models import AppUser, KeyStatus, ServiceCredential, User
from adapter.names import IdPrefix, new_unique_id
from adapter.operations.app_entries import AppEntries
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.quotas import hold_to_quota
from adapter.operations.resources import Target, a_user, anything

_SERVICE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_EXPIRED: Final = "Expired"


def create_service_specific_credential(
    call: Call, *, user_name: str, service_name: str, credential_age_days: int | None = None
) -> Result:
    """Gives a user a password for one application; it is shown this once.

    Raises:
        NoSuchEntity: there is no such user.
        NotSupportedService: this can't be an application's name.
        LimitExceeded: the user has as many for that application as one may have.
    """
    _hold_to_service_name(service_name)
    user = call.user(user_name)
    present = _credentials_of(call, user, service_name)
    hold_to_quota(call.account, "ServiceSpecificCredentialsPerUser", len(present) + 1)
    now = call.context.now
    model = ServiceCredential(
        credential_id=new_unique_id(IdPrefix.SERVICE_CREDENTIAL),
        create_date=now,
        owner=user.dn,
        owner_id=user.user_id,
        service_name=service_name,
        service_user_name=_free_name(call, user),
        expiration_date=now + timedelta(days=credential_age_days) if credential_age_days else None,
        password_policy=service_password_policy(call.account),
    )
    try:
        made = call.store.add(SERVICE_CREDENTIAL, call.account, model, referring_to=user)
    except AlreadyThere as error:
        raise Stale(error.message, error.code) from error
    try:
        entry = _entries(call).open(_again(call, user), made)
    except (DirectoryRefusal, IamError):
        call.store.delete(SERVICE_CREDENTIAL, call.account, made)
        raise
    return {"service_specific_credential": _with_new_password(call, user, made, entry)}


def _hold_to_service_name(text: str) -> None:
    if not _SERVICE_NAME.fullmatch(text):
        raise NotSupportedService(f"The service {text[:128]} is not supported.")


def list_service_specific_credentials(
    call: Call,
    *,
    user_name: str | None = None,
    service_name: str | None = None,
    all_users: bool | None = None,
    page: Page,
) -> Result:
    """Lists credentials by id, without their passwords: a user's, or those of all users.

    Raises:
        NoSuchEntity: there is no such user.
        InvalidInput: both a user and all users are asked for.
        NotSupportedService: this can't be an application's name.
    """
    if service_name:
        _hold_to_service_name(service_name)
    if all_users and user_name:
        raise InvalidInput("UserName and AllUsers can't be given together.")
    named = (Where.equals("service_name", service_name),) if service_name else ()
    if all_users:
        found, more = page.read(call.store, SERVICE_CREDENTIAL, call.account, Where.present("owner_id"), *named)
        users = call.store.load_many(USER, call.account, {each.owner for each in found})
        living = [(users.get(each.owner), each) for each in found]
        views = [_metadata(call, user, each) for user, each in living if user and user.user_id == each.owner_id]
        return {"service_specific_credentials": views} | more
    user = call.user(user_name)
    credentials = sorted(_credentials_of(call, user, service_name), key=lambda each: each.credential_id.casefold())
    chosen, more = page.cut(credentials, lambda each: each.credential_id)
    return {"service_specific_credentials": [_metadata(call, user, each) for each in chosen]} | more


def update_service_specific_credential(
    call: Call, *, service_specific_credential_id: str, status: str, user_name: str | None = None
) -> Result:
    """Activates a credential or switches it off.

    Raises:
        InvalidInput: the status is one that nobody can set (`Expired`).
        NoSuchEntity: there is no such user, or the credential is not the user's.
    """
    if status not in set(KeyStatus):
        raise InvalidInput(f"A service-specific credential can't be made {status}.")
    credential = _credential(call, call.user(user_name), service_specific_credential_id)
    entry = _entries(call).of(credential)
    switched: list[tuple[Noun[Any], Any]] = [*([(APP_USER, entry)] if entry else []), (SERVICE_CREDENTIAL, credential)]
    # The door closes first and opens last, so that one that is said to be shut never stands open.
    for noun, record in switched if status == KeyStatus.INACTIVE else reversed(switched):
        if record.status != status:
            call.store.change(noun, call.account, record, Set("status", KeyStatus(status)))
    return {}


def reset_service_specific_credential(
    call: Call, *, service_specific_credential_id: str, user_name: str | None = None
) -> Result:
    """Gives a credential another password, which is shown this once; the one before is over.

    Raises:
        NoSuchEntity: there is no such user, or the credential is not the user's.
    """
    user = call.user(user_name)
    credential = _credential(call, user, service_specific_credential_id)
    entry = _entries(call).of(credential) or _entries(call).open(user, credential)
    return {"service_specific_credential": _with_new_password(call, user, credential, entry)}


def delete_service_specific_credential(
    call: Call, *, service_specific_credential_id: str, user_name: str | None = None
) -> Result:
    """Deletes a credential for good.

    Raises:
        NoSuchEntity: there is no such user, or the credential is not the user's.
    """
    credential = _credential(call, call.user(user_name), service_specific_credential_id)
    entry = _entries(call).of(credential)
    if entry:
        _entries(call).close(entry)
    call.store.delete(SERVICE_CREDENTIAL, call.account, credential)
    return {}


def describe_app_passwords(call: Call, *, user_name: str | None = None) -> Result:
    """Lists a user's app passwords with what an application has to be told: where to look, and for what.

    Raises:
        NoSuchEntity: there is no such user.
    """
    user = call.user(user_name)
    entries = {entry.credential_id: entry for entry in _entries(call).of_user(user)}
    credentials = sorted(_credentials_of(call, user, None), key=lambda each: (each.service_name, each.create_date))
    return {
        "app_passwords": [
            _metadata(call, user, each) | _place(entries.get(each.credential_id)) for each in credentials
        ],
        "servers": call.store.addresses() if credentials else [],
    }


def _place(entry: AppUser | None) -> Result:
    """Where an application finds an entry; nothing for a password that is older than such entries."""
    if entry is None:
        return {"dn": None, "base_dn": None, "login": None, "user_filter": None, "last_used_date": None}
    return {
        "dn": entry.dn,
        "base_dn": dn.parent(entry.dn),
        "login": entry.login,
        "user_filter": "(&(objectClass=inetOrgPerson)(uid=%s))",
        "last_used_date": entry.last_used,
    }


def _entries(call: Call) -> AppEntries:
    return AppEntries(call.store, call.account)


def _again(call: Call, user: User) -> User:
    """The user with the revision that the credential's own making has given it."""
    found = call.store.load(USER, call.account, user.dn)
    if found is None or found.user_id != user.user_id:
        raise Stale(f"{user.dn} has changed", 0)
    return found


def whose_credentials(call: Call, params: Mapping[str, Any]) -> Target:
    """The user whose credentials are listed, for the authorization; every resource for those of all users."""
    return anything(call, params) if params.get("all_users") else a_user(call, params)


def _with_new_password(call: Call, user: User, credential: ServiceCredential, entry: AppUser) -> Result:
    password = new_service_password()
    call.store.set_password(entry.dn, password)
    return _metadata(call, user, credential) | {"service_password": password}


def _free_name(call: Call, user: User) -> str:
    """The first user name that is not taken: `bob-at-123456789012`, then `bob+1-at-…` and so on, as AWS forms them."""
    for number in count():
        name = f"{user.user_name}{f'+{number}' if number else ''}-at-{call.account.account_id}"
        if not call.store.exists(SERVICE_CREDENTIAL, call.account, Where.equals("service_user_name", name)):
            return name
    raise AssertionError("there are always more numbers")


def _credentials_of(call: Call, user: User, service_name: str | None) -> list[ServiceCredential]:
    owned = Where.equals("owner_id", user.user_id)
    named = (Where.equals("service_name", service_name),) if service_name else ()
    return call.store.find(SERVICE_CREDENTIAL, call.account, owned, *named)


def _credential(call: Call, user: User, credential_id: str) -> ServiceCredential:
    credential = call.find(SERVICE_CREDENTIAL, credential_id)
    if credential is None or credential.owner_id != user.user_id:
        raise NoSuchEntity(f"No such credential {credential_id} exists")
    return credential


def _metadata(call: Call, user: User, credential: ServiceCredential) -> Result:
    ends = credential.expiration_date
    view: Result = {
        "user_name": user.user_name,
        "status": _EXPIRED if ends and ends <= call.context.now else credential.status.value,
        "service_user_name": credential.service_user_name,
        "create_date": credential.create_date,
        "service_specific_credential_id": credential.credential_id,
        "service_name": credential.service_name,
    }
    return view | ({"expiration_date": ends} if ends else {})
