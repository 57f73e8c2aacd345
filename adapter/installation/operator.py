"""The operator, who runs commands where the data is, as a caller of the library: the account's root user."""

from __future__ import annotations

from adapter.caller import Caller, CallerKind
from adapter.errors import NoSuchEntity
from adapter.ldap import Store
from adapter.models import Account
from adapter.names import root_arn


def operator(account_id: str, dn: str, program: str) -> Caller:
    """Who may do anything in an account.

    Args:
        account_id: twelve digits.
        dn: of the account's entry, `ou=iam,…`.
        program: the command, such as `bindery demo`.
    """
    return Caller(
        kind=CallerKind.ROOT,
        account_id=account_id,
        arn=root_arn(account_id),
        unique_id=account_id,
        name=program,
        dn=f"cn=root,{dn}",
    )


def find_account(store: Store, suffix: str, account_id: str | None = None) -> Account:
    """An account by its number; the first one when none is given.

    Raises:
        NoSuchEntity: there is no such account.
        ServiceUnavailable: the directory does not answer.
    """
    first = f"ou=iam,{suffix}".casefold()
    for account in store.accounts():
        if account_id == account.account_id or (account_id is None and account.dn.casefold() == first):
            return account
    raise NoSuchEntity(f"There is no account {account_id or first}.")
