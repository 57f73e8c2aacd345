"""The IAM and STS APIs at `/`: what the `aws` command and every AWS SDK speak."""

from __future__ import annotations

from flask import Flask

from adapter import Iam
from web.api.endpoint import Endpoint


def init_app(app: Flask, iam: Iam) -> None:
    """Puts the API in front of the application: requests that it answers see neither sessions nor cookies nor forms."""
    app.wsgi_app = Endpoint(app.wsgi_app, iam, behind_https=app.config["BEHIND_HTTPS"])  # type: ignore[method-assign]
