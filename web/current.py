"""What belongs to the request at hand: the door, its circumstances, who asks."""

from __future__ import annotations

from flask import current_app, g, request

from adapter import Caller, Iam, RequestContext
from adapter.services.registry import Services

_MAX_USER_AGENT = 512


def iam() -> Iam:
    """The door that this application was built with."""
    door: Iam = current_app.extensions["iam"]
    return door


def services() -> Services:
    """The services that policies speak about; the same ones for all of this request."""
    if "services" not in g:
        g.services = iam().services()
    found: Services = g.services
    return found


def context() -> RequestContext:
    """The circumstances of this request; the same object for all of it."""
    if "context" not in g:
        g.context = RequestContext(
            source_ip=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", "")[:_MAX_USER_AGENT],
            secure=request.is_secure or current_app.config["BEHIND_HTTPS"],
        )
    found: RequestContext = g.context
    return found


def caller() -> Caller | None:
    """Who asks, as far as this request has found out; never asks the directory, so error pages may call it."""
    found: Caller | None = g.get("caller")
    return found


def own_origin() -> str:
    """Scheme and host under which visitors see this server."""
    scheme = "https" if current_app.config["BEHIND_HTTPS"] else request.scheme
    return f"{scheme}://{request.host}"
