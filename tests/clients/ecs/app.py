"""The sample service: servers in two regions, and a second service to be refused at.

It knows nothing of sign-ins and policies. A proxy in front of it asks Bindery about every request (`nginx.conf`, by the
routes in `sites.toml`) and tells it, in X-Auth-Request-User, who is there. People get pages, programs JSON.

    python -m tests.clients.ecs.app HOST:PORT
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from flask import Flask, abort, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import run_simple

REGIONS: Final = {"eu-de": "Frankfurt", "eu-nl": "Amsterdam"}


@dataclass
class Server:
    """A cloud server."""

    id: str
    name: str
    state: str = "running"
    owner: str = ""


@dataclass
class Cloud:
    """All servers, by region and id."""

    servers: dict[str, dict[str, Server]] = field(default_factory=lambda: {region: {} for region in REGIONS})
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def create(self, region: str, name: str, owner: str) -> Server:
        """A new server."""
        server = Server(f"i-{next(self._numbers):08d}", name, owner=owner)
        self.servers[region][server.id] = server
        return server


def create_app() -> Flask:
    """Builds the service."""
    app = Flask(__name__)
    app.extensions["cloud"] = cloud = Cloud()
    for region in REGIONS:
        cloud.create(region, "web-1", "operations")
    for method, path, view in _ROUTES:
        app.add_url_rule(path, f"{method} {path}", view, methods=[method])
    app.context_processor(_everywhere)
    return app


def services() -> str:
    """What there is."""
    return render_template("services.html")


def networks(region: str) -> str:
    """Another service."""
    return render_template("networks.html", region=region)


def servers(region: str) -> ResponseReturnValue:
    """The servers of a region."""
    found = list(_cloud(region).values())
    if _wants_json():
        return jsonify({"servers": [asdict(server) for server in found]})
    return render_template("servers.html", region=region, servers=found)


def create(region: str) -> ResponseReturnValue:
    """Makes a server, in the name of the one whom the proxy names."""
    _cloud(region)
    given = request.get_json() if request.is_json else request.form
    cloud: Cloud = current_app.extensions["cloud"]
    return _changed(region, cloud.create(region, given["name"], request.headers["X-Auth-Request-User"]), 201)


def stop(region: str, server_id: str) -> ResponseReturnValue:
    """Stops a server."""
    server = _cloud(region).get(server_id) or abort(404)
    server.state = "stopped"
    return _changed(region, server, 200)


def delete(region: str, server_id: str) -> ResponseReturnValue:
    """Deletes a server."""
    return _changed(region, _cloud(region).pop(server_id, None) or abort(404), 200)


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
    return {"user": request.headers.get("X-Auth-Request-User", ""), "regions": REGIONS}


def _cloud(region: str) -> dict[str, Server]:
    found: dict[str, dict[str, Server]] = current_app.extensions["cloud"].servers
    if region not in found:
        abort(404)
    return found[region]


def _changed(region: str, server: Server, status: int) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(asdict(server)), status
    return redirect(f"/ecs/{region}/servers")


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


if __name__ == "__main__":
    host, _, port = sys.argv[1].rpartition(":")
    run_simple(host, int(port), create_app(), threaded=True)
