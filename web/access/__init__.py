"""Decisions for other services: what they ask, and what they get as an answer."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from limits.storage import Storage

from adapter import Iam, Settings
from web.access.app_passwords import AppPasswordGuesses
from web.access.certificates import ClientCertificates
from web.access.endpoint import Endpoint
from web.access.forward_auth import Guard, SignIn, create_forward_auth
from web.access.proxies import AskingProxies


def init_app(app: Flask, csrf: CSRFProtect, iam: Iam, settings: Settings, storage: Storage) -> None:
    """Puts the decision point in front of the application: sessions, cookies and forms have no part in it.

    What proxies ask about goes through the application, because the session of a person may count; it changes nothing,
    so it carries no form token. Wrong app passwords are counted in `storage`.
    """
    proxies = AskingProxies(settings.asking_proxies)
    sign_in = SignIn(settings.public_url, settings.cookie_domain)
    guard = Guard(app.extensions["sites"], proxies, AppPasswordGuesses(storage), sign_in)
    blueprint = create_forward_auth(guard)
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.wsgi_app = Endpoint(  # type: ignore[method-assign]
        app.wsgi_app,
        iam,
        ClientCertificates(settings.client_certificate_header, proxies),
        behind_https=settings.behind_https,
        public_url=settings.public_url,
    )
