"""Whose credentials a call is about: a user's, or the root user's own."""

from __future__ import annotations

from adapter.caller import CallerKind
from adapter.errors import NoSuchEntity, ServiceFailure
from adapter.ldap import ROOT, USER, Store
from adapter.models import Account, RootUser, User
from adapter.operations.call import Call, Result

Owner = User | RootUser


def owner_named(call: Call, user_name: str | None) -> Owner:
    """The user of that name; without one, the caller, who may be the root user.

    Where the API insists on a name, the root user may name itself by `root`, its account id or its e-mail address.

    Raises:
        NoSuchEntity: there is no such user.
    """
    if call.caller.kind is not CallerKind.ROOT:
        return call.user(user_name)
    root = call.store.load(ROOT, call.account, call.caller.dn)
    if root is None:
        raise ServiceFailure("The account's root user is missing in the directory.")
    if user_name is None:
        return root
    try:
        return call.user(user_name)
    except NoSuchEntity:
        if user_name.casefold() in {"root", call.account.account_id, root.email.casefold()}:
            return root
        raise


def owner_at(store: Store, account: Account, at: str, owner_id: str) -> Owner | None:
    """The owner of a credential; None when it is gone, or has been made again and is another one."""
    found: Owner | None = store.load(USER, account, at) or store.load(ROOT, account, at)
    return found if found is not None and found.user_id == owner_id else None


def name_view(owner: Owner) -> Result:
    """The owner's name as answers have it; the root user has none."""
    return {"user_name": owner.user_name} if isinstance(owner, User) else {}
