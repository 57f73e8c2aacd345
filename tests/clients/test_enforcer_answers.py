"""What a service at a distance makes of answers that no decision point gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from werkzeug.test import create_environ

from adapter.enforcer import AtADistance, Enforcer
from adapter.errors import AccessDenied, ServiceUnavailable


@pytest.fixture
def asked() -> dict[str, Any]:
    """A request that comes through a proxy which says who calls."""
    return create_environ("/", headers={"X-Auth-Request-Arn": "arn:aws:iam::123456789012:user/kim"})


class _Babbling(BaseHTTPRequestHandler):
    """Answers everything with the same text."""

    def do_POST(self) -> None:
        text = self.server.text  # type: ignore[attr-defined]
        self.send_response(302 if text.startswith(b"/") else 200)
        self.send_header("Location", text.decode("latin-1"))
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_told: object) -> None:
        """Keeps quiet."""


@contextmanager
def _answering(text: bytes) -> Iterator[Enforcer]:
    """An enforcer at a distance from something that answers always the same."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Babbling) as server:
        server.text = text  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield Enforcer(AtADistance(f"http://127.0.0.1:{server.server_port}", "AKIAAAAAAAAAAAAAAAAA", "x"))
        server.shutdown()


@pytest.mark.parametrize(
    "text", [b"", b"true", b"[]", b"\xff", b'{"decision": tr', b'{"context": "x", "decision": true}', b"/elsewhere"]
)
def test_an_answer_that_makes_no_sense_lets_nobody_pass(asked: dict[str, Any], text: bytes) -> None:
    with _answering(text) as enforcer, pytest.raises(ServiceUnavailable):
        enforcer.hold(asked, "ecs:ListServers", "*")


@pytest.mark.parametrize("decision", [b'"true"', b"1", b"null", b"[true]", b'{"decision": true}'])
def test_nothing_but_true_is_a_yes(asked: dict[str, Any], decision: bytes) -> None:
    with _answering(b'{"decision": ' + decision + b"}") as enforcer, pytest.raises(AccessDenied):
        enforcer.hold(asked, "ecs:ListServers", "*")
