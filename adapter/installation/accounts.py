"""Further accounts in one directory: subtrees of their own, with users, groups, policies and a root user of their own.

What the operator does here is not an operation of the API: there is no caller who could be asked for permission yet.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from adapter.crypto.credentials import new_password, new_secret_access_key, seal_secret_key
from adapter.crypto.sealing import Keyring
from adapter.errors import EntityAlreadyExists, ValidationError
from adapter.installation.operator import write_down
from adapter.ldap import Store, places
from adapter.models import Account
from adapter.names import IdPrefix, new_account_id, new_unique_id
from adapter.operations.parameters import check_parameters
from adapter.server.bootstrap import FirstStart
from adapter.server.ldif import Entry
from adapter.server.suffix import Suffix
from adapter.server.tree import Tree, without_password
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail

_ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
_EMAIL: Final = re.compile(r"[!-~]{1,64}@[!-~]{1,190}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A new account with the secrets of its root user, which are shown once and kept nowhere in clear."""

    account_id: str
    alias: str | None
    root_email: str
    root_password: str = field(repr=False)
    root_access_key_id: str
    root_secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """What the operator sees of an account."""

    account_id: str
    alias: str | None
    root_email: str | None
    dn: str


def create_account(
    settings: Settings, *, email: str, alias: str | None = None, account_id: str | None = None
) -> NewAccount:
    """Makes an account in a directory that runs.

    Args:
        settings: where directory and master key are.
        email: the root user's.
        alias: for the sign-in page.
        account_id: twelve digits; invented when not given.

    Raises:
        ValidationError: a value makes no sense.
        EntityAlreadyExists: id, alias or e-mail address is taken.
        ServiceUnavailable: the directory does not answer.
    """
    _hold_to_form(email, alias, account_id)
    keyring = Keyring.from_text(settings.read_master_key())
    made = NewAccount(
        account_id=account_id or new_account_id(),
        alias=alias,
        root_email=email,
        root_password=new_password(),
        root_access_key_id=new_unique_id(IdPrefix.ACCESS_KEY),
        root_secret_access_key=new_secret_access_key(),
    )
    with closing(Store.open(settings)) as store:
        _hold_to_free(store, made)
        suffix = places.further_suffix(made.account_id, settings.suffix)
        store.plant((entry.dn, entry.by_name) for entry in _entries(suffix, settings.suffix, made, keyring))
        store.set_password(places.root_user(places.account(suffix)), made.root_password)
    told = {"alias": made.alias, "email": made.root_email}
    write_down(AuditTrail.of(settings), made.account_id, "CreateAccount", told)
    return made


def list_accounts(settings: Settings) -> list[AccountSummary]:
    """Every account of a directory that runs, by its id.

    Raises:
        ServiceUnavailable: the directory does not answer.
    """
    with closing(Store.open(settings)) as store:
        found = [_summary(store, account) for account in store.accounts()]
    return sorted(found, key=lambda account: account.account_id)


def _summary(store: Store, account: Account) -> AccountSummary:
    root = store.root(account)
    return AccountSummary(
        account_id=account.account_id,
        alias=account.account_alias,
        root_email=root.email if root else None,
        dn=account.dn,
    )


def _hold_to_form(email: str, alias: str | None, account_id: str | None) -> None:
    if alias is not None:
        check_parameters("iam", "CreateAccountAlias", {"account_alias": alias})
        if _ACCOUNT_ID.fullmatch(alias):
            raise ValidationError("The alias must not look like an account id.")
    if not _EMAIL.fullmatch(email):
        raise ValidationError(f"{email[:80]!r} is no e-mail address.")
    if account_id is not None and not _ACCOUNT_ID.fullmatch(account_id):
        raise ValidationError("An account id is twelve digits.")


def _hold_to_free(store: Store, wanted: NewAccount) -> None:
    for account in store.accounts():
        root = store.root(account)
        if account.account_id == wanted.account_id:
            raise EntityAlreadyExists(f"The account {wanted.account_id} already exists.")
        if wanted.alias and account.account_alias == wanted.alias:
            raise EntityAlreadyExists(f"The account alias {wanted.alias} already exists.")
        if root and root.email.casefold() == wanted.root_email.casefold():
            raise EntityAlreadyExists(f"The account {account.account_id} has a root user {root.email} already.")


def _entries(suffix: str, top: str, made: NewAccount, keyring: Keyring) -> list[Entry]:
    """The account's subtree, without the password: that is set by the operation that hashes it and notes the time."""
    tree = Tree(Suffix.parse(suffix), hash_password=without_password, top=Suffix.parse(top))
    root_id = new_unique_id(IdPrefix.USER)
    start = FirstStart(
        account_id=made.account_id,
        root_email=made.root_email,
        root_password=made.root_password,
        root_access_key_id=made.root_access_key_id,
        root_secret_access_key=made.root_secret_access_key,
        root_id=root_id,
        sealed_root_secret=seal_secret_key(keyring, made.root_secret_access_key, root_id),
    )
    return [*tree.base(made.account_id, made.alias), *tree.first(start)]
