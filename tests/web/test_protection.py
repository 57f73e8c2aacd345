"""Headers, cookies, forms from elsewhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from adapter import Iam
from tests.web.visitor import HOME, NEW_PASSWORD, SIGN_IN, Visitor
from web import create_app
from web.current import context, own_origin

FIELDS = {"account": "123456789012", "name": "bob", "password": "Bindery-demo-1"}


def _token(visitor: Visitor, page: str = SIGN_IN) -> str:
    html = visitor.get(page).get_data(as_text=True)
    return html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def _paths(app: Flask) -> list[tuple[str, str]]:
    """Every route with every method, and what there is no route for."""
    known = [
        (method, str(rule).replace("<path:filename>", "bindery.css"))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    ]
    return [*known, ("GET", "/nowhere"), ("DELETE", HOME), ("GET", "/static/nothing.css")]


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_has_its_headers(visitor: Visitor, app: Flask, signed_in: bool) -> None:
    for method, path in _paths(app):
        if signed_in:
            visitor.sign_in("bob")
        headers = visitor.client.open(path, method=method, headers={"Origin": "http://localhost"}).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path


def test_the_nonce_is_new_on_every_page_and_stands_at_every_script(visitor: Visitor) -> None:
    nonces = set()
    for _ in range(2):
        response = visitor.get(SIGN_IN)
        nonce = response.headers["Content-Security-Policy"].split("'nonce-", 1)[1].split("'", 1)[0]
        page = response.get_data(as_text=True)
        assert page.count("<script") == page.count(f'<script nonce="{nonce}"') > 0
        assert " style=" not in page
        assert " onclick=" not in page
        nonces.add(nonce)
    assert len(nonces) == 2


def test_pages_are_not_kept_by_caches(visitor: Visitor) -> None:
    visitor.sign_in("bob")
    assert visitor.get(HOME).headers["Cache-Control"] == "no-store"


def test_our_files_are_kept_for_long(visitor: Visitor) -> None:
    assert "max-age=31536000" in visitor.get("/static/bindery.css?v=1").headers["Cache-Control"]


def test_strict_transport_security_is_for_https_only(app: Flask, https_app: Flask) -> None:
    assert "Strict-Transport-Security" not in Visitor(app).get(SIGN_IN).headers
    assert "max-age=31536000" in Visitor(https_app).get(SIGN_IN).headers["Strict-Transport-Security"]


def _cookies(app: Flask, origin: str) -> list[str]:
    client = app.test_client()
    base = {"base_url": origin}
    html = client.get(SIGN_IN, **base).get_data(as_text=True)
    token = html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    response = client.post(SIGN_IN, data=FIELDS | {"csrf_token": token}, headers={"Origin": origin}, **base)
    assert response.status_code == 302
    return response.headers.getlist("Set-Cookie")


def test_cookies_are_bound_to_the_host_under_https(https_app: Flask) -> None:
    cookies = _cookies(https_app, "https://localhost")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for flag in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"):
            assert flag in cookie
        assert "Domain=" not in cookie


def test_cookies_work_without_https_on_ones_own_machine(app: Flask) -> None:
    for cookie in _cookies(app, "http://localhost"):
        assert "; Secure" not in cookie
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie


@pytest.mark.parametrize("path", [SIGN_IN, "/console/sign-in/root", NEW_PASSWORD, "/console/sign-out"])
def test_a_form_without_its_token_is_refused(visitor: Visitor, path: str) -> None:
    visitor.sign_in("bob")
    assert visitor.post(path, FIELDS).status_code == 400
    assert visitor.is_signed_in()


def test_a_form_with_somebody_elses_token_is_refused(visitor: Visitor, another_visitor: Visitor) -> None:
    visitor.get(SIGN_IN)
    assert visitor.post(SIGN_IN, FIELDS | {"csrf_token": _token(another_visitor)}).status_code == 400


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://localhost", "http://localhost:81", "http://localhost.evil.example"],
)
def test_a_form_from_elsewhere_is_refused_even_with_a_token(visitor: Visitor, origin: str) -> None:
    assert visitor.post(SIGN_IN, FIELDS | {"csrf_token": _token(visitor)}, origin=origin).status_code == 403
    assert not visitor.is_signed_in()


def test_a_form_that_does_not_say_where_it_comes_from_is_refused(visitor: Visitor) -> None:
    assert visitor.post(SIGN_IN, FIELDS | {"csrf_token": _token(visitor)}, origin=None).status_code == 403


def test_a_referrer_stands_in_for_the_origin(visitor: Visitor) -> None:
    fields = FIELDS | {"csrf_token": _token(visitor)}
    response = visitor.client.post(SIGN_IN, data=fields, headers={"Referer": "http://localhost/console/sign-in"})
    assert response.status_code == 302


def test_nobody_is_believed_who_says_where_a_visitor_comes_from(app: Flask, demo_directory: Any) -> None:
    visitor = Visitor(app)
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    with app.test_request_context(SIGN_IN, headers=headers, environ_base={"REMOTE_ADDR": visitor.address}):
        assert context().source_ip == visitor.address
        assert not context().secure
        assert own_origin() == "http://localhost"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "203.0.113.8")])
def test_as_many_proxies_are_believed_as_there_are(demo_directory: Any, iam: Iam, proxies: int, seen: str) -> None:
    """The audit trail tells whom the application took for the visitor."""
    app = create_app(replace(demo_directory.settings, trusted_proxies=proxies), iam)
    client = app.test_client()
    html = client.get(SIGN_IN).get_data(as_text=True)
    token = html.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    headers = {"Origin": "http://localhost", "X-Forwarded-For": "192.0.2.1, 203.0.113.8, 203.0.113.9"}
    client.post(SIGN_IN, data=FIELDS | {"csrf_token": token}, headers=headers)
    assert f'"source_ip":"{seen}"' in (demo_directory.data / "audit.jsonl").read_text().replace(": ", ":")


@pytest.mark.parametrize("referrer", ["http://[", "http://evil.example/", "about:blank", "localhost"])
def test_a_referrer_from_elsewhere_does_not(visitor: Visitor, referrer: str) -> None:
    fields = FIELDS | {"csrf_token": _token(visitor)}
    assert visitor.client.post(SIGN_IN, data=fields, headers={"Referer": referrer}).status_code == 403


CANARY = "Canary-7b1f-password"


def test_no_password_reaches_a_log(visitor: Visitor, demo_directory: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        visitor.sign_in("bob", CANARY)
        visitor.sign_in("bob")
        visitor.sign_in_as_root("root@example.org", CANARY)
        visitor.post(SIGN_IN, FIELDS | {"password": CANARY})
        demo_directory.server.stop()
        visitor.sign_in("bob", CANARY)
    for record in caplog.records:
        assert CANARY not in record.getMessage()
        assert CANARY not in str(record.__dict__)
    for file in Path(demo_directory.settings.data).rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


def test_nothing_secret_is_in_an_address(visitor: Visitor) -> None:
    assert '<form method="post"' in visitor.get(SIGN_IN).get_data(as_text=True)
    assert "Bindery-demo-1" not in visitor.sign_in("bob").location
