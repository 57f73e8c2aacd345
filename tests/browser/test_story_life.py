"""A user's life in a browser: created, edited, given a key after a code, given a policy, deleted."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.people import App, give_app, grow_old, sign_in_with

NAME = "payroll"


def _confirm(page: Page, app: App) -> None:
    page.get_by_label("Authentication code").fill(app.code())
    page.get_by_role("button", name="Confirm", exact=True).click()


def _create(page: Page, console: Console) -> None:
    page.goto(console.at("/console/users"))
    page.get_by_role("link", name="Create user", exact=True).first.click()
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Display name").fill("Payroll")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create user").click()
    page.get_by_role("link", name=f"Go on to {NAME}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payroll")


def _edit(page: Page) -> str:
    """Every detail, and the name itself; the new name."""
    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("#display_name").fill("Payroll runs")
    page.locator("#remarks").fill("Runs at night.")
    page.locator("#mobile_phone").fill("+49 151 1234567")
    page.locator("#email").fill("payroll@example.org")
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_text("payroll@example.org")).to_be_visible()
    expect(page.locator(".facts dd", has_text="Runs at night.")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("New user name").fill("payroll2")
    page.get_by_role("button", name="Rename user").click()
    expect(page.get_by_text("is now called payroll2")).to_be_visible()
    return "payroll2"


def _create_key(page: Page, console: Console, app: App) -> str:
    """A key takes a code once the last proof is old; its secret is there this once."""
    page.get_by_role("link", name="Security credentials").click()
    grow_old(page, console)
    page.get_by_role("link", name="Create access key").click()
    page.get_by_role("button", name="Create access key").click()
    _confirm(page, app)
    expect(page.get_by_text("This is the only time")).to_be_visible()
    assert len(page.get_by_label("Secret access key", exact=True).input_value()) == 40
    page.get_by_role("button", name="Copy secret access key").click()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("Secret access key", exact=True)).to_have_count(0)
    return page.locator(".key-card code").first.inner_text()


def _use_up_key(page: Page, key: str) -> None:
    page.get_by_role("link", name=f"Deactivate {key}").click()
    page.get_by_role("button", name="Deactivate key").click()
    expect(page.get_by_text("is now inactive")).to_be_visible()
    page.get_by_role("link", name=f"Activate {key}").click()
    page.get_by_role("button", name="Activate key").click()
    expect(page.get_by_text("is now active")).to_be_visible()
    page.get_by_role("link", name=f"Delete {key}").click()
    expect(page.get_by_text("It has never been used.")).to_be_visible()
    page.get_by_label(f"To confirm, type {key}").fill(key)
    page.get_by_role("button", name="Delete key").click()
    expect(page.get_by_text("There are no access keys.")).to_be_visible()


def _authorize(page: Page) -> None:
    """The principal is filled in; one picks a policy."""
    page.get_by_role("link", name="Permissions", exact=True).click()
    page.get_by_role("link", name="Attach policies").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("payroll2")
    page.get_by_label("Filter policies").fill("ecsread")
    page.get_by_label("ECSReadOnlyAccess").check()
    page.get_by_role("button", name="Attach policies").click()
    expect(page.get_by_role("row", name="ECSReadOnlyAccess")).to_contain_text("Directly")


def _delete(page: Page, name: str) -> None:
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_text("1 attached policy: ECSReadOnlyAccess")).to_be_visible()
    page.get_by_label(f"To confirm, type {name}").fill(name)
    page.get_by_role("button", name="Delete user").click()
    expect(page.get_by_text(f"The user {name} has been deleted")).to_be_visible()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_user_from_the_first_day_to_the_last(own_console: Console, open_page: OpenPage) -> None:
    app = give_app(own_console, "bob")
    page = open_page()
    sign_in_with(page, own_console, "bob", app)
    _create(page, own_console)
    name = _edit(page)
    key = _create_key(page, own_console, app)
    _use_up_key(page, key)
    _authorize(page)
    _delete(page, name)
