"""What load balancers ask: whether the process is alive, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from web.current import iam

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def create_health() -> Blueprint:
    """Liveness and readiness, apart: a directory that is down is no reason to restart this process."""
    blueprint = Blueprint("health", __name__)
    blueprint.add_url_rule("/healthz", view_func=alive, methods=["GET"])
    blueprint.add_url_rule("/readyz", view_func=ready, methods=["GET"])
    return blueprint


def alive() -> ResponseReturnValue:
    """The process answers."""
    return "alive\n", 200, _PLAIN


def ready() -> ResponseReturnValue:
    """The directory answers as well."""
    if iam().is_ready():
        return "ready\n", 200, _PLAIN
    return "the directory does not answer\n", 503, {**_PLAIN, "Retry-After": "1"}
