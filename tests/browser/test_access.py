"""Understanding access as people do it in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import fill_in
from tests.browser.shots import SIMULATED


def test_the_simulator_marks_the_statement_that_decides(console: Console, page: Page) -> None:
    fill_in(page, console, "bob")
    page.goto(console.at("/console/users/job/access"))
    page.get_by_role("link", name="Simulate").click()
    page.get_by_label("Actions").fill("ecs:StartServers\niam:CreateUser")
    page.get_by_role("button", name="Simulate").click()
    allowed = page.get_by_role("row", name="ecs:StartServers")
    expect(allowed).to_contain_text("Allowed")
    expect(allowed.locator(".line-deciding").first).to_be_visible()
    expect(page.get_by_role("row", name="iam:CreateUser")).to_contain_text("No statement allows it.")


def test_a_refusal_explains_itself(console: Console, page: Page) -> None:
    fill_in(page, console, "job")
    page.goto(console.at("/console/groups"))
    page.get_by_role("link", name="Why?").click()
    expect(page.get_by_role("heading", name="Why it was refused")).to_be_visible()
    expect(page.get_by_text("iam:ListGroups")).to_be_visible()


def test_without_javascript_the_simulator_works(console: Console, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    fill_in(page, console, "bob")
    page.goto(console.at(f"/console/{SIMULATED}"))
    expect(page.get_by_role("row", name="ecs:StartServers")).to_contain_text("Allowed")
    expect(page.locator(".line-deciding").first).to_be_visible()
