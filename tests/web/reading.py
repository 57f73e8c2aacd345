"""Readers of different languages, without any directory: for values and sentences alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from web import languages


@contextmanager
def reading(accepted: str) -> Iterator[None]:
    """A request of somebody whose browser asks for some languages."""
    app = Flask("web")
    app.config["LANGUAGE_COOKIE_NAME"] = "bindery-language"
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": accepted}):
        yield
