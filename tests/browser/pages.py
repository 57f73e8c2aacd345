"""Every page of the console that there is, and how to get there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.console import GIVEN_PASSWORD, LONG_NAME, Console

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
    page.get_by_role("button", name="Sign in").click()


def fill_in_as_root(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in/root"))
    page.get_by_label("Account e-mail or ID").fill(console.directory.root_email)
    page.get_by_label("Password", exact=True).fill(console.directory.root_password)
    page.get_by_role("button", name="Sign in").click()


def _sign_in(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in"))


def _sign_in_with_errors(page: Page, console: Console) -> None:
    _sign_in(page, console)
    page.get_by_role("button", name="Sign in").click()


def _sign_in_refused(page: Page, console: Console) -> None:
    fill_in(page, console, f"stranger-{id(page)}", "wrong-password")


def _root_sign_in(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in/root"))


def _new_password(page: Page, console: Console) -> None:
    fill_in(page, console, "eve", GIVEN_PASSWORD)


def _new_password_with_errors(page: Page, console: Console) -> None:
    _new_password(page, console)
    page.get_by_label("Current password", exact=True).fill(GIVEN_PASSWORD)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("short")
    page.get_by_role("button", name="Change password").click()


def _home(page: Page, console: Console) -> None:
    fill_in(page, console, "job")


def _home_menu(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.locator(".user-fold summary").click()


def _home_long_names(page: Page, console: Console) -> None:
    fill_in(page, console, LONG_NAME)


def _home_of_nobody(page: Page, console: Console) -> None:
    fill_in(page, console, "nobody")


def _home_of_root(page: Page, console: Console) -> None:
    fill_in_as_root(page, console)


def _signed_out(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()


def _not_found(page: Page, console: Console) -> None:
    page.goto(console.at("/console/nowhere"))


def _not_found_signed_in(page: Page, console: Console) -> None:
    fill_in(page, console, "job")
    page.goto(console.at("/console/nowhere"))


def _too_many(page: Page, console: Console) -> None:
    name = f"guessed-{id(page)}"
    for _ in range(6):
        fill_in(page, console, name, "wrong-password")


Way = Callable[[Page, Console], None]

PAGES: dict[str, Way] = {
    "sign-in": _sign_in,
    "sign-in-errors": _sign_in_with_errors,
    "sign-in-refused": _sign_in_refused,
    "sign-in-root": _root_sign_in,
    "new-password": _new_password,
    "new-password-errors": _new_password_with_errors,
    "home": _home,
    "home-menu": _home_menu,
    "home-long-names": _home_long_names,
    "home-nobody": _home_of_nobody,
    "home-root": _home_of_root,
    "signed-out": _signed_out,
    "not-found": _not_found,
    "not-found-signed-in": _not_found_signed_in,
    "too-many-attempts": _too_many,
}
