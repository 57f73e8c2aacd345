"""Every page, in every look, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import DESK, PAGES, PHONE

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOADED_AS_ERROR = "Failed to load resource"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault(console: Console, open_page: OpenPage, name: str, look: str) -> None:
    """By the rules of WCAG 2.2 AA, of the content security policy, and of a screen's width."""
    page = open_page(**LOOKS[look])
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and LOADED_AS_ERROR not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    PAGES[name](page, console)
    page.wait_for_load_state("load")
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"]
    faults = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
    assert faults.violations_count == 0, faults.generate_report()
