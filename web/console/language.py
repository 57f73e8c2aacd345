"""The switch between languages that every page has."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.console.paths import local_path
from web.languages import remember
from web.throttle import Throttle


def add_pages(console: Blueprint, throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/language", "language", choose, methods=["POST"])
    console.add_app_template_global(here)


def choose() -> ResponseReturnValue:
    """Keeps the language that was chosen, and shows the page again that the reader came from."""
    response = redirect(local_path(request.form.get("here")))
    if not remember(response, request.form.get("language", "")):
        abort(400)
    return response


def here() -> str:
    """The address under which this page can be asked for again; the home page's when it is an answer to a form only."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    methods = request.url_rule.methods if request.url_rule else None
    return request.path if methods and "GET" in methods else url_for("console.home")
