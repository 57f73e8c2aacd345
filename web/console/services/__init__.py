"""Services that policies speak about: the list, the page of one, registering and removing them."""

from __future__ import annotations

from flask import Blueprint

from web.console.services import listing, page, registering, removal
from web.throttle import Throttle


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in (listing, page, registering, removal):
        module.add_pages(console, throttle)
