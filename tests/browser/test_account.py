"""Account settings, event history and directory as people use them: with a mouse, with keys, without JavaScript."""

from __future__ import annotations

import csv
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import PHONE, fill_in


def _enter(page: Page, console: Console, path: str, name: str = "bob") -> Page:
    fill_in(page, console, name)
    page.goto(console.at(path))
    return page


def test_an_alias_gives_an_address_that_people_sign_in_at(
    own_console: Console, page: Page, open_page: OpenPage
) -> None:
    _enter(page, own_console, "/console/account")
    page.get_by_role("link", name="Create alias").click()
    page.get_by_label("Account alias").fill("acme")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The alias is acme")
    address = page.get_by_text("sign-in?account=acme", exact=False).first.inner_text()
    joy = open_page()
    joy.goto(address)
    expect(joy.get_by_label("Account ID or alias")).to_have_value("acme")


def test_a_password_policy_is_set_and_put_back(own_console: Console, page: Page) -> None:
    _enter(page, own_console, "/console/account")
    page.get_by_role("link", name="Edit password policy").click()
    expect(page.get_by_label("Days until a password expires")).to_be_hidden()
    page.get_by_label("Minimum length").fill("12")
    page.get_by_label("A digit").check()
    page.get_by_label("Passwords expire").check()
    page.get_by_label("Days until a password expires").fill("90")
    page.get_by_role("button", name="Save password policy").click()
    expect(page.get_by_role("row", name="Expiry After 90 days")).to_be_visible()
    page.get_by_role("link", name="Use the default").click()
    expect(page.get_by_text("Minimum length: 12 characters")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Use the default").click()
    expect(page.get_by_text("The default: nobody has set a policy yet")).to_be_visible()


def test_an_event_is_found_opened_and_taken_away_as_a_file(console: Console, page: Page, tmp_path: Path) -> None:
    _enter(page, console, "/console/events")
    page.get_by_label("Event", exact=True).fill("CreatePolicy")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "events.csv"
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as lines:
        header, row = csv.reader(lines)
    assert dict(zip(header, row, strict=True))["Event"] == "iam:CreatePolicy"
    page.locator(".row-link").click()
    expect(page.get_by_role("heading", name="Parameters")).to_be_visible()
    expect(page.get_by_text("The line before it is as it was")).to_be_visible()


def test_the_tree_is_walked_without_javascript(console: Console, open_page: OpenPage) -> None:
    page = _enter(open_page(java_script_enabled=False), console, "/console/tree")
    tree = page.get_by_role("navigation", name="Tree", exact=True)
    tree.get_by_role("link", name="ou=people").click()
    tree.get_by_role("link", name="uid=job").click()
    expect(page.get_by_role("heading", level=2, name="uid=job")).to_be_visible()
    expect(page.get_by_role("region", name="The entry as LDIF")).to_contain_text("dn: uid=job,ou=people,dc=example")
    expect(tree.locator("[aria-current]")).to_be_in_viewport()


def test_a_long_tree_shows_the_entry_that_was_asked_for(console: Console, page: Page) -> None:
    _enter(page, console, "/console/tree?dn=cn=SecurityAudit,ou=system-policies,ou=iam,dc=example,dc=org")
    expect(page.locator(".tree [aria-current]")).to_be_in_viewport()


def test_events_are_looked_for_on_a_phone(console: Console, open_page: OpenPage) -> None:
    page = _enter(open_page(viewport=PHONE), console, "/console/events")
    expect(page.get_by_label("From address")).to_be_hidden()
    page.get_by_text("On what, from where, when").click()
    page.get_by_label("From address").fill("203.0.113.")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No event is like that")).to_be_visible()
    expect(page.get_by_label("From address")).to_have_value("203.0.113.")
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_text("Sign-ins over 30 days")).to_be_visible()
