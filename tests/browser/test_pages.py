"""Every page, in every look, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import DESK, PAGES, PHONE

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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault(console: Console, open_page: OpenPage, name: str) -> None:
    """By the rules of WCAG 2.2 AA, of the content security policy, and of a screen's width; in every look.

    Without motion, because colours that are still fading from one look to the next would be measured.
    """
    page = open_page(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and LOADED_AS_ERROR not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    PAGES[name](page, console)
    page.wait_for_load_state("load")
    for look, options in LOOKS.items():
        page.emulate_media(color_scheme=options["color_scheme"])
        page.set_viewport_size(options["viewport"])
        assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"], look
        faults = Axe().run(page, options={"runOnly": options["rules"], "resultTypes": ["violations"]})
        assert faults.violations_count == 0, f"{look}: {faults.generate_report()}"
    assert complaints == []
