"""Every page, in every look, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from adapter import open_iam
from tests.browser.gallery import Gallery
from tests.browser.pages import DESK, PHONE
from tests.browser.shots import SHOTS
from tests.conftest import Directory
from web import create_app

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
TARGETS = ["target-size"]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light", "rules": WCAG},
    "dark": {"viewport": DESK, "color_scheme": "dark", "rules": CONTRAST},
    "phone": {"viewport": PHONE, "color_scheme": "light", "rules": TARGETS},
}
"""All rules once; in the other looks those that a look can break."""
LOADED_AS_ERROR = "Failed to load resource"
NO_PAGES = {
    "console.events_csv",
    "console.events_jsonl",
    "console.credential_report_file",
    "console.service_definition",
}
"""Files."""
_AUDIT = "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"


@pytest.fixture(scope="session")
def gallery(
    browser: Browser, demo_template: Path, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gallery]:
    """One for all pages."""
    gallery = Gallery(browser, demo_template, template, tmp_path_factory.mktemp("gallery"))
    yield gallery
    gallery.close()


@pytest.fixture
def complaints(gallery: Gallery) -> Iterator[list[str]]:
    """What the browser says against the page that is shown, such as by the content security policy."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and LOADED_AS_ERROR not in message.text:
            found.append(message.text)

    gallery.listen(note, lambda error: found.append(str(error)))
    yield found
    gallery.listen(None, None)


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _faults(page: Page, rules: list[str]) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    found = page.evaluate(_AUDIT, rules)["violations"]
    return [f"{fault['id']}: {node['html']} {node['failureSummary']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("name", SHOTS)
def test_a_page_has_no_fault(gallery: Gallery, complaints: list[str], name: str) -> None:
    """By the rules of WCAG 2.2 AA, of the content security policy, and of a screen's width; in every look.

    Without motion, because colours that are still fading from one look to the next would be measured.
    """
    page = gallery.show(name)
    for look, options in LOOKS.items():
        page.emulate_media(color_scheme=options["color_scheme"])
        page.set_viewport_size(options["viewport"])
        assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"], look
        assert _faults(page, options["rules"]) == [], look
    assert complaints == []


@pytest.fixture
def app(demo_directory: Directory) -> Iterator[Flask]:
    iam = open_iam(demo_directory.settings)
    yield create_app(demo_directory.settings, iam)
    iam.close()


def test_no_page_is_left_out(app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "GET" in (rule.methods or ())
    }
    adapter = app.url_map.bind("localhost")
    shown = {adapter.match(shot.address)[0] for shot in SHOTS.values() if adapter.test(shot.address)}
    assert pages - shown == NO_PAGES
