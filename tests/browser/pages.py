"""A browser, and the way into the console."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.console import Console

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium where it is, else Playwright's own."""
    path = CHROMIUM if Path(CHROMIUM).exists() else None
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def fill_in(page: Page, console: Console, name: str, password: str = DEMO_PASSWORD) -> None:
    """Signs in as a user, whatever comes of it."""
    page.goto(console.at("/console/sign-in"))
    page.get_by_label("Account ID or alias").fill(console.directory.account_id)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def fill_in_as_root(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in/root"))
    page.get_by_label("Account e-mail or ID").fill(console.directory.root_email)
    page.get_by_label("Password", exact=True).fill(console.directory.root_password)
    page.get_by_role("button", name="Sign in", exact=True).click()
