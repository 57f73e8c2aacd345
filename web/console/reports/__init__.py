"""Reports: the dashboard with what is to be mended, and the credential report."""

from __future__ import annotations

from flask import Blueprint

from web.console.reports import dashboard, listing
from web.throttle import Throttle

_MODULES = (dashboard, listing)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
