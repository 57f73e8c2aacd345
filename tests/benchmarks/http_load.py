"""Load over HTTP: requests that were signed beforehand, from a client that does little.

Connections stay open as long as the server keeps them.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
CONNECTIONS = 4
_PIECE = 65536

Script = Sequence[bytes]
"""Requests that follow each other on one connection, such as a user's creation and deletion."""


@dataclass(frozen=True)
class Target:
    """A server, and whose key its requests are signed with."""

    url: str
    key_id: str
    secret: str = field(repr=False)

    def request(self, service: str, action: str, **params: str) -> bytes:
        """A whole signed request as it goes over the wire."""
        body = urlencode({"Action": action, "Version": VERSIONS[service], **params}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "bench"}
        request = AWSRequest("POST", f"{self.url}/", data=body, headers=headers)
        SigV4Auth(Credentials(self.key_id, self.secret), service, "us-east-1").add_auth(request)
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        head = ["POST / HTTP/1.1", f"Host: {urlsplit(self.url).netloc}", *lines, f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(head).encode() + body


class _Connection:
    """One open connection that works through scripts."""

    def __init__(self, address: tuple[str, int], scripts: Iterator[Script]) -> None:
        self._address = address
        self._scripts = scripts
        self._left: list[bytes] = []
        self._got = b""
        self.done = 0
        self.is_over = False
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self._address, timeout=30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send(self) -> None:
        """Sends the next request."""
        if not self._left:
            self._left = list(next(self._scripts))
        self._got = b""
        self.socket.sendall(self._left[0])

    def receive(self) -> bool:
        """Reads what has come; whether that completes an answer."""
        piece = self.socket.recv(_PIECE)
        if not piece:
            raise AssertionError("the server closed a connection that it should keep")
        self._got += piece
        head, mark, body = self._got.partition(b"\r\n\r\n")
        if not mark or len(body) < _length(head):
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(self._got.decode(errors="replace"))
        self._left.pop(0)
        self.done += not self._left
        self.is_over = b"connection: close" in head.lower()
        return True

    def reopen(self) -> None:
        """Connects again, to a server that keeps no connection."""
        self.socket.close()
        self.socket = self._open()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise AssertionError("an answer without length")


def _go_on(selector: selectors.BaseSelector, connection: _Connection) -> None:
    if connection.is_over:
        selector.unregister(connection.socket)
        connection.reopen()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send()


def rate_of(url: str, scripts: Iterator[Script], seconds: float) -> float:
    """How many scripts a server completes in a second."""
    parts = urlsplit(url)
    connections = [_Connection((parts.hostname or "", parts.port or 80), scripts) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        started = time.perf_counter()
        done = 0
        while (spent := time.perf_counter() - started) < seconds or not done:
            for key, _ in selector.select(timeout=1.0):
                if key.data.receive():
                    _go_on(selector, key.data)
            done = sum(connection.done for connection in connections)
    for connection in connections:
        connection.socket.close()
    return done / spent
