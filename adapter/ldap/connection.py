"""A bounded pool of connections to several servers, in order of preference.

Reads go to the first server that answers and move on to the next one when it does not; they may be repeated. Writes
go to the first server that is alive and are never sent twice: when one's fate is unknown, the error says so.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar
from urllib.parse import quote

from adapter.errors import ServiceUnavailable
from adapter.ldap import errors
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.errors import ConnectionLost, NotWritable, Unreachable
from adapter.ldap.wire import Wire
from adapter.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

_POOL_SIZE = 16
_MAX_LIFETIME = 600.0
_CHECKOUT_TIMEOUT = 5.0
_LONGEST_REST = 0.5
"""Seconds that a silent server is left alone; short, so that one that comes back is seen within a second."""


class _Server:
    """One server with its idle connections."""

    def __init__(self, endpoint: Endpoint, *, authenticate: bool) -> None:
        self.endpoint = endpoint
        self.idle: deque[Wire] = deque()
        self.resting_until = 0.0
        self._trouble = ""
        self._authenticate = authenticate
        self._context = endpoint.tls_context()

    def take(self, max_lifetime: float) -> Wire:
        """An idle connection that is fit for use, or a new one.

        Raises:
            Unreachable: there is none to be had.
        """
        oldest = time.monotonic() - max_lifetime
        while True:
            try:
                wire = self.idle.pop()
            except IndexError:
                return self.connect()
            if wire.opened > oldest and not wire.spoken_to():
                return wire
            wire.close()

    def connect(self) -> Wire:
        """A new connection.

        Raises:
            Unreachable: it can't be had.
        """
        started = time.monotonic()
        if started < self.resting_until:
            raise Unreachable(self._trouble)
        try:
            return Wire(self.endpoint, self._context, authenticate=self._authenticate)
        except Unreachable as error:
            self.rest(started, str(error))
            raise

    def rest(self, failing_since: float, trouble: str) -> None:
        """Leaves the server alone for as long as the failed attempt took.

        A connection that is refused costs no time, so the next attempt may follow at once; a silent server must not
        hold up every call.
        """
        now = time.monotonic()
        self._trouble = trouble
        self.resting_until = now + min(now - failing_since, _LONGEST_REST)

    def drop_idle(self) -> None:
        """Closes the idle connections; after one broke, the others are likely to be broken too."""
        while self.idle:
            try:
                self.idle.pop().close()
            except IndexError:
                return


class Pool:
    """Connections to one directory, whichever of its servers are alive."""

    def __init__(
        self,
        endpoints: tuple[Endpoint, ...],
        *,
        size: int = _POOL_SIZE,
        max_lifetime: float = _MAX_LIFETIME,
        checkout_timeout: float = _CHECKOUT_TIMEOUT,
        authenticate: bool = True,
    ) -> None:
        """Prepares the pool; connections are opened when they are needed.

        Args:
            endpoints: servers in order of preference.
            size: at most so many connections at a time.
            max_lifetime: seconds after which a connection is replaced.
            checkout_timeout: seconds that a call waits for a connection before it gives up.
            authenticate: False for connections that only try passwords.
        """
        self._servers = tuple(_Server(endpoint, authenticate=authenticate) for endpoint in endpoints)
        self._size = size
        self._max_lifetime = max_lifetime
        self._checkout_timeout = checkout_timeout
        self._tell: Callable[[str], None] = _nobody_listens
        self._start()

    @classmethod
    def open(cls, settings: Settings, *, size: int = _POOL_SIZE, authenticate: bool = True) -> Pool:
        """The pool that the settings describe."""
        uris = settings.ldap_uris or (f"ldapi://{quote(str(settings.socket_path), safe='')}",)
        common = Endpoint(
            uri="",
            bind_dn=settings.ldap_bind_dn,
            bind_password=settings.ldap_bind_password,
            ca_file=settings.ldap_ca_file,
        )
        return cls(tuple(replace(common, uri=uri) for uri in uris), size=size, authenticate=authenticate)

    def read(self, ask: Callable[[Wire], T]) -> T:
        """Asks the first server that answers.

        Raises:
            ServiceUnavailable: none of them does.
        """
        with self._place():
            for server in self._candidates():
                try:
                    return self._use(server, ask)
                except (Unreachable, ConnectionLost) as error:
                    log.warning("a read failed and moves on: %s", error)
        raise ServiceUnavailable(errors.UNREACHABLE)

    def write(self, act: Callable[[Wire], T]) -> T:
        """Lets the first server that is alive carry out a change, once.

        Raises:
            ServiceUnavailable: none is alive, or the one that was asked fell silent; the message tells which.
        """
        with self._place():
            for server in self._servers:
                try:
                    return self._use(server, act)
                except (Unreachable, NotWritable) as error:
                    log.warning("a write moves on: %s", error)
                except ConnectionLost as error:
                    log.error("a write was cut off: %s", error)
                    raise ServiceUnavailable(errors.UNKNOWN_FATE) from error
        raise ServiceUnavailable(errors.UNREACHABLE)

    def on_write(self, tell: Callable[[str], None]) -> None:
        """From now on tells, before a write returns, the name of each entry that it has or may have changed."""
        self._tell = tell

    def dedicated(self) -> Wire:
        """A new connection to the first server that is alive; it belongs to the caller.

        Raises:
            Unreachable: none is.
        """
        for server in self._servers:
            try:
                return server.connect()
            except Unreachable as error:
                log.warning("a connection can't be made: %s", error)
        raise Unreachable("no server answers")

    def close(self) -> None:
        """Closes what is idle; what is in use is closed when it comes back."""
        self._closed = True
        for server in self._servers:
            server.drop_idle()

    def status(self) -> dict[str, str]:
        """For each server `ok`, or why it can't be used."""
        return {server.endpoint.uri: self._try(server) for server in self._servers}

    @property
    def uris(self) -> list[str]:
        """The servers in order of preference."""
        return [server.endpoint.uri for server in self._servers]

    def of_each(self, act: Callable[[Wire], T]) -> dict[str, T | None]:
        """What comes of the same at each server; None at one that can't be used."""
        return {server.endpoint.uri: self._at(server, act) for server in self._servers}

    def _at(self, server: _Server, act: Callable[[Wire], T]) -> T | None:
        try:
            with self._place():
                return self._use(server, act)
        except (Unreachable, ConnectionLost):
            return None

    def _try(self, server: _Server) -> str:
        try:
            with self._place():
                self._use(server, Wire.spoken_to)
        except (Unreachable, ConnectionLost) as error:
            return str(error).removeprefix(f"{server.endpoint.uri}: ")
        return "ok"

    def _candidates(self) -> Iterator[_Server]:
        """Every server, each twice: a connection may break just because the server has been started again."""
        for server in self._servers:
            yield server
            if time.monotonic() >= server.resting_until:
                yield server

    def _use(self, server: _Server, act: Callable[[Wire], T]) -> T:
        wire = server.take(self._max_lifetime)
        started = time.monotonic()
        try:
            return act(wire)
        except ConnectionLost as error:
            server.rest(started, str(error))
            server.drop_idle()
            raise
        finally:
            for name in wire.written:
                self._tell(name)
            wire.written.clear()
            if self._closed or wire.broken:
                wire.close()
            else:
                server.idle.append(wire)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Waits for one of the pool's places."""
        if self._process != os.getpid():
            self._forget()
        if not self._places.acquire(timeout=self._checkout_timeout):
            raise ServiceUnavailable(errors.BUSY)
        try:
            yield
        finally:
            self._places.release()

    def _start(self) -> None:
        self._closed = False
        self._process = os.getpid()
        self._places = threading.BoundedSemaphore(self._size)

    def _forget(self) -> None:
        """Starts anew in a forked process, which must not talk on its parent's connections."""
        for server in self._servers:
            server.idle = deque()
        self._start()


def _nobody_listens(_name: str) -> None:
    """Takes the place of who wants to know of writes."""
