"""The home page: who am I, and what gives me which permissions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.visitor import HOME, Visitor, text

SYSTEM = "arn:aws:iam::aws:policy/"
DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}'


@pytest.fixture
def joy(visitor: Visitor) -> Visitor:
    visitor.sign_in("joy")
    return visitor


def test_a_policy_that_comes_in_two_ways_is_one_row_with_both(joy: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="joy", policy_arn=f"{SYSTEM}ECSFullAccess")
    page = text(joy.get(HOME))
    assert page.count("Copy ARN of ECSFullAccess") == 1
    assert "Directly Group DevelopmentPersonnel" in page


def test_an_inline_policy_says_whose_it_is(joy: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="joy", policy_name="own-lists", policy_document=DOCUMENT)
    assert "own-lists Inline Directly" in text(joy.get(HOME))


def test_a_customer_managed_policy_says_so(joy: Visitor, do: Do) -> None:
    arn = do("create_policy", policy_name="lists", policy_document=DOCUMENT)["policy"]["arn"]
    do("attach_group_policy", group_name="DevelopmentPersonnel", policy_arn=arn)
    assert "Customer-managed Group DevelopmentPersonnel" in text(joy.get(HOME))


def test_the_boundary_stands_apart(joy: Visitor, do: Do) -> None:
    assert "None is set" in text(joy.get(HOME))
    do("put_user_permissions_boundary", user_name="joy", permissions_boundary=f"{SYSTEM}PowerUserAccess")
    page = text(joy.get(HOME))
    assert "at most what this policy allows too: PowerUserAccess" in page
    assert "None is set" not in page


def test_a_new_membership_shows_at_once(joy: Visitor, do: Do) -> None:
    do("add_user_to_group", group_name="TestPersonnel", user_name="joy")
    assert "My groups (2)" in text(joy.get(HOME))


def test_a_membership_written_by_an_ldap_tool_shows_at_once(joy: Visitor, demo_directory: Any) -> None:
    suffix = demo_directory.suffix
    demo_directory.ldap(
        "ldapmodify",
        stdin=(
            f"dn: cn=TestPersonnel,ou=groups,{suffix}\nchangetype: modify\n"
            f"add: member\nmember: uid=joy,ou=people,{suffix}\n"
        ),
    )
    assert "Test personnel" in text(joy.get(HOME))


def test_somebody_without_anything_reads_what_that_means(visitor: Visitor, do: Do) -> None:
    do("create_user", user_name="nobody")
    do("create_login_profile", user_name="nobody", password="Bindery-demo-1")
    visitor.sign_in("nobody")
    page = text(visitor.get(HOME))
    assert "You are in no group" in page
    assert "No policy reaches you" in page
    assert "aws iam add-user-to-group" in page


def test_markup_in_a_name_stays_text(joy: Visitor, do: Do) -> None:
    do("update_user", user_name="joy", display_name="<script>alert(1)</script>")
    page = joy.get(HOME).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page.replace("<wbr>", "")


def test_the_account_shows_its_alias(joy: Visitor, do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    assert "Account alias acme" in text(joy.get(HOME))


def test_the_root_user_is_warned(visitor: Visitor, demo_directory: Any) -> None:
    visitor.sign_in_as_root(demo_directory.root_email, demo_directory.root_password)
    page = text(visitor.get(HOME))
    assert "Root is for emergencies" in page
    assert "full access to the account" in page
