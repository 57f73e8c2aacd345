"""Patience with lost races: an operation that somebody else was faster than is run again from the start."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Final

_TRIES: Final = 60
_LONGEST_PAUSE: Final = 0.05
_STEP: Final = 0.002
"""Seconds, both of them."""


def tries() -> Iterator[None]:
    """One turn for each try: the first at once, each further one after a random pause out of a growing span."""
    yield
    for attempt in range(1, _TRIES):
        time.sleep(random.uniform(0, min(_LONGEST_PAUSE, _STEP * attempt)))  # noqa: S311  # spreads load, guards nothing
        yield
