"""What several of the account's pages read, as far as the reader may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

from flask import url_for
from flask_babel import gettext

from adapter.errors import AccessDenied, NoSuchEntity
from adapter.models import PasswordPolicy
from web.console.components import Result, Tab, do
from web.current import own_origin

T = TypeVar("T")
Policy = dict[str, Any]

_DEFAULT: Final = PasswordPolicy()


def tabs() -> tuple[Tab, ...]:
    """The tabs of the account's page."""
    return (
        Tab("settings", gettext("Settings"), url_for("console.account")),
        Tab("ldap", gettext("LDAP"), url_for("console.account_ldap")),
        Tab("quotas", gettext("Numbers and quotas"), url_for("console.account_quotas")),
    )


def alias() -> str | None:
    """The account's alias; None when it has none.

    Raises:
        AccessDenied: the reader may not know.
    """
    return next(iter(do("list_account_aliases")["account_aliases"]), None)


def sign_in_url(handle: str) -> str:
    """Where users of an account sign in, by its alias or its id."""
    return own_origin() + url_for("console.sign_in", account=handle)


def password_policy() -> tuple[Policy, bool]:
    """The password policy in force, and whether somebody has set it.

    Raises:
        AccessDenied: the reader may not know.
    """
    defaults = {name: value for name, value in asdict(_DEFAULT).items() if name in _FIELDS}
    try:
        found: Result = do("get_account_password_policy")["password_policy"]
    except NoSuchEntity:
        return defaults, False
    return {name: found.get(name) or type(value)(0) for name, value in defaults.items()}, True


def unless_denied(read: Callable[[], T]) -> tuple[T | None, bool]:
    """What a reading function gives, and whether the reader may have it."""
    try:
        return read(), True
    except AccessDenied:
        return None, False


_FIELDS: Final = (
    "minimum_password_length",
    "require_uppercase_characters",
    "require_lowercase_characters",
    "require_numbers",
    "require_symbols",
    "max_password_age",
    "hard_expiry",
    "password_reuse_prevention",
    "allow_users_to_change_password",
)
