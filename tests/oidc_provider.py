"""An OpenID Connect provider on the loopback interface: discovery document, keys, tokens."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.certificates import Pair, make_pair

CLIENT = "my-application"
LOOPBACK = ("127.0.0.0/8", "::1/128")
Answer = tuple[int, dict[str, str], bytes]


class OidcProvider:
    """A provider whose answers a test may replace (`answers`), and whose requests it may count (`asked`)."""

    def __init__(self, port: int) -> None:
        self.name = f"localhost:{port}/realms/test"
        self.url = f"https://{self.name}"
        self.origin = f"https://localhost:{port}"
        self.key: RSAKey | ECKey = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.published = [self.key]
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[], Answer]] = {
            "/realms/test/.well-known/openid-configuration": lambda: self.json(
                {"issuer": self.url, "jwks_uri": f"{self.origin}/keys"}
            ),
            "/keys": lambda: self.json(KeySet(list(self.published)).as_dict(private=False)),
        }

    @staticmethod
    def json(content: object, **headers: str) -> Answer:
        return 200, {"Content-Type": "application/json", **headers}, json.dumps(content).encode()

    def rotate(self, key_id: str) -> None:
        """Signs with another key from now on; only that one is published."""
        self.key = RSAKey.generate_key(2048, {"kid": key_id, "use": "sig", "alg": "RS256"})
        self.published = [self.key]

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token of somebody; claims that are None are left out."""
        now = int(time.time())
        content = {"iss": self.url, "aud": CLIENT, "sub": "somebody", "iat": now, "exp": now + 300} | claims
        made = {name: value for name, value in content.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **(header or {})}, made, self.key)


@contextmanager
def oidc_provider(folder: Path, certificate: Pair) -> Iterator[OidcProvider]:
    """A provider that answers with a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            status, headers, body = provider.answers.get(self.path, lambda: (404, {}, b""))()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Clients that go away are none of the test's business."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.write(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    provider = OidcProvider(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def authority() -> Pair:
    """A certificate authority."""
    return make_pair("Test authority")


def server_certificate(issuer: Pair | None) -> Pair:
    """A certificate for the loopback interface; signed by itself without an issuer."""
    return make_pair("localhost", issuer, ("localhost", "127.0.0.1"))
