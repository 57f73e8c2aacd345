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


_REFUSED = "You are not allowed to do that"
_NOTHING_ALLOWS = "No identity-based policy that reaches you allows the action"


def _fill_in(page: Page, site: Portal, name: str) -> None:
    page.get_by_label("Account").fill(site.directory.account_id)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_in(page: Page, site: Portal, name: str) -> None:
    page.goto(site.at("/console/sign-in"))
    _fill_in(page, site, name)


def _expect_refusal(page: Page, action: str, reason: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(_REFUSED)
    expect(page.get_by_text(action).first).to_be_visible()
    expect(page.get_by_text(reason)).to_be_visible()


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


def _give_everything(site: Portal) -> None:
    """Lets the user do everything with servers, with a tool that speaks LDAP."""
    policy = f"cn=ECSFullAccess,ou=system-policies,ou=iam,{site.directory.suffix}"
    change = f"changetype: modify\nadd: iamAttachedPolicy\niamAttachedPolicy: {policy}\n"
    site.directory.ldap("ldapmodify", stdin=f"dn: uid=kim,ou=people,{site.directory.suffix}\n{change}")


def _is_refused_to_create(kim: Page) -> None:
    kim.get_by_role("link", name="Elastic Cloud Server").click()
    expect(kim.get_by_role("rowheader", name="web-1")).to_be_visible()
    kim.get_by_role("button", name="Create ECS").click()
    _expect_refusal(kim, "ecs:CreateServers", _NOTHING_ALLOWS)
    kim.get_by_role("link", name="Why").click()
    expect(kim.get_by_text("Nothing denies it, but nothing allows it either")).to_be_visible()


def _is_refused_elsewhere(kim: Page, site: Portal) -> None:
    kim.goto(site.at("/ecs/eu-de/servers"))
    kim.get_by_role("link", name="Amsterdam").click()
    _expect_refusal(kim, "ecs:ListServers", "There is an explicit deny in an identity-based policy")
    kim.get_by_role("link", name="Go to the start page").click()
    kim.get_by_role("link", name="Virtual Private Cloud").click()
    _expect_refusal(kim, "vpc:ListNetworks", _NOTHING_ALLOWS)


def _creates(kim: Page, site: Portal) -> None:
    kim.goto(site.at("/ecs/eu-de/servers"))
    kim.get_by_role("button", name="Create ECS").click()
    expect(kim.get_by_role("row", name="web-2")).to_contain_text("kim")


def _finds_it_written_down(bob: Page, site: Portal) -> None:
    bob.goto(site.at("/console/events?event=ecs:CreateServers"))
    for outcome in ("Succeeded", "Denied"):
        row = bob.get_by_role("row").filter(has_text="ecs:CreateServers").filter(has_text=outcome)
        expect(row).to_contain_text("kim")
    bob.goto(site.at("/console/users/kim/last-accessed"))
    expect(bob.get_by_role("row").filter(has_text="ecs")).to_contain_text(REGION)


def _signs_out(kim: Page, site: Portal) -> None:
    kim.get_by_role("link", name="Sign out").click()
    kim.get_by_role("button", name="Sign out").click()
    kim.goto(site.at("/ecs/eu-de/servers"))
    expect(kim.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


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
        kim.goto(site.at("/"))
        _fill_in(kim, site, "kim")
        expect(kim.get_by_role("heading", level=1)).to_have_text("Services")
        _is_refused_to_create(kim)
        _is_refused_elsewhere(kim, site)
        _give_everything(site)
        _creates(kim, site)
        _finds_it_written_down(bob, site)
        _signs_out(kim, site)
