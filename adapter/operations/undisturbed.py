"""Judging what exactly one of several uses at the same time may count for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from adapter.errors import ConcurrentModification
from adapter.ldap import NotThere, Stale

T = TypeVar("T")

_TRIES: Final = 100


def undisturbed(attempt: Callable[[], T], refusal: str) -> T:
    """What a guarded attempt comes to, run again from the start for as long as others write in between.

    Args:
        attempt: reads, judges and writes.
        refusal: what is said when they never leave off.

    Raises:
        ConcurrentModification: others kept trying at the same time; nothing has been decided.
    """
    for _ in range(_TRIES):
        try:
            return attempt()
        except (Stale, NotThere):
            continue
    raise ConcurrentModification(refusal)
