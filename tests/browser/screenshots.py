"""Pictures of every page: light, dark, on a phone, and in Chinese; `index.html` shows them beside each other.

Run it with `make screenshots`, or for some pages with `python -m tests.browser.screenshots FOLDER NAME…`.
"""

from __future__ import annotations

import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.gallery import Gallery
from tests.browser.pages import DESK, PHONE, launch
from tests.browser.shots import SHOTS
from tests.conftest import make_template

LOOKS: dict[str, tuple[Any, Any]] = {
    "light": (DESK, "light"),
    "dark": (DESK, "dark"),
    "phone": (PHONE, "light"),
}
_SHEET = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page of the console</title>
<style>
  body {{ font: 15px system-ui; margin: 2rem; background: #e9ecef }}
  section {{ display: flex; gap: 1rem; align-items: flex-start }}
  img {{ width: 100%; border: 1px solid #adb5bd }}
  a {{ flex: 3.5 }} a.phone {{ flex: 1 }}
</style>
{rows}
</html>
"""


def main(target: Path, names: list[str]) -> None:
    """Takes them all, or those that are named."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright:
        folder = Path(kept)
        demo = make_template(folder / "demo", demo=True)
        empty = make_template(folder / "empty", demo=False)
        browser = launch(playwright)
        gallery = Gallery(browser, demo, empty, folder / "houses")
        try:
            for number, name in enumerate(names, start=1):
                page = gallery.show(name)
                take(page, target, name)
                if not SHOTS[name].steps:
                    take_chinese(page, target, name)
                sys.stdout.write(f"{number}/{len(names)} {name}\n")
        finally:
            gallery.close()
            browser.close()
    (target / "index.html").write_text(_SHEET.format(rows="\n".join(map(_row, names))), encoding="utf-8")


def take(page: Page, target: Path, name: str) -> None:
    """Takes a page in every look, from its top."""
    for look, (viewport, scheme) in LOOKS.items():
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=target / f"{name}-{look}.png", full_page=True)


def take_chinese(page: Page, target: Path, name: str) -> None:
    """Takes a page that can simply be asked for again in Chinese."""
    page.context.add_cookies([{"name": "bindery-language", "value": "zh-Hans", "url": page.url}])
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    page.reload()
    page.screenshot(path=target / f"{name}-chinese.png", full_page=True)
    page.context.clear_cookies(name="bindery-language")


def _row(name: str) -> str:
    shown = escape(name)
    pictures = "".join(
        f'<a class="{look}" href="{shown}-{look}.png"><img src="{shown}-{look}.png" alt="{look}" loading="lazy"></a>'
        for look in (*LOOKS, *(() if SHOTS[name].steps else ("chinese",)))
    )
    return f"<h2>{shown}</h2><section>{pictures}</section>"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), sys.argv[2:] or list(SHOTS))
