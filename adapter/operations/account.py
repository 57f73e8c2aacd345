"""The account itself: alias and password policy."""

from __future__ import annotations

from typing import Any, Final

from adapter.errors import EntityAlreadyExists, NoSuchEntity
from adapter.ldap import ACCOUNT, PASSWORD_POLICY, Clear, Set
from adapter.models import PasswordPolicy, Record
from adapter.operations.call import Call, Result
from adapter.operations.paging import Page
from adapter.operations.views import password_policy_view


def create_account_alias(call: Call, *, account_alias: str) -> Result:
    """Gives the account an alias for the sign-in page, replacing the one before.

    Raises:
        EntityAlreadyExists: another account has it.
    """
    for other in call.store.accounts():
        if other.account_id != call.account.account_id and other.account_alias == account_alias:
            raise EntityAlreadyExists(f"The account alias {account_alias} already exists.")
    call.store.change(ACCOUNT, call.account, call.account, Set("account_alias", account_alias))
    return {}


def delete_account_alias(call: Call, *, account_alias: str) -> Result:
    """Takes the account's alias away.

    Raises:
        NoSuchEntity: the account does not have that alias.
    """
    if call.account.account_alias != account_alias:
        raise NoSuchEntity(f"The account alias with name {account_alias} cannot be found.")
    call.store.change(ACCOUNT, call.account, call.account, Clear("account_alias"))
    return {}


def list_account_aliases(call: Call, *, page: Page) -> Result:
    """Lists the account's alias; an account has one at the most, so there is only one page."""
    alias = call.account.account_alias
    return {"account_aliases": [alias] if alias else [], "is_truncated": False}


def get_account_password_policy(call: Call) -> Result:
    """Reads the account's password policy.

    Raises:
        NoSuchEntity: nobody has set one; the default is in force.
    """
    policy = call.store.password_policy(call.account)
    if not policy.customised:
        raise NoSuchEntity(f"The Password Policy with domain name {call.account.account_id} cannot be found.")
    return {"password_policy": password_policy_view(policy)}


def update_account_password_policy(call: Call, **rules: Any) -> Result:
    """Sets the account's password policy; what is not given goes back to its default, as with AWS."""
    current = call.store.password_policy(call.account)
    defaults = PasswordPolicy(minimum_password_length=6, customised=True)
    wanted = {name: rules.get(name, getattr(defaults, name)) for name in _PASSWORD_RULES}
    changes = [Set(name, value) for name, value in wanted.items()]
    call.store.change(PASSWORD_POLICY, call.account, current, Set("customised", True), *changes)
    return {}


_PASSWORD_RULES: Final = tuple(
    name for name in PasswordPolicy.__dataclass_fields__ if name not in {*Record.__dataclass_fields__, "customised"}
)


def delete_account_password_policy(call: Call) -> Result:
    """Puts the default password policy back in force.

    Raises:
        NoSuchEntity: nobody has set one.
    """
    current = call.store.password_policy(call.account)
    if not current.customised:
        raise NoSuchEntity("The account policy with name PasswordPolicy cannot be found.")
    defaults = PasswordPolicy()
    changes = [Set(name, getattr(defaults, name)) for name in _PASSWORD_RULES]
    call.store.change(PASSWORD_POLICY, call.account, current, Set("customised", False), *changes)
    return {}
