"""A service from its definition to its removal, by somebody with a browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.console import Console
from tests.browser.pages import PHONE, fill_in

ECS = Path(__file__).parents[1] / "clients/ecs/ecs.toml"


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _register(page: Page, console: Console) -> None:
    fill_in(page, console, "bob")
    page.get_by_role("link", name="Services", exact=True).click()
    page.get_by_role("link", name="Register service", exact=True).click()
    page.get_by_label("File").set_input_files(ECS)
    _press(page, "Check definition")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check Elastic Cloud Server")
    _press(page, "Register service")
    expect(page.get_by_role("status").first).to_contain_text("The service ecs is registered.")


def test_a_service_is_registered_used_in_a_policy_and_removed(page: Page, own_console: Console) -> None:
    _register(page, own_console)
    page.get_by_placeholder("Find an action").fill("stop")
    _press(page, "Search")
    expect(page.get_by_text("StopServers")).to_be_visible()
    expect(page.get_by_text("CreateServers")).to_have_count(0)
    page.goto(own_console.at("/console/policies/create"))
    page.get_by_label("Service", exact=True).select_option("ecs")
    page.locator("summary", has_text="Write").click()
    expect(page.get_by_label("StopServers")).to_be_visible()
    page.goto(own_console.at("/console/services/ecs"))
    page.get_by_role("link", name="Remove", exact=True).click()
    page.get_by_label("To confirm, type ecs").fill("ecs")
    _press(page, "Remove service")
    expect(page.get_by_role("status").first).to_contain_text("The service ecs is registered no longer.")


def test_a_definition_is_downloaded_and_changed_on_a_phone(page: Page, own_console: Console) -> None:
    _register(page, own_console)
    page.set_viewport_size(PHONE)
    with page.expect_download() as started:
        page.get_by_role("link", name="Definition as JSON").click()
    definition = Path(started.value.path()).read_text()
    page.get_by_role("link", name="Change definition", exact=True).click()
    expect(page.get_by_label("Definition", exact=True)).to_have_value(definition.strip())
    page.get_by_label("Definition", exact=True).fill(definition.replace("Elastic Cloud Server", "Servers"))
    _press(page, "Check definition")
    expect(page.get_by_text("replaces what is registered")).to_be_visible()
    _press(page, "Replace definition")
    expect(page.get_by_role("heading", level=1)).to_have_text("Servers")
