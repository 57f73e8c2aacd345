"""Pictures of every page, light and dark, on a desk and on a phone.

Run it with `python -m tests.browser.screenshots [FOLDER]`; it writes into `screenshots/` unless told otherwise.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.console import Console, invite_people, serving
from tests.browser.mfa_pages import MFA_PAGES, by_name, cookies_of_ann
from tests.browser.pages import DESK, PAGES, PHONE, Way, launch
from tests.conftest import make_template, running_copy

LOOKS = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
}


def main(target: Path) -> None:
    """Takes them all."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        template = make_template(Path(folder) / "template", demo=True)
        for directory in running_copy(template, Path(folder) / "data"):
            invite_people(directory)
            with serving(directory, Path(folder)) as console:
                take_all(browser, console, target, PAGES)
                cookies = cookies_of_ann(browser, by_name(console))
                own = {f"own-{name}": partial(way, cookies=cookies) for name, way in MFA_PAGES.items()}
                take_all(browser, by_name(console), target, own)
        browser.close()


def take_all(browser: Browser, console: Console, target: Path, pages: Mapping[str, Way]) -> None:
    """Takes every page in every look."""
    for name, go_there in pages.items():
        for look, options in LOOKS.items():
            context = browser.new_context(**options)
            page = context.new_page()
            go_there(page, console)
            page.screenshot(path=target / f"{name}-{look}.png", full_page=True)
            context.close()
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
