"""User groups: the list, the page of one group, its members, creating and deleting them."""

from __future__ import annotations

from flask import Blueprint

from web.console import holders
from web.console.groups import changes, listing, members, page
from web.throttle import Throttle

_MODULES = (listing, page, changes, members)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
    holders.add_pages_for(console, holders.GROUP)
