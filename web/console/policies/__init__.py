"""Policies: the list, the page of one policy, its editor, its versions and who uses it."""

from __future__ import annotations

from flask import Blueprint

from web.console.policies import checking, deletion, editor, entities, listing, page, system, versions, words
from web.throttle import Throttle

_MODULES = (listing, page, versions, entities, editor, checking, deletion, system, words)


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this package."""
    for module in _MODULES:
        module.add_pages(console, throttle)
