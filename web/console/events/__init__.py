"""The account's events: the list, one of them, files of them, and whether the trail that holds them is whole."""

from __future__ import annotations

from flask import Blueprint

from web.console.events import chain, export, listing, page
from web.throttle import Throttle

_MODULES = (listing, export, chain, page)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
