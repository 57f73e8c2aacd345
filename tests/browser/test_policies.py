"""Policies as people manage them in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console
from tests.browser.pages import fill_in

CREATE = "/console/policies/create"


@pytest.fixture
def bob(office: Console, page: Page) -> Page:
    """The administrator at a desk."""
    fill_in(page, office, "bob")
    return page


def test_a_policy_for_one_region_is_made_by_choices_and_attached(office: Console, bob: Page) -> None:
    bob.goto(office.at(CREATE))
    bob.get_by_label("Service", exact=True).select_option("ecs")
    bob.locator("summary", has_text="List").click()
    bob.get_by_role("button", name="Select all").first.click()
    bob.locator("summary", has_text="Regions").click()
    bob.get_by_label("cn-north-1").check()
    expect(bob.locator("[data-gives]")).to_contain_text("Full: List")
    bob.get_by_label("Policy name").fill("ServersInBeijing")
    bob.get_by_role("button", name="Create policy").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("ServersInBeijing")
    expect(bob.get_by_role("cell", name="aws:RequestedRegion")).to_be_visible()
    bob.get_by_role("link", name="Entities using it").click()
    bob.get_by_role("link", name="Attach").click()
    bob.get_by_role("link", name="User groups", exact=True).last.click()
    bob.get_by_label("TestPersonnel").check()
    bob.get_by_role("button", name="Attach policy").click()
    expect(bob.get_by_role("link", name="TestPersonnel")).to_be_visible()


def test_findings_follow_what_one_types(office: Console, bob: Page) -> None:
    bob.goto(office.at(f"{CREATE}?mode=json"))
    document = bob.get_by_label("Policy document")
    document.fill('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole"}]}')
    findings = bob.locator("[data-findings]")
    expect(findings).to_contain_text("Policy statement must contain resources.")
    document.fill(
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}'
    )
    expect(findings).to_contain_text("Security warning")
    expect(findings).not_to_contain_text("must contain resources")


def test_without_javascript_a_policy_is_made_by_choices(office: Console, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    fill_in(page, office, "bob")
    page.goto(office.at(CREATE))
    page.get_by_label("Service", exact=True).select_option("s3")
    page.get_by_role("button", name="Show actions").click()
    page.locator("summary", has_text="List").click()
    page.get_by_label("ListBucket", exact=True).check()
    page.get_by_label("Policy name").fill("Buckets")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text("The policy Buckets has been created.")).to_be_visible()


def test_a_mistake_in_a_document_takes_one_to_the_findings(office: Console, bob: Page) -> None:
    bob.goto(office.at(CREATE))
    bob.get_by_label("Policy name").fill("Empty")
    bob.get_by_role("button", name="Create policy").click()
    expect(bob.locator("#error-summary")).to_be_focused()
    bob.get_by_role("link", name="The document has errors").click()
    expect(bob.locator("#findings")).to_be_focused()
