"""Service-specific credentials: a user name and a password for one application (app passwords).

The password is in the answer of the creating or resetting call and nowhere else: the directory keeps its hash. Every
application that the operator names can have them, not only the few services for which AWS grants them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any, Final

from adapter.crypto.credentials import new_service_password
from adapter.errors import InvalidInput, NoSuchEntity, NotSupportedService
from adapter.ldap import (
    SERVICE_CREDENTIAL,
    USER,
    AlreadyThere,
    Set,
    Stale,
    Where,
    service_password_policy,
)
from adapter.models import KeyStatus, ServiceCredential, User
from adapter.names import IdPrefix, new_unique_id
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
    if not _SERVICE_NAME.fullmatch(service_name):
        raise NotSupportedService(f"The service {service_name[:128]} is not supported.")
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
    return {"service_specific_credential": _with_new_password(call, user, made)}


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
    """
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
    if credential.status != status:
        call.store.change(SERVICE_CREDENTIAL, call.account, credential, Set("status", KeyStatus(status)))
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
    return {"service_specific_credential": _with_new_password(call, user, credential)}


def delete_service_specific_credential(
    call: Call, *, service_specific_credential_id: str, user_name: str | None = None
) -> Result:
    """Deletes a credential for good.

    Raises:
        NoSuchEntity: there is no such user, or the credential is not the user's.
    """
    credential = _credential(call, call.user(user_name), service_specific_credential_id)
    call.store.delete(SERVICE_CREDENTIAL, call.account, credential)
    return {}


def whose_credentials(call: Call, params: Mapping[str, Any]) -> Target:
    """The user whose credentials are listed, for the authorization; every resource for those of all users."""
    return anything(call, params) if params.get("all_users") else a_user(call, params)


def _with_new_password(call: Call, user: User, credential: ServiceCredential) -> Result:
    password = new_service_password()
    call.store.set_password(credential.dn, password)
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
