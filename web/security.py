"""What every response and every request is held to: headers, cookies, sizes, origins.

Source: OWASP ASVS 5.0, chapter 3 (web frontend security).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, abort, current_app, g, request

from adapter import Settings
from adapter.wsgi import MAX_BODY
from web.current import context, own_origin

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OF_DOCUMENTS_FOR_PROGRAMS = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
)
"""Headers of answers that are no pages; a browser that is led to one shows nothing that it could be misused for."""
_STRICT_TRANSPORT = "max-age=31536000"
_FILES = frozenset({"static", "bootstrap.static"})
_FOR_GOOD = "public, max-age=31536000, immutable"
"""For files whose address changes with their content."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_TEXT = ("\x00", "\N{REPLACEMENT CHARACTER}")


def configuration(settings: Settings) -> dict[str, Any]:
    """Flask's and the extensions' settings, as far as they concern security."""
    # A `__Host-` cookie can't be planted by a sibling domain, but browsers take it over https only.
    prefix = "__Host-" if settings.behind_https else ""
    shared = "__Secure-" if prefix and settings.cookie_domain else prefix
    return {
        "BEHIND_HTTPS": settings.behind_https,
        "SESSION_COOKIE_NAME": f"{shared}bindery",
        "SESSION_COOKIE_DOMAIN": settings.cookie_domain or None,
        "ACCOUNT_COOKIE_NAME": f"{prefix}bindery-account",
        "LANGUAGE_COOKIE_NAME": f"{prefix}bindery-language",
        "SESSION_COOKIE_SECURE": settings.behind_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_IDLE": timedelta(minutes=30),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session that holds it
        "WTF_CSRF_SSL_STRICT": False,  # refuse_foreign_origin asks more
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": MAX_BODY,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
    }


def init_app(app: Flask) -> None:
    """Gives every response its headers and templates their nonce; goes before whatever reads a form."""
    app.before_request(_refuse_broken_text)
    app.after_request(_add_headers)
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """Marks the scripts of one page as ours."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    found: str = g.nonce
    return found


def refuse_foreign_origin() -> None:
    """Refuses a form that another site sent; stands beside the CSRF token, for views that trust a cookie."""
    if request.method in _SAFE_METHODS:
        return
    sent_from = request.headers.get("Origin") or _origin_of(request.referrer)
    if sent_from != own_origin():
        abort(403, "origin")


def _refuse_broken_text() -> None:
    """Refuses NUL and what is not UTF-8 in any field or query parameter of the console.

    Looks at the bytes, because werkzeug would make them into some text or other.
    """
    if request.blueprint != "console":
        return
    raw = [request.query_string]
    if request.mimetype == "application/x-www-form-urlencoded":
        raw.append(request.get_data())
    texts = [_decoded(unquote_to_bytes(encoded)) for encoded in raw]
    texts += [text for field in request.form.items(multi=True) for text in field]
    if any(mark in text for text in texts for mark in _NOT_TEXT):
        abort(400, "text")


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _origin_of(url: str | None) -> str | None:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def _add_headers(response: Response) -> Response:
    # Browsers hold redirects after a form to `form-action` as well, and the sign-in leads back to a site.
    origins = current_app.extensions["sites"].origins(is_https=current_app.config["BEHIND_HTTPS"])
    targets = " ".join(("'self'", *sorted(origins)))
    response.headers["Content-Security-Policy"] = _CONTENT_POLICY.format(nonce=nonce(), targets=targets)
    response.headers["X-Request-Id"] = context().request_id
    response.headers.update(_HEADERS)
    if current_app.config["BEHIND_HTTPS"]:
        response.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
    if request.endpoint not in _FILES or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = _FOR_GOOD
    return response
