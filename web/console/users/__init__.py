"""Users: the list, the page of one user, creating, changing and deleting them."""

from __future__ import annotations

from flask import Blueprint

from web.console import holders
from web.console.users import binding, bulk, changes, credentials, listing, page, removal, wizard
from web.throttle import Throttle

_MODULES = (listing, page, changes, credentials, removal, wizard, bulk, binding)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
    holders.add_pages_for(console, holders.USER)
