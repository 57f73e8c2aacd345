"""How people use the console: with a mouse, with keys only, without JavaScript, on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.conftest import OpenPage
from tests.browser.console import GIVEN_PASSWORD, Console, invite_people
from tests.browser.pages import PHONE, fill_in

JOB = "arn:aws:iam::123456789012:user/job"


def _sign_in_with_nothing(page: Page, console: Console) -> None:
    page.goto(console.at("/console/sign-in"))
    page.get_by_role("button", name="Sign in", exact=True).click()


def _type(page: Page, *parts: str) -> None:
    """Types text field by field, going on with the tab key."""
    for part in parts:
        page.keyboard.type(part)
        page.keyboard.press("Tab")


def test_job_signs_in_and_sees_what_reaches_him_through_what(console: Console, page: Page) -> None:
    fill_in(page, console, "job")
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")
    row = page.get_by_role("row", name="IAMUserChangePassword")
    expect(row).to_contain_text("Group DevelopmentPersonnel")
    expect(row).to_contain_text("Group TestPersonnel")


def test_sign_in_with_the_keyboard_alone(console: Console, page: Page) -> None:
    page.goto(console.at("/console/sign-in"))
    expect(page.get_by_label("Account ID or alias")).to_be_focused()
    _type(page, console.directory.account_id, "job")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_sign_out_with_the_keyboard_alone(console: Console, page: Page) -> None:
    fill_in(page, console, "job")
    menu = page.locator(".user-fold summary")
    while not menu.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_visible()
    while not sign_out.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_escape_closes_the_menu_and_gives_the_focus_back(console: Console, page: Page) -> None:
    fill_in(page, console, "job")
    page.locator(".user-fold summary").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".user-fold summary")).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_fields(console: Console, page: Page) -> None:
    _sign_in_with_nothing(page, console)
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your user name").click()
    expect(page.get_by_label("User name")).to_be_focused()


def test_a_field_says_its_error_to_screen_readers(console: Console, page: Page) -> None:
    _sign_in_with_nothing(page, console)
    expect(page.get_by_label("User name")).to_have_accessible_description("Error: Enter your user name")
    expect(page.get_by_label("User name")).to_have_attribute("aria-invalid", "true")


def test_a_password_can_be_looked_at(console: Console, page: Page) -> None:
    page.goto(console.at("/console/sign-in"))
    field = page.get_by_label("Password", exact=True)
    field.fill("secret")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "password")


def test_an_arn_is_copied_whole(console: Console, open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    fill_in(page, console, "job")
    page.get_by_role("button", name="Copy ARN", exact=True).click()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == JOB


def test_an_arn_selected_by_hand_has_no_breaks_in_it(console: Console, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    fill_in(page, console, "job")
    assert page.get_by_text(JOB, exact=True).evaluate("each => each.innerText") == JOB


def test_without_javascript_everything_works(console: Console, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    _sign_in_with_nothing(page, console)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    fill_in(page, console, "job")
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")
    expect(page.get_by_role("button", name="Copy ARN", exact=True)).to_be_hidden()
    page.locator(".user-fold summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_on_a_phone_the_navigation_folds(console: Console, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    fill_in(page, console, "job")
    link = page.get_by_role("link", name="Home").and_(page.locator("nav a"))
    expect(link).to_have_count(0)
    page.locator(".menu-fold summary").tap()
    expect(link).to_be_visible()


def test_a_newcomer_chooses_a_password_and_is_in(own_console: Console, page: Page) -> None:
    invite_people(own_console.directory)
    fill_in(page, own_console, "eve", GIVEN_PASSWORD)
    expect(page.get_by_text("The new password needs")).to_be_visible()
    page.get_by_label("Current password", exact=True).fill(GIVEN_PASSWORD)
    page.get_by_label("New password", exact=True).fill("Chosen-by-me-22")
    page.get_by_label("New password again").fill("Chosen-by-me-22")
    page.get_by_role("button", name="Change password and sign in").click()
    expect(page.get_by_text("Your password has been changed.")).to_be_visible()


def test_while_the_directory_is_away_there_is_a_page_and_then_the_console_again(
    own_console: Console, page: Page
) -> None:
    fill_in(page, own_console, "job")
    own_console.directory.server.stop()
    page.reload()
    expect(page.get_by_role("heading", name="The directory does not answer")).to_be_visible()
    own_console.directory.server.start()
    page.get_by_role("link", name="Load the page again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Job")


def test_the_servers_own_log_holds_no_password(own_console: Console, page: Page) -> None:
    fill_in(page, own_console, "job", "Canary-7b1f-password")
    fill_in(page, own_console, "job")
    assert "Canary-7b1f-password" not in own_console.log.read_text()
    assert DEMO_PASSWORD not in own_console.log.read_text()
