"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.console import Console, furnished, serving
from tests.browser.pages import DESK, launch
from tests.conftest import Directory


@pytest.fixture(scope="session")
def console(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all tests that leave it as it is."""
    yield from furnished(demo_template, tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="module")
def office(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all tests of a module; each of them uses names of its own."""
    yield from furnished(demo_template, tmp_path_factory.mktemp("office"))


@pytest.fixture
def own_console(demo_directory: Directory, tmp_path: Path) -> Iterator[Console]:
    """A console for one test alone, which may break it."""
    with serving(demo_directory, tmp_path) as console:
        yield console


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page in a browser that has no cookies yet; takes Playwright's options of a context."""
    contexts = []

    def open_one(**options: Any) -> Page:
        contexts.append(browser.new_context(**({"viewport": DESK} | options)))
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
