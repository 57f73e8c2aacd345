"""A service that tells what it got, and whoever sends requests to the proxy in front of it, octet by octet."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapter import Settings


class _Telling(socketserver.StreamRequestHandler):
    """Answers with the head of the request, as it came."""

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            head += line
        answer = f"HTTP/1.1 200 OK\r\nX-Told: yes\r\nConnection: close\r\nContent-Length: {len(head)}\r\n\r\n"
        self.wfile.write(answer.encode() + (b"" if head.startswith(b"HEAD ") else head))


@dataclass(frozen=True)
class Got:
    """What the service got."""

    method: str
    target: str
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for given, value in self.headers if given.lower().replace("_", "-") == name]


@dataclass(frozen=True)
class Front:
    """nginx in front of the service; `proof` is Kim's app password."""

    address: str
    proof: str
    settings: Settings

    def send(self, method: bytes, target: bytes, *more: tuple[bytes, bytes], host: bytes = b"") -> Got | None:
        """Sends a request; None when it did not reach the service."""
        head, _, body = self.answer(method, target, *more, host=host).partition(b"\r\n\r\n")
        return read(body) if b"\r\nx-told: yes" in head.lower() and body else None

    def answer(self, method: bytes, target: bytes, *more: tuple[bytes, bytes], host: bytes = b"") -> bytes:
        """Sends a request and gives what comes back."""
        name, _, port = self.address.rpartition(":")
        headers = ((b"Host", host or self.address.encode()), (b"Connection", b"close"), *more)
        lines = [method + b" " + target + b" HTTP/1.1", *(key + b": " + value for key, value in headers), b"", b""]
        with socket.create_connection((name, int(port)), timeout=30) as connection:
            connection.sendall(b"\r\n".join(lines))
            with connection.makefile("rb") as stream:
                return stream.read()

    @property
    def kim(self) -> tuple[bytes, bytes]:
        return b"Authorization", b"Basic " + base64.b64encode(f"kim:{self.proof}".encode())


def read(head: bytes) -> Got:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    pairs = [line.partition(":") for line in lines if line]
    return Got(method, rest.rpartition(" ")[0], [(name, value.strip()) for name, _, value in pairs])


@contextmanager
def telling_service() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Telling) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
