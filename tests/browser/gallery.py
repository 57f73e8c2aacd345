"""Shows every page in its state, with few sign-ins: each persona keeps its browser window from page to page."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from tests.browser.console import GIVEN_PASSWORD, LONG_NAME, Console, serving
from tests.browser.furniture import Facts, furnish
from tests.browser.pages import DESK, fill_in, fill_in_as_root
from tests.browser.people import App, by_name, grow_old, make_person, require_mfa, sign_in_with
from tests.browser.shots import SHOTS
from tests.conftest import running_copy

_FRESH = 200
"""Seconds after which somebody signs in again, so that no page asks for another proof unless it is meant to."""
_OPTIONS = {"viewport": DESK, "color_scheme": "light", "reduced_motion": "reduce"}


class Gallery:
    """All pages; houses and people are there as soon as a page needs them.

    Args:
        demo: a data folder with the demo's people.
        empty: a data folder with nobody in it.
        folder: for what is only needed meanwhile.
    """

    def __init__(self, browser: Browser, demo: Path, empty: Path, folder: Path) -> None:
        self._browser = browser
        self._templates = {"office": demo, "empty": empty, "strict": demo}
        self._folder = folder
        self._stack = ExitStack()
        self._houses: dict[str, Console] = {}
        self._windows: dict[str, tuple[Page, float]] = {}
        self._facts: Facts = {}
        self._apps: dict[str, App] = {}
        self._on_message: Callable[[ConsoleMessage], None] | None = None
        self._on_error: Callable[[Error], None] | None = None

    def close(self) -> None:
        """Ends servers and windows."""
        for page, _ in self._windows.values():
            page.context.close()
        self._stack.close()

    def listen(self, message: Callable[[ConsoleMessage], None] | None, error: Callable[[Error], None] | None) -> None:
        """Tells what windows say from now on."""
        self._on_message, self._on_error = message, error

    def show(self, name: str) -> Page:
        """Goes to a page, in the window of who looks at it, on a desk and by day."""
        shot = SHOTS[name]
        page = self._window(shot.who)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)
        page.goto(self._house(shot.who).at(f"/console/{shot.path.format(**self._facts)}"))
        for step in shot.steps:
            step(page)
        page.wait_for_load_state("load")
        return page

    def _house(self, who: str) -> Console:
        name = {"founder": "empty", "newcomer-who-must": "strict"}.get(who, "office")
        if name not in self._houses:
            console = self._stack.enter_context(self._opened(name))
            if name == "office":
                self._facts, self._apps = furnish(console)
            if name == "strict":
                make_person(console, "newcomer")
                require_mfa(console)
            self._houses[name] = console
        return self._houses[name]

    @contextmanager
    def _opened(self, name: str) -> Any:
        folder = self._folder / name
        folder.mkdir(parents=True)
        for directory in running_copy(self._templates[name], folder / "data"):
            with serving(directory, folder) as console:
                yield by_name(console)

    def _window(self, who: str) -> Page:
        """The window of somebody, who signs in when they have not for a while; a stranger's is always new."""
        page, since = self._windows.get(who, (None, 0.0))
        if page is None or who == "stranger" or time.monotonic() - since > _FRESH:
            if page is not None:
                page.context.close()
            console = self._house(who)
            page = self._browser.new_context(**_OPTIONS).new_page()
            page.on("console", lambda said: self._on_message(said) if self._on_message else None)
            page.on("pageerror", lambda error: self._on_error(error) if self._on_error else None)
            enter(who, page, console, self._apps)
            self._windows[who] = page, time.monotonic()
        return page


def enter(who: str, page: Page, console: Console, apps: dict[str, App]) -> None:
    """Signs a persona in, as far as it gets."""
    way = _WAYS.get(who, lambda page, console, _: _enter_by_password(page, console, who))
    way(page, console, apps)


def _enter_by_password(page: Page, console: Console, name: str) -> None:
    fill_in(page, console, name)
    expect(page.locator(".user-fold")).to_be_visible()


def _ann_later(page: Page, console: Console, apps: dict[str, App]) -> None:
    sign_in_with(page, console, "ann", apps["ann"])
    grow_old(page, console)


def _ben_later(page: Page, console: Console, _apps: dict[str, App]) -> None:
    _enter_by_password(page, console, "ben")
    grow_old(page, console)


_WAYS: dict[str, Callable[[Page, Console, dict[str, App]], None]] = {
    "stranger": lambda page, console, apps: None,
    "root": lambda page, console, apps: fill_in_as_root(page, console),
    "founder": lambda page, console, apps: fill_in_as_root(page, console),
    "long": lambda page, console, apps: sign_in_with(page, console, LONG_NAME, apps[LONG_NAME]),
    "ann": lambda page, console, apps: sign_in_with(page, console, "ann", apps["ann"]),
    "ann-half": lambda page, console, apps: fill_in(page, console, "ann"),
    "ann-later": _ann_later,
    "ben-later": _ben_later,
    "eve": lambda page, console, apps: fill_in(page, console, "eve", GIVEN_PASSWORD),
    "newcomer-who-must": lambda page, console, apps: fill_in(page, console, "newcomer"),
}
"""How those get in who do not just give their password."""
