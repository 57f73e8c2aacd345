"""Decisions for other services: what they ask, and what they get as an answer."""

from __future__ import annotations

from flask import Flask

from adapter import Iam
from web.access.endpoint import Endpoint


def init_app(app: Flask, iam: Iam) -> None:
    """Puts these addresses in front of the application: sessions, cookies and forms have no part in them."""
    app.wsgi_app = Endpoint(app.wsgi_app, iam, behind_https=app.config["BEHIND_HTTPS"])  # type: ignore[method-assign]
