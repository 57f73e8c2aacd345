"""The web front end: the console, the API, decisions for other services, and what load balancers ask."""

from __future__ import annotations

from flask import Flask, redirect, url_for
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from adapter import Iam, Settings, open_iam
from adapter.sites import Sites
from web import access, api, errors, health, languages, presentation, security, sessions
from web.console import create_console
from web.throttle import Throttle


def create_app(settings: Settings, iam: Iam | None = None) -> Flask:
    """Builds the WSGI application.

    Args:
        settings: how this process is set up.
        iam: the door to use; opened from the settings when it is not given.
    """
    door = iam or open_iam(settings)
    app = Flask(__name__)
    app.extensions["iam"] = door
    app.extensions["sites"] = Sites.load(settings.sites_file)
    app.config.from_mapping(security.configuration(settings), SECRET_KEY=door.web_secret())
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    security.init_app(app)
    languages.init_app(app)
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    throttle = Throttle(app, settings.rate_limit_storage)
    api.init_app(app, door, throttle.storage)
    sessions.init_app(app, throttle.storage)
    presentation.init_app(app)
    errors.init_app(app, throttle)
    app.register_blueprint(create_console(throttle))
    app.register_blueprint(health.create_health())
    access.init_app(app, csrf, door, settings, throttle.storage)
    _trust_proxies(app, settings.trusted_proxies)
    app.add_url_rule("/", "front_door", _front_door, methods=["GET"])
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Believes the last `count` entries of X-Forwarded-For and X-Forwarded-Proto; none unless an operator says so."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _front_door() -> Response:
    return redirect(url_for("console.home"))
