"""Somebody with a browser: keeps cookies, fills in the forms that pages hold, sends what browsers send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapter.server.tree import DEMO_PASSWORD

ORIGIN = "http://localhost"
SIGN_IN = "/console/sign-in"
ROOT_SIGN_IN = "/console/sign-in/root"
HOME = "/console/"
NEW_PASSWORD = "/console/new-password"


INLINE = {"a", "code", "span", "strong", "time", "wbr"}


class _Page(HTMLParser):
    """Collects hidden fields and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE:
            self.words.append(" ")
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name") or ""] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text(response: TestResponse) -> str:
    """What a page says, without markup."""
    return " ".join("".join(_Page(response.get_data(as_text=True)).words).split())


@dataclass
class Visitor:
    """A visitor of one application; `address` is where they connect from."""

    app: Flask
    address: str = "127.0.0.1"
    account: str = "123456789012"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, environ_overrides={"REMOTE_ADDR": self.address}, **more)

    def post(self, path: str, fields: dict[str, Any] | bytes, origin: str | None = ORIGIN, **more: Any) -> TestResponse:
        """Sends fields as they are, without a token of their own accord."""
        headers = {"Origin": origin} if origin else {}
        return self.client.post(
            path, data=fields, headers=headers, environ_overrides={"REMOTE_ADDR": self.address}, **more
        )

    def submit(self, path: str, fields: dict[str, Any], page: str | None = None) -> TestResponse:
        """Opens the page (or the one that holds the form), fills the form in and sends it."""
        hidden = _Page(self.get(page or path).get_data(as_text=True)).hidden
        return self.post(path, hidden | fields)

    def submit_bytes(self, path: str, fields: dict[str, bytes]) -> TestResponse:
        """As `submit`, with values that need not be text."""
        given = {name: value.encode() for name, value in _Page(self.get(path).get_data(as_text=True)).hidden.items()}
        body = b"&".join(f"{name}={quote_from_bytes(value)}".encode() for name, value in (given | fields).items())
        return self.post(path, body, content_type="application/x-www-form-urlencoded")

    def sign_in(self, name: str, password: str = DEMO_PASSWORD, path: str = SIGN_IN) -> TestResponse:
        return self.submit(path, {"account": self.account, "name": name, "password": password})

    def sign_in_as_root(self, account: str, password: str) -> TestResponse:
        return self.submit(ROOT_SIGN_IN, {"account": account, "password": password})

    def sign_out(self) -> TestResponse:
        return self.submit("/console/sign-out", {}, page=HOME)

    def is_signed_in(self) -> bool:
        return self.get(HOME).status_code == 200

    def cookie(self, name: str = "bindery") -> str | None:
        kept = self.client.get_cookie(name)
        return kept.value if kept else None


def target(response: TestResponse) -> str:
    """Where a redirect leads, as a browser at the origin would take it."""
    assert response.status_code == 302, text(response)
    return urljoin(f"{ORIGIN}/console/", response.location)


def is_ours(url: str) -> bool:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" == ORIGIN
