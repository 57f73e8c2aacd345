"""The directory: how its server is, and the account's part of the tree."""

from __future__ import annotations

from flask import Blueprint

from web.console.directory import server, tree
from web.throttle import Throttle

_MODULES = (server, tree)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
