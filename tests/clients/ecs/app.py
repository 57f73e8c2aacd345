"""The sample service: servers in two regions, and a second service to be refused at.

It knows nothing of sign-ins and policies. A proxy in front of it asks Bindery about every request (`nginx.conf`, by the
routes in `sites.toml`) and tells it, in X-Auth-Request-User, who is there. People get pages, programs JSON.

    granian --interface wsgi --factory --blocking-threads 4 --port 8089 tests.clients.ecs.app:create_app
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from flask import Flask, Response, abort, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

REGIONS: Final = {"eu-de": "Frankfurt", "eu-nl": "Amsterdam"}
_LONGEST_NAME: Final = 64
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass
class Server:
    """A cloud server."""

    id: str
    name: str
    owner: str
    state: str = "running"


@dataclass
class Cloud:
    """All servers, by region and id; they last as long as the process."""

    servers: dict[str, dict[str, Server]] = field(default_factory=lambda: {region: {} for region in REGIONS})
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def create(self, region: str, name: str, owner: str) -> Server:
        """A new server."""
        server = Server(f"i-{next(self._numbers):08d}", name, owner)
        self.servers[region][server.id] = server
        return server


def create_app() -> Flask:
    """Builds the service."""
    app = Flask(__name__, static_url_path="/portal")
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    app.extensions["cloud"] = cloud = Cloud()
    for region in REGIONS:
        cloud.create(region, "web-1", "operations")
    for method, path, view in _ROUTES:
        app.add_url_rule(path, f"{method} {path}", view, methods=[method])
    app.register_error_handler(HTTPException, _trouble)
    app.context_processor(_everywhere)
    app.after_request(_add_headers)
    return app


def services() -> str:
    """What there is."""
    return render_template("services.html")


def networks(region: str) -> str:
    """Another service."""
    _servers(region)
    return render_template("networks.html", region=region)


def servers(region: str) -> ResponseReturnValue:
    """The servers of a region."""
    found = list(_servers(region).values())
    if _wants_json():
        return jsonify({"servers": [asdict(server) for server in found]})
    return render_template("servers.html", region=region, servers=found)


def create(region: str) -> ResponseReturnValue:
    """Makes a server, in the name of the one whom the proxy names."""
    _servers(region)
    given = request.get_json() if request.is_json else request.form.to_dict()
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        abort(400, f"A server needs a name of 1 to {_LONGEST_NAME} characters.")
    cloud: Cloud = current_app.extensions["cloud"]
    return _changed(region, cloud.create(region, name, _user()), 201)


def stop(region: str, server_id: str) -> ResponseReturnValue:
    """Stops a server."""
    server = _servers(region).get(server_id) or abort(404)
    server.state = "stopped"
    return _changed(region, server, 200)


def delete(region: str, server_id: str) -> ResponseReturnValue:
    """Deletes a server."""
    return _changed(region, _servers(region).pop(server_id, None) or abort(404), 200)


_ROUTES: Final = (
    ("GET", "/services", services),
    ("GET", "/vpc/<region>/networks", networks),
    ("GET", "/ecs/<region>/servers", servers),
    ("POST", "/ecs/<region>/servers", create),
    ("POST", "/ecs/<region>/servers/<server_id>/stop", stop),
    ("POST", "/ecs/<region>/servers/<server_id>/delete", delete),
    ("DELETE", "/ecs/<region>/servers/<server_id>", delete),
)


def _everywhere() -> dict[str, Any]:
    return {"user": _user(), "regions": REGIONS}


def _user() -> str:
    """Who is there, as the proxy says; header values are percent-encoded."""
    return unquote(request.headers.get("X-Auth-Request-User", ""))


def _servers(region: str) -> dict[str, Server]:
    cloud: Cloud = current_app.extensions["cloud"]
    return cloud.servers.get(region) if region in REGIONS else abort(404)


def _changed(region: str, server: Server, status: int) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(asdict(server)), status
    return redirect(f"/ecs/{region}/servers", 303)


def _trouble(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if _wants_json():
        return jsonify({"message": error.description}), status
    return render_template("trouble.html", error=error), status


def _add_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
