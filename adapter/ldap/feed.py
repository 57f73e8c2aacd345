"""The change feed: tells of every entry that anybody writes to, about 0.1 ms after the write was acknowledged.

It follows the directory from now on and loads nothing. While it is down nobody can rely on being told; what happened
meanwhile is unknown, so its listener is then asked to forget everything.

Source: RFC 4533 (refreshAndPersist).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from adapter.ldap import filters, search, sync
from adapter.ldap.connection import Pool
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.search import NO_ATTRIBUTES, Scope, Search, selection
from adapter.ldap.wire import Wire

log = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
"""Seconds between attempts to come up again."""
_HEARTBEAT: Final = 1.0
"""Seconds of silence after which it is checked whether anything was missed."""
_CONTEXT_CSN: Final = "contextCSN"


class Listener(Protocol):
    """Who wants to know."""

    def entry_changed(self, at: str, entry_uuid: str = "") -> None:
        """An entry was created, changed, renamed or removed; after a rename `at` is the new name."""

    def forget_everything(self) -> None:
        """Anything may have changed."""


class Feed:
    """Follows one directory on a thread and a connection of its own.

    Args:
        pool: where connections come from.
        suffix: what is followed: everything below it.
        listener: who is told.
        begun: called, on the feed's thread, whenever every change is being told again.
    """

    def __init__(self, pool: Pool, suffix: str, listener: Listener, begun: Callable[[], None]) -> None:
        self._pool = pool
        self._suffix = suffix
        self._listener = listener
        self._begun = begun
        self._stopping = threading.Event()
        self._is_up = False
        self._wire: Wire | None = None
        self._thread = threading.Thread(target=self._run, name="change feed", daemon=True)

    @property
    def is_up(self) -> bool:
        """Whether every change is being told."""
        return self._is_up

    def start(self) -> None:
        """Starts following; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._stopping.set()
        if self._wire is not None:
            self._wire.interrupt()
        if self._thread.is_alive():
            self._thread.join(timeout=2 * _HEARTBEAT)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._follow(self._pool.dedicated())
            except (Unreachable, ConnectionLost, ValueError, LookupError) as error:
                if not self._stopping.is_set():
                    log.warning("the change feed is down: %s", error)
            pause = _FIRST_PAUSE if self._is_up else min(2 * pause, _LONGEST_PAUSE)
            self._is_up = False
            self._listener.forget_everything()
            self._stopping.wait(pause)

    def _follow(self, wire: Wire) -> None:
        """Tells of changes until the connection breaks.

        Raises:
            ConnectionLost: it broke, or fell silent though there were changes.
        """
        self._wire = wire
        try:
            csns = self._context_csns(wire)
            everything = Search(self._suffix, Scope.SUBTREE, filters.present(OBJECT_CLASS), NO_ATTRIBUTES)
            silence = _Silence(csns)
            for message in wire.stream(everything, (sync.request(csns),), _HEARTBEAT):
                if self._stopping.is_set():
                    return  # it was told to stop before there was a connection to wake it by
                if message is None:
                    silence.check(self._pool.read(self._context_csns))
                else:
                    silence.is_broken()
                    self._take(message)
        finally:
            self._wire = None
            wire.close()

    def _take(self, message: bytes) -> None:
        tag = search.open_message(message)[1]
        if tag == search.ENTRY:
            change = sync.changed(message)
            if change:
                self._listener.entry_changed(change.dn, change.entry_uuid)
        elif tag == sync.INTERMEDIATE:
            self._begin(sync.ends_refresh(message))
        elif tag == search.DONE:
            raise ConnectionLost("the server has ended the synchronisation")

    def _begin(self, everything_told: bool) -> None:
        if everything_told and not self._is_up:
            self._is_up = True
            self._begun()

    def _context_csns(self, wire: Wire) -> list[str]:
        """How far the directory's changes have come: one number for each server that takes writes."""
        question = Search(self._suffix, Scope.BASE, filters.present(OBJECT_CLASS), selection([_CONTEXT_CSN]))
        entries, _ = wire.search(question)
        values = entries[0].attributes.get(_CONTEXT_CSN.lower(), []) if entries else []
        return sorted(value.decode("ascii") for value in values)


class _Silence:
    """Tells a quiet directory from a feed that no longer tells what happens.

    Args:
        csns: how far the directory's changes had come when it began.
    """

    def __init__(self, csns: list[str]) -> None:
        self._csns = csns
        self._unexplained = False

    def is_broken(self) -> None:
        """Something was told."""
        self._unexplained = False
        self._csns = []

    def check(self, csns: list[str]) -> None:
        """Looks after a heartbeat of silence.

        Raises:
            ConnectionLost: there was a change a heartbeat ago, and it has not been told yet.
        """
        if self._csns in ([], csns):
            self._csns = csns
        elif self._unexplained:
            raise ConnectionLost("the directory changes, but the feed does not tell")
        else:
            self._unexplained = True
