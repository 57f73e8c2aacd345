"""The reader: an entry that applications look people and groups up with, which may do nothing else."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from adapter.errors import PasswordPolicyViolation
from adapter.files import write_whole
from adapter.installation.folder import text_in
from adapter.installation.operator import opened, write_down
from adapter.ldap import AlreadyThere, PasswordRefused, dn
from adapter.server.suffix import Suffix
from adapter.server.tree import Tree
from adapter.settings import Settings

_RANDOM_OCTETS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The reader of an account, with the password that it has from now on."""

    account_id: str
    dn: str
    password: str = field(repr=False)


def new_reader_password() -> str:
    """A password that nobody can guess and every configuration file can hold: letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(_RANDOM_OCTETS)


def password_in(file: Path) -> str:
    """The password that a file holds; one that does not exist is made, for its owner alone, with a new password.

    Raises:
        UnusableSetting: it is no text.
        OSError: it can't be read or made.
    """
    if not file.exists():
        write_whole(file, f"{new_reader_password()}\n".encode())
    return text_in(file)


def set_reader(settings: Settings, password: str, account_id: str | None = None) -> Reader:
    """Gives an account's reader a password, and makes the reader first where there is none.

    Args:
        settings: where the directory is.
        password: at least 16 characters.
        account_id: the first account when not given.

    Raises:
        NoSuchEntity: there is no such account.
        PasswordPolicyViolation: the password is too short or too long; nothing was changed that was there.
        ServiceUnavailable: the directory does not answer.
    """
    with opened(settings, account_id) as (store, account, trail):
        tree = Tree(Suffix.parse(dn.parent(account.dn)), hash_password=str)
        (entry,) = tree.reader(new_reader_password())
        with suppress(AlreadyThere):
            store.plant([(entry.dn, entry.by_name)])
        try:
            store.set_password(entry.dn, password)
        except PasswordRefused as error:
            raise PasswordPolicyViolation(f"{error} It needs 16 to 128 characters.") from error
        write_down(trail, account.account_id, "SetReaderPassword")
    return Reader(account_id=account.account_id, dn=entry.dn, password=password)
