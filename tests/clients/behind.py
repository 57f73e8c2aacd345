"""A service behind a proxy, which remembers what it got."""

from __future__ import annotations

from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """A request as the service got it."""

    method: str
    target: str
    headers: dict[str, str]


class Behind(ThreadingHTTPServer):
    """A service that remembers what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Remember)
        self.got: list[Got] = []


class _Remember(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Behind)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append(Got(self.command, self.path, headers))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        pass
