"""The account's users and groups on Unix systems: numbers, home directories and shells, for accounts that want them.

Switched off again, nothing is taken away: files on many machines belong to the numbers.
Source: RFC 2307; draft-howard-rfc2307bis-02.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final

from adapter.errors import InvalidInput, NoSuchEntity
from adapter.ldap import ACCOUNT, GROUP, USER, Change, Clear, DirectoryRefusal, Noun, Set, Store, Where
from adapter.models import Account, Group, User
from adapter.names import IdPrefix, iam_arn, new_unique_id
from adapter.operations.call import Call, Result

_log = logging.getLogger(__name__)

_FIRST_NUMBER: Final = 10_000
"""Below it are the numbers of machines' own users and of their services."""
_DEFAULT_GROUP: Final = "posix-users"


def get_posix_settings(call: Call) -> Result:
    """Tells whether users and groups get numbers, by which rules, and how many have one."""
    account = call.account
    group = call.store.load(GROUP, account, account.posix_group) if account.posix_group else None
    return {
        "posix_settings": {
            "enabled": account.posix_next_number is not None,
            "next_number": account.posix_next_number,
            "group_name": group.group_name if group else None,
            "home_directory": account.posix_home,
            "login_shell": account.posix_shell,
            **_counted(call, USER, "users", "uid_number"),
            **_counted(call, GROUP, "groups", "gid_number"),
        }
    }


def _counted(call: Call, noun: Noun[Any], kind: str, number: str) -> dict[str, int]:
    """How many there are and how many have a number; the fewer of those with and those without are counted."""
    total = call.store.total(noun, call.account)
    if call.account.posix_next_number is None:
        return {kind: total, f"numbered_{kind}": call.store.count(noun, call.account, Where.present(number))}
    return {kind: total, f"numbered_{kind}": total - call.store.count(noun, call.account, Where.absent(number))}


def update_posix_settings(
    call: Call,
    *,
    enabled: bool,
    first_number: int | None = None,
    primary_group: str | None = None,
    home_directory: str | None = None,
    login_shell: str | None = None,
) -> Result:
    """Switches numbers on or off; those who are there already get theirs in the background.

    Args:
        call: the call.
        enabled: whether users and groups get numbers.
        first_number: where they begin; numbers that were given before are never given again.
        primary_group: of new users, by its name; one is made where none is named.
        home_directory: of new users, with `%u` for the name.
        login_shell: of new users.

    Raises:
        NoSuchEntity: there is no such group.
        InvalidInput: the numbers would begin where some have been given already.
    """
    account = call.account
    rules = {"posix_home": home_directory, "posix_shell": login_shell}
    changes: list[Change] = [Set(name, value) for name, value in rules.items() if value]
    if not enabled:
        changes.append(Clear("posix_next_number"))
    elif account.posix_next_number is None or first_number:
        changes.append(Set("posix_next_number", _first(call, first_number)))
    if enabled and (primary_group or not account.posix_group):
        changes.append(Set("posix_group", _primary_group(call, primary_group).dn))
    call.store.change(ACCOUNT, account, account, *changes, guard=False)
    if enabled:
        now = _as_it_is_now(call.store, account)
        primary = call.store.load(GROUP, now, now.posix_group) if now.posix_group else None
        if primary:
            give_number(call.store, now, primary)
        assign_posix_numbers(call)
    return {}


def assign_posix_numbers(call: Call) -> Result:
    """Gives everybody and every group without a number one, in the background.

    Raises:
        NoSuchEntity: the account gives no numbers.
    """
    store, account = call.store, _as_it_is_now(call.store, call.account)
    if account.posix_next_number is None:
        raise NoSuchEntity("This account gives no POSIX numbers.")

    def number_all() -> None:
        for _ in give_numbers(store, account):
            pass

    call.background.do(number_all)
    return {}


def update_posix_user(
    call: Call, *, user_name: str, home_directory: str | None = None, login_shell: str | None = None
) -> Result:
    """Changes what a user finds on Unix systems.

    Raises:
        NoSuchEntity: there is no such user, or it has no number.
    """
    user = call.user(user_name)
    if user.uid_number is None:
        raise NoSuchEntity(f"User {user.user_name} has no POSIX number.")
    call.store.change_posix_user(user, home_directory, login_shell)
    return {}


def give_numbers(store: Store, account: Account) -> Iterator[str]:
    """Gives everybody and every group without a number one; yields the DN of each as it gets it.

    It may be stopped at any moment, and goes on where it was when it is begun again.
    """
    for noun, present in ((GROUP, "gid_number"), (USER, "uid_number")):
        for record in _without(noun, store, account, present):
            try:
                if give_number(store, account, record):
                    yield record.dn
            except DirectoryRefusal as error:
                _log.warning("%s gets no POSIX number: %s", record.dn, error)


def give_number(store: Store, account: Account, record: User | Group) -> bool:
    """Gives one user or group a number if the account gives any; tells whether it did."""
    if account.posix_next_number is None:
        return False
    if isinstance(record, Group):
        if record.gid_number is not None:
            return False
        return store.number_group(record, store.take_number(account))
    primary = store.load(GROUP, account, account.posix_group) if account.posix_group else None
    number = store.take_number(account)
    group = primary.gid_number if primary and primary.gid_number is not None else number
    home = account.posix_home.replace("%u", record.user_name)
    return store.number_user(record, number=number, group=group, home=home, shell=account.posix_shell)


def _without(noun: Noun[Any], store: Store, account: Account, number: str) -> Iterator[Any]:
    numbered = {record.dn for record in store.walk(noun, account, Where.present(number))}
    return (record for record in store.walk(noun, account) if record.dn not in numbered)


def _first(call: Call, wanted: int | None) -> int:
    users = call.store.walk(USER, call.account, Where.present("uid_number"))
    groups = call.store.walk(GROUP, call.account, Where.present("gid_number"))
    given = [user.uid_number or 0 for user in users] + [group.gid_number or 0 for group in groups]
    highest = max((number for number in given if number < _LARGEST), default=0)
    if wanted is not None and wanted <= highest:
        raise InvalidInput(f"Numbers up to {highest} have been given already.")
    return wanted or max(_FIRST_NUMBER, highest + 1)


_LARGEST: Final = 2**31 - 2
"""What programs that take numbers for signed integers can still hold."""


def _primary_group(call: Call, name: str | None) -> Group:
    if name:
        return call.group(name)
    present = call.find(GROUP, _DEFAULT_GROUP)
    return present or call.store.add(GROUP, call.account, _new_group(call))


def _new_group(call: Call) -> Group:
    return Group(
        group_name=_DEFAULT_GROUP,
        group_id=new_unique_id(IdPrefix.GROUP),
        arn=iam_arn(call.account.account_id, "group", "/", _DEFAULT_GROUP),
        create_date=call.context.now,
        display_name="Users of Unix systems",
    )


def _as_it_is_now(store: Store, account: Account) -> Account:
    return store.account(account.account_id) or account
