"""Users and groups as people manage them: with a mouse, with keys only, without JavaScript, on a phone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import PHONE, fill_in


@pytest.fixture
def bob(office: Console, page: Page) -> Page:
    """The administrator at a desk."""
    return _enter(office, page)


def _enter(office: Console, page: Page) -> Page:
    fill_in(page, office, "bob")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bob")
    return page


def _details(page: Page, office: Console, name: str) -> None:
    page.goto(office.at("/console/create-user"))
    page.get_by_label("User name").fill(name)
    page.get_by_label("Console access").check()


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Next").click()


def _press_tab_until(page: Page, selector: str) -> None:
    target = page.locator(selector).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached")


def test_developer01_is_created_in_a_group_and_signs_in_with_the_file(
    office: Console, bob: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    bob.get_by_role("link", name="Users", exact=True).click()
    bob.get_by_role("link", name="Create user").click()
    bob.get_by_label("User name").fill("developer01")
    bob.get_by_label("Console access").check()
    bob.get_by_label("The user has to choose a new password").uncheck()
    bob.get_by_label("Access key").check()
    _go_on(bob)
    bob.get_by_label("Filter groups").fill("develop")
    bob.get_by_label("Development personnel").check()
    _go_on(bob)
    expect(bob.get_by_text("Group DevelopmentPersonnel")).to_be_visible()
    bob.get_by_role("button", name="Create user").click()
    expect(bob.get_by_text("has been created")).to_be_visible()
    expect(bob.get_by_label("Secret access key", exact=True)).to_have_attribute("type", "password")
    with bob.expect_download() as download:
        bob.get_by_role("button", name="Download .csv").click()
    file = tmp_path / "credentials.csv"
    download.value.save_as(file)
    assert download.value.suggested_filename == "developer01_credentials.csv"
    line = next(csv.DictReader(file.open(newline="")))
    developer = open_page()
    developer.goto(line["Console sign-in URL"])
    developer.get_by_label("User name").fill(line["User name"])
    developer.get_by_label("Password", exact=True).fill(line["Password"])
    developer.get_by_role("button", name="Sign in", exact=True).click()
    expect(developer.get_by_role("heading", level=1)).to_have_text("developer01")
    expect(developer.get_by_role("row", name="ECSFullAccess")).to_contain_text("Group DevelopmentPersonnel")


def test_a_user_is_deleted_after_the_name_has_been_typed(office: Console, bob: Page) -> None:
    bob.goto(office.at("/console/users/ray"))
    bob.get_by_role("link", name="Delete").click()
    expect(bob.get_by_text("1 group membership: TestPersonnel")).to_be_visible()
    bob.get_by_role("button", name="Delete user").click()
    expect(bob.locator("#error-summary")).to_be_focused()
    bob.get_by_label("To confirm, type ray").fill("ray")
    bob.get_by_role("button", name="Delete user").click()
    expect(bob.get_by_text("The user ray has been deleted")).to_be_visible()
    expect(bob.get_by_role("link", name="ray", exact=True)).to_have_count(0)


def test_a_group_is_made_and_filled(office: Console, bob: Page) -> None:
    bob.get_by_role("link", name="User groups").click()
    bob.get_by_role("link", name="Create group").click()
    bob.get_by_label("Name", exact=True).fill("Night shift")
    bob.get_by_label("ECSReadOnlyAccess").check()
    bob.get_by_role("button", name="Create group").click()
    bob.get_by_role("link", name="Add users").click()
    bob.get_by_label("Find by name or e-mail").fill("jo")
    bob.get_by_role("button", name="Search").click()
    bob.get_by_label("Add job").check()
    bob.get_by_label("Add joy").check()
    bob.get_by_role("button", name="Add users").click()
    expect(bob.get_by_role("heading", name="Users (2)")).to_be_visible()
    bob.get_by_role("link", name="Remove joy").click()
    bob.get_by_role("button", name="Remove user").click()
    expect(bob.get_by_text("joy is no longer in NightShift")).to_be_visible()


def test_a_user_is_created_with_the_keyboard_alone(office: Console, bob: Page) -> None:
    bob.goto(office.at("/console/users"))
    _press_tab_until(bob, "a[href$='/create-user']")
    bob.keyboard.press("Enter")
    expect(bob.get_by_role("heading", name="Create user")).to_be_visible()
    _press_tab_until(bob, "#user_name")
    bob.keyboard.type("typist")
    _press_tab_until(bob, "#console")
    bob.keyboard.press("Space")
    _press_tab_until(bob, "button[value=next]")
    bob.keyboard.press("Enter")
    expect(bob.get_by_text("How to give permissions")).to_be_visible()
    _press_tab_until(bob, "input[name=groups]")
    bob.keyboard.press("Space")
    _press_tab_until(bob, "button[value=next]")
    bob.keyboard.press("Enter")
    expect(bob.get_by_role("heading", name="Check what you entered")).to_be_visible()
    _press_tab_until(bob, "button[value=next]")
    bob.keyboard.press("Enter")
    expect(bob.get_by_text("has been created")).to_be_visible()
    _press_tab_until(bob, "[data-reveal]")
    bob.keyboard.press("Enter")
    expect(bob.get_by_label("Password", exact=True)).to_have_attribute("type", "text")


def test_leaving_a_secret_behind_asks_until_it_has_been_copied(office: Console, bob: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    _details(bob, office, "keeper")
    for _ in range(2):
        _go_on(bob)
    bob.get_by_role("button", name="Create user").click()
    bob.on("dialog", stay)
    bob.get_by_role("link", name="Go on to keeper").click()
    bob.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    bob.get_by_role("button", name="Copy password").click()
    bob.get_by_role("link", name="Go on to keeper").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("keeper")
    assert len(asked) == 1


def test_without_javascript_a_user_is_created_and_deleted(office: Console, open_page: OpenPage) -> None:
    page = _enter(office, open_page(java_script_enabled=False))
    _details(page, office, "plain")
    _go_on(page)
    page.get_by_label("Test personnel").check()
    _go_on(page)
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    page.get_by_role("link", name="Go on to plain").click()
    page.get_by_role("link", name="Users", exact=True).first.click()
    page.get_by_label("Select plain").check()
    page.get_by_role("button", name="Delete selected").click()
    page.get_by_label("To confirm, type delete").fill("delete")
    page.get_by_role("button", name="Delete users").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleting 1 user")
    for _ in range(20):
        if page.get_by_role("link", name="Look again").count() == 0:
            break
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("row", name="plain")).to_contain_text("Deleted")


def test_without_javascript_one_detail_is_changed_where_it_stands(office: Console, open_page: OpenPage) -> None:
    page = _enter(office, open_page(java_script_enabled=False))
    page.goto(office.at("/console/users/joy"))
    page.locator(".quick-edit summary", has_text="Edit: Remarks").click()
    page.get_by_label("Remarks").fill("Works from home.")
    page.get_by_role("button", name="Save Remarks").click()
    expect(page.get_by_text("The details of joy have been saved.")).to_be_visible()
    expect(page.locator(".facts dd", has_text="Works from home.")).to_be_visible()


def test_on_a_phone_users_are_found_and_looked_at(office: Console, open_page: OpenPage) -> None:
    page = _enter(office, open_page(viewport=PHONE, has_touch=True))
    page.locator(".menu-fold summary").tap()
    page.locator(".menu-fold").get_by_role("link", name="Users", exact=True).tap()
    page.get_by_label("Find by name or e-mail").fill("alice")
    page.get_by_role("button", name="Search").tap()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("cell", name="admin").tap(force=True)  # the whole row is the link
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice")
    page.get_by_role("link", name="Security credentials").tap()
    expect(page.get_by_role("heading", name="Console password")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_ticking_rows_counts_them_and_ticks_all(office: Console, bob: Page) -> None:
    bob.goto(office.at("/console/users"))
    expect(bob.get_by_role("button", name="Delete selected")).to_be_disabled()
    bob.get_by_label("Select job").check()
    expect(bob.get_by_text("1 selected")).to_be_visible()
    bob.get_by_label("Select all on this page").check()
    expect(bob.get_by_role("button", name="Delete selected")).to_be_enabled()
    expect(bob.get_by_label("Select bob")).to_be_checked()


def test_columns_are_chosen_and_remembered(office: Console, bob: Page) -> None:
    bob.goto(office.at("/console/users"))
    bob.locator(".chooser summary").click()
    bob.get_by_label("ARN", exact=True).check()
    bob.get_by_role("button", name="Show").click()
    expect(bob.get_by_role("columnheader", name="ARN")).to_be_visible()
    bob.reload()
    expect(bob.get_by_text("arn:aws:iam::123456789012:user/job")).to_be_visible()


def test_many_users_come_from_a_file(office: Console, bob: Page, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("user_name,groups,console\nmary,TestPersonnel,yes\nbad name,,\n")
    bob.goto(office.at("/console/create-users"))
    bob.get_by_label("File").set_input_files(file)
    bob.get_by_role("button", name="Upload and check").click()
    expect(bob.get_by_role("heading", name="1 of 2 lines can be created")).to_be_visible()
    bob.get_by_role("button", name="Create 1 user").click()
    expect(bob.get_by_role("heading", name="Done: 1 of 1")).to_be_visible(timeout=15_000)
    with bob.expect_download() as download:
        bob.get_by_role("button", name="Download results .csv").click()
    assert "mary,Created," in Path(download.value.path()).read_text()
