"""A group that may read Elastic Cloud Server in one region: what its member gets, and what is refused.

Source: the customer's document "Creating a user and granting ECS permissions".
"""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.conftest import OpenPage
from tests.clients.ecs.portal import Portal, portal
from tests.conftest import Directory
from tests.documents import document

REGION = "eu-de"
LIMITS = document(
    {"Effect": "Allow", "Action": "portal:ListServices", "Resource": "*"},
    {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:RequestedRegion": [REGION, "us-east-1"]}},
    },
)
"""us-east-1 is the region of the console itself."""


def _sign_in(page: Page, site: Portal, name: str) -> None:
    page.goto(site.at("/console/sign-in"))
    page.get_by_label("Account").fill(site.directory.account_id)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _create_group(page: Page) -> None:
    page.get_by_role("link", name="User groups").click()
    page.get_by_role("link", name="Create group").click()
    page.get_by_label("Name", exact=True).fill("ServerReaders")
    page.get_by_label("ECSReadOnlyAccess").check()
    page.get_by_role("button", name="Create group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ServerReaders")


def _create_user(page: Page, site: Portal) -> None:
    page.goto(site.at("/console/create-user"))
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Console access").check()
    page.get_by_label("Choose one").check()
    page.get_by_label("The user has to choose a new password").uncheck()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("ServerReaders").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Password of your choice").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("has been created")).to_be_visible()


def _limit(site: Portal) -> None:
    """Keeps the group to one region, with a tool that speaks LDAP."""
    inline = f"limits {json.dumps(json.loads(LIMITS))}"
    change = f"dn: cn=ServerReaders,ou=groups,{site.directory.suffix}\nchangetype: modify\n"
    extension = "add: objectClass\nobjectClass: iamGroup\n-\n" if not _is_iam_group(site) else ""
    site.directory.ldap("ldapmodify", stdin=f"{change}{extension}add: iamInlinePolicy\niamInlinePolicy: {inline}\n")


def _is_iam_group(site: Portal) -> bool:
    base = f"cn=ServerReaders,ou=groups,{site.directory.suffix}"
    return "iamGroup" in site.directory.ldap("ldapsearch", "-LLL", "-b", base, "objectClass").stdout


def test_a_reader_of_one_service_in_one_region_is_refused_everything_else(
    demo_directory: Directory, tmp_path: Path, open_page: OpenPage
) -> None:
    with portal(demo_directory, tmp_path) as site:
        bob = open_page()
        _sign_in(bob, site, "bob")
        _create_group(bob)
        _create_user(bob, site)
        _limit(site)

        kim = open_page()
        kim.goto(site.at("/services"))
        expect(kim.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        kim.get_by_label("Account").fill(site.directory.account_id)
        kim.get_by_label("User name").fill("kim")
        kim.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        kim.get_by_role("button", name="Sign in", exact=True).click()
        expect(kim.get_by_role("heading", level=1)).to_have_text("Services")

        kim.get_by_role("link", name="Elastic Cloud Server").click()
        expect(kim.get_by_role("cell", name="web-1")).to_be_visible()
        kim.get_by_role("button", name="Create ECS").click()
        expect(kim.get_by_role("heading", level=1)).to_have_text("You are not allowed to do that")
        expect(kim.get_by_text("ecs:CreateServers").first).to_be_visible()
        kim.get_by_role("link", name="Why").click()
        expect(kim.get_by_text("Nothing denies it, but nothing allows it either")).to_be_visible()

        kim.goto(site.at("/services"))
        kim.get_by_role("link", name="Virtual Private Cloud").click()
        expect(kim.get_by_text("vpc:ListNetworks").first).to_be_visible()
        kim.goto(site.at("/ecs/eu-nl/servers"))
        expect(kim.get_by_role("heading", level=1)).to_have_text("You are not allowed to do that")

        person = f"uid=kim,ou=people,{site.directory.suffix}"
        full = f"cn=ECSFullAccess,ou=system-policies,ou=iam,{site.directory.suffix}"
        change = f"dn: {person}\nchangetype: modify\nadd: iamAttachedPolicy\niamAttachedPolicy: {full}\n"
        site.directory.ldap("ldapmodify", stdin=change)
        kim.goto(site.at("/ecs/eu-de/servers"))
        kim.get_by_role("button", name="Create ECS").click()
        expect(kim.get_by_role("row", name="web-2")).to_contain_text("kim")
