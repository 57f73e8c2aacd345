"""Identity providers whose people and programs may assume roles: listing, adding, changing, deleting them."""

from __future__ import annotations

from flask import Blueprint

from web.console.providers import changes, creation, listing, page
from web.throttle import Throttle


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in (listing, page, creation, changes):
        module.add_pages(console, throttle)
