"""Work that goes on after the call that began it has been answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from adapter.errors import IamError
from adapter.ldap import DirectoryRefusal

_log = logging.getLogger(__name__)


class Background:
    """One thread that carries out tasks one after the other; it starts with the first task."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")

    def do(self, task: Callable[[], None]) -> None:
        """Carries out a task after those before it; returns at once."""
        self._thread.submit(_guarded, task)

    def close(self) -> None:
        """Waits for the task that is being carried out and drops those that wait."""
        self._thread.shutdown(cancel_futures=True)


def _guarded(task: Callable[[], None]) -> None:
    try:
        task()
    except (DirectoryRefusal, IamError):
        _log.exception("work in the background failed")
