"""Account settings: the alias with the sign-in address that it gives, the password policy, numbers and quotas."""

from __future__ import annotations

from flask import Blueprint

from web.console.account import alias, ldap, password_policy, quotas, settings
from web.throttle import Throttle

_MODULES = (settings, alias, password_policy, quotas, ldap)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
