"""One connection to one server: opened and written through by ldap3, read through by hand-written search messages."""

from __future__ import annotations

import itertools
import select
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import ldap3  # type: ignore[import-untyped]
from ldap3.core.exceptions import LDAPException  # type: ignore[import-untyped]

from adapter.errors import InvalidInput
from adapter.ldap import ber, controls, requests
from adapter.ldap import search as messages
from adapter.ldap.controls import Control
from adapter.ldap.dn import parent
from adapter.ldap.endpoint import Endpoint, open_connection, plain_words, unopened_connection
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.ldap.search import Entry, Outcome, Search

__all__ = ["ADD", "DELETE", "REPLACE", "Endpoint", "Modification", "Wire"]

ADD, DELETE, REPLACE = ldap3.MODIFY_ADD, ldap3.MODIFY_DELETE, ldap3.MODIFY_REPLACE
Modification = tuple[str, str, list[bytes]]
"""Attribute, one of ADD DELETE REPLACE, values."""

_MAX_REQUEST = 2 * 1024 * 1024
"""slapd drops a connection over a request of more than 4 MiB; nothing that we keep comes near."""
_MAX_MESSAGE_ID = 2**31 - 1
_RECEIVE_SIZE = 65536
_LARGEST_RECEIVE = 1 << 20
_LONG_FORM, _LENGTH_OCTETS = 0x80, 0x7F
"""In the second octet of a message: whether more octets tell its length, and how many."""


class Wire:
    """A connection; used by one thread at a time.

    Attributes:
        broken: an operation has not come to its end on it, so that it must not be used again.
        opened: when it was opened, on the monotonic clock.
        written: the names of entries that changes have been sent for.
    """

    def __init__(self, endpoint: Endpoint, context: ssl.SSLContext | None, *, authenticate: bool = True) -> None:
        """Opens the connection and says who we are, unless told not to.

        Raises:
            Unreachable: it could not be opened, verified or authenticated.
        """
        self._receive_timeout = endpoint.receive_timeout
        self._ids = itertools.count(1)
        self.opened = time.monotonic()
        self.broken = False
        self.written: list[str] = []
        self._ldap = unopened_connection(endpoint, context)
        try:
            open_connection(self._ldap, context, authenticate)
        except (LDAPException, OSError, ssl.SSLError) as error:
            self.close()
            raise Unreachable(f"{endpoint.uri}: {plain_words(error)}") from error
        self._socket = self._ldap.socket
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def close(self) -> None:
        """Closes the connection without a word."""
        self.broken = True
        self._ldap.strategy.close()

    def interrupt(self) -> None:
        """Wakes whoever waits on the connection, in another thread: to them it has broken."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def spoken_to(self) -> bool:
        """Whether something arrived while nothing was asked: the server has closed, or is about to."""
        return bool(self._poll.poll(0))

    def search(self, search: Search, extra: tuple[Control, ...] = ()) -> tuple[list[Entry], Outcome]:
        """Asks once and reads every entry of the answer.

        Raises:
            ConnectionLost: the connection broke, or there was no answer in time.
            InvalidInput: the request is larger than any sensible one.
        """
        message_id = self._next_id()
        return self._exchange(
            messages.search_request(message_id, search, self._receive_timeout, extra), message_id, messages.DONE
        )

    def stream(self, search: Search, extra: tuple[Control, ...], heartbeat: float) -> Iterator[bytes | None]:
        """Asks for something that never ends, and yields the messages of the answer as they come.

        Args:
            heartbeat: seconds of silence after which None is yielded.

        Raises:
            ConnectionLost: the connection broke.
        """
        self.broken = True
        rest = b""
        try:
            self._socket.sendall(messages.search_request(self._next_id(), search, 0, extra))
            while True:
                if not rest and not self._poll.poll(heartbeat * 1000):
                    yield None
                    continue
                message, rest = self._message(rest, time.monotonic() + self._receive_timeout)
                yield message
        except (OSError, ValueError, IndexError) as error:
            raise ConnectionLost(str(error)) from error

    def bind(self, dn: str, password: bytes) -> Outcome:
        """Tries a name and a password; the connection then speaks for that name."""
        message_id = self._next_id()
        request = messages.bind_request(message_id, dn, password, (controls.ASK_PASSWORD_POLICY,))
        return self._exchange(request, message_id, messages.BIND_RESPONSE)[1]

    def add(self, dn: str, attributes: Mapping[str, Sequence[bytes]], extra: tuple[Control, ...] = ()) -> Outcome:
        """Creates an entry."""
        _check_size(sum(len(value) for values in attributes.values() for value in values))
        self.written.append(dn)
        return self._write(requests.send, self._ldap, requests.ADD_REQUEST, requests.add_request(dn, attributes), extra)

    def modify(self, dn: str, changes: Sequence[Modification], extra: tuple[Control, ...] = ()) -> Outcome:
        """Changes an entry, all of it or nothing."""
        _check_size(sum(len(value) for _, _, values in changes for value in values))
        self.written.append(dn)
        grouped: dict[str, list[tuple[str, list[bytes]]]] = {}
        for attribute, operation, values in changes:
            grouped.setdefault(attribute, []).append((operation, values))
        return self._write(self._ldap.modify, dn, grouped, controls=_listed(extra))

    def delete(self, dn: str, extra: tuple[Control, ...] = ()) -> Outcome:
        """Removes an entry."""
        self.written.append(dn)
        return self._write(self._ldap.delete, dn, controls=_listed(extra))

    def rename(self, dn: str, new_rdn: str, *, keep_old: bool = False, extra: tuple[Control, ...] = ()) -> Outcome:
        """Gives an entry another name where it is."""
        self.written += [dn, f"{new_rdn},{parent(dn)}"]
        return self._write(self._ldap.modify_dn, dn, new_rdn, delete_old_dn=not keep_old, controls=_listed(extra))

    def extended(self, oid: str, value: bytes | None = None, extra: tuple[Control, ...] = ()) -> Outcome:
        """Carries out an extended operation."""
        return self._write(self._ldap.extended, oid, value, controls=_listed(extra), no_encode=True)

    def _next_id(self) -> int:
        return next(self._ids) % _MAX_MESSAGE_ID + 1

    def _write(self, operation: Any, *arguments: Any, **options: Any) -> Outcome:
        self.broken = True
        try:
            operation(*arguments, **options)
        except (LDAPException, OSError) as error:
            self.close()
            raise ConnectionLost(str(error)) from error
        self.broken = False
        result = self._ldap.result
        found = {oid: control["value"] for oid, control in (result.get("controls") or {}).items()}
        return Outcome(result["result"], str(result["message"] or ""), found)

    def _exchange(self, request: bytes, message_id: int, last_tag: int) -> tuple[list[Entry], Outcome]:
        _check_size(len(request))
        self.broken = True
        try:
            self._socket.sendall(request)
            answer = self._answer(message_id, last_tag)
        except (OSError, ValueError, IndexError) as error:
            self.close()
            raise ConnectionLost(str(error)) from error
        self.broken = False
        return answer

    def _answer(self, message_id: int, last_tag: int) -> tuple[list[Entry], Outcome]:
        """Reads messages up to the one that ends the operation; entries are decoded where they lie in what came."""
        entries: list[Entry] = []
        deadline = time.monotonic() + self._receive_timeout
        data, at, end = b"", 0, 0
        while True:
            size = _whole_size(data, at)
            end = at + size
            if not size or end > len(data):
                data, at = self._more(data[at:], size, deadline), 0
                continue
            found_id, tag, first, last = messages.open_message(data, at)
            if found_id != message_id:
                raise ConnectionError("the server ends the connection" if found_id == 0 else "an answer to another")
            if tag == messages.ENTRY:
                entries.append(messages.decode_entry(data, first))
            elif tag == last_tag:
                return entries, messages.decode_outcome(data[:end], first, last)
            at = end

    def _message(self, data: bytes, deadline: float) -> tuple[bytes, bytes]:
        """One whole message and what has been read beyond it."""
        while not (size := _whole_size(data, 0)) or size > len(data):
            data = self._more(data, size, deadline)
        return data[:size], data[size:]

    def _more(self, data: bytes, wanted: int, deadline: float) -> bytes:
        """What has been read of the answer, read on up to so many octets, or a few more where that is not known yet."""
        buffer = bytearray(data)
        wanted = max(wanted, len(data) + 1)
        while len(buffer) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError("the answer takes too long")
            chunk = self._socket.recv(max(_RECEIVE_SIZE, min(wanted - len(buffer), _LARGEST_RECEIVE)))
            if not chunk:
                raise ConnectionError("the server has closed the connection")
            buffer += chunk
        return bytes(buffer)


def _whole_size(data: bytes, at: int) -> int:
    """How long the message is that begins there; 0 while that can't be told yet."""
    if len(data) < at + 2:
        return 0
    size = data[at + 1]
    if size < _LONG_FORM:
        return size + 2
    if len(data) < at + 2 + (size & _LENGTH_OCTETS):
        return 0
    return ber.header(data, at)[2] - at


def _listed(extra: tuple[Control, ...]) -> list[Control] | None:
    return list(extra) or None


def _check_size(octets: int) -> None:
    if octets > _MAX_REQUEST:
        raise InvalidInput("The request is too large.")
