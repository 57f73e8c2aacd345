"""The story of "Quick Start with IAM" in a browser: from an account with nobody in it to five people at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.console import Console, serving
from tests.browser.pages import fill_in, fill_in_as_root
from tests.conftest import Directory

EITHER = ("ECSFullAccess", "ECSReadOnlyAccess")
OWN = "My-own-{}-password-1"


@pytest.fixture
def account(directory: Directory, tmp_path: Path) -> Iterator[Console]:
    """The console of an account that has a root user and nobody else."""
    with serving(directory, tmp_path) as console:
        yield console


def hire(page: Page, account: Console, name: str, *groups: str) -> str:
    """Creates somebody on the wizard's pages; the password that is shown this once."""
    page.goto(account.at("/console/users"))
    page.get_by_role("link", name="Create user", exact=True).first.click()
    page.get_by_label("User name").fill(name)
    page.get_by_label("Display name").fill(name.title())
    page.get_by_label("Console access").check()
    page.get_by_role("button", name="Next").click()
    for group in groups:
        page.locator("#groups label", has_text=group).click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("has been created")).to_be_visible()
    password = page.get_by_label("Password", exact=True).input_value()
    page.get_by_role("button", name="Copy password").click()
    return password


def arrive(page: Page, account: Console, name: str, given: str) -> Page:
    """Somebody signs in for the first time, and chooses a password of their own."""
    fill_in(page, account, name, given)
    page.get_by_label("Current password", exact=True).fill(given)
    page.get_by_label("New password", exact=True).fill(OWN.format(name))
    page.get_by_label("New password again").fill(OWN.format(name))
    page.get_by_role("button", name="Change password and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name.title())
    return page


def found_group(page: Page, account: Console, title: str, *policies: str) -> None:
    page.goto(account.at("/console/groups"))
    page.get_by_role("link", name="Create group").first.click()
    page.get_by_label("Name", exact=True).fill(title)
    for policy in policies:
        page.get_by_role("checkbox", name=policy).check()
    page.get_by_role("button", name="Create group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_five_people_get_the_rights_of_their_groups(account: Console, open_page: OpenPage) -> None:
    root = open_page()
    fill_in_as_root(root, account)
    expect(root.get_by_text("Root is for emergencies.")).to_be_visible()
    bob = arrive(open_page(), account, "bob", hire(root, account, "bob", "Administrators"))
    alice = arrive(open_page(), account, "alice", hire(bob, account, "alice", "Administrators"))
    found_group(alice, account, "Development personnel", "ECSFullAccess", "IAMUserChangePassword")
    found_group(bob, account, "Test personnel", "ECSReadOnlyAccess", "IAMUserChangePassword")
    given = {
        "job": hire(alice, account, "job", "Development personnel", "Test personnel"),
        "joy": hire(alice, account, "joy", "Development personnel"),
        "ray": hire(bob, account, "ray", "Test personnel"),
    }
    expected = {"job": {"ECSFullAccess", "ECSReadOnlyAccess"}, "joy": {"ECSFullAccess"}, "ray": {"ECSReadOnlyAccess"}}
    for name, password in given.items():
        page = arrive(open_page(), account, name, password)
        shown = {each for each in EITHER if page.get_by_role("row", name=each).count()}
        assert shown == expected[name]
        page.goto(account.at("/console/users"))
        expect(page.get_by_role("heading", name="You are not allowed to do that")).to_be_visible()
