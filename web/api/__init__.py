"""The IAM and STS APIs at `/`: what the `aws` command and every AWS SDK speak."""

from __future__ import annotations

from flask import Flask
from limits.storage import Storage

from adapter import Iam
from web.api.endpoint import Endpoint
from web.api.limits import UnsignedCalls


def init_app(app: Flask, iam: Iam, storage: Storage) -> None:
    """Puts the API in front of the application: requests that it answers see neither sessions nor cookies nor forms.

    Args:
        app: the application.
        iam: the door.
        storage: where calls are counted that nobody has signed.
    """
    endpoint = Endpoint(app.wsgi_app, iam, UnsignedCalls(storage), behind_https=app.config["BEHIND_HTTPS"])
    app.wsgi_app = endpoint  # type: ignore[method-assign]
