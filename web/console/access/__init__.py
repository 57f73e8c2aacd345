"""Understanding access: the policy simulator, why something was refused, the picture of a user's access."""

from __future__ import annotations

from flask import Blueprint

from web.console.access import picture, simulator, why
from web.throttle import Throttle

_MODULES = (simulator, why, picture)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
