"""The story of "Quick Start with IAM": an account, two security administrators, developers and testers.

Told through the door; each chapter is checked with LDAP's own tools as well.
"""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.errors import AccessDenied
from tests.directory.conftest import sign_in
from tests.documents import CHANGE_PASSWORD

PASSWORD = "Welcome-to-work-1"
ECS_FULL = "arn:aws:iam::aws:policy/ECSFullAccess"
ECS_READ = "arn:aws:iam::aws:policy/ECSReadOnlyAccess"


def hire(iam: Iam, by: Caller, name: str, *groups: str) -> None:
    iam.execute(by, "create_user", {"user_name": name, "display_name": name.title()})
    iam.execute(by, "create_login_profile", {"user_name": name, "password": PASSWORD})
    for group in groups:
        iam.execute(by, "add_user_to_group", {"user_name": name, "group_name": group})


@pytest.fixture
def told(iam: Iam, directory: Any, root: Caller) -> None:
    hire(iam, root, "bob", "admin")
    bob = sign_in(iam, directory.account_id, "bob", PASSWORD)
    hire(iam, bob, "alice", "admin")
    alice = sign_in(iam, directory.account_id, "alice", PASSWORD)
    for name, title, policy in (
        ("DevelopmentPersonnel", "Development personnel", ECS_FULL),
        ("TestPersonnel", "Test personnel", ECS_READ),
    ):
        iam.execute(alice, "create_group", {"group_name": name, "display_name": title})
        for arn in (policy, CHANGE_PASSWORD):
            iam.execute(alice, "attach_group_policy", {"group_name": name, "policy_arn": arn})
    hire(iam, alice, "job", "DevelopmentPersonnel", "TestPersonnel")
    hire(iam, bob, "joy", "DevelopmentPersonnel")
    hire(iam, bob, "ray", "TestPersonnel")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("name", ["bob", "alice", "job", "joy", "ray"])
def test_everyone_signs_in_with_a_password_of_their_own(iam: Iam, directory: Any, name: str) -> None:
    assert sign_in(iam, directory.account_id, name, PASSWORD).name == name
    who = directory.ldap_as(name, PASSWORD, "ldapwhoami").stdout
    assert who.strip() == f"dn:uid={name},ou=people,dc=example,dc=org"


@pytest.mark.usefixtures("told")
def test_a_person_learns_which_policies_reach_them_and_through_what(iam: Iam, directory: Any) -> None:
    job = sign_in(iam, directory.account_id, "job", PASSWORD)
    answer = iam.execute(job, "describe_caller")
    assert [group["display_name"] for group in answer["groups"]] == ["Development personnel", "Test personnel"]
    assert {(policy["policy_name"], policy["via"]) for policy in answer["policies"]} == {
        ("ECSFullAccess", "group DevelopmentPersonnel"),
        ("IAMUserChangePassword", "group DevelopmentPersonnel"),
        ("ECSReadOnlyAccess", "group TestPersonnel"),
        ("IAMUserChangePassword", "group TestPersonnel"),
    }


@pytest.mark.usefixtures("told")
def test_who_is_no_administrator_creates_nobody(iam: Iam, directory: Any) -> None:
    joy = sign_in(iam, directory.account_id, "joy", PASSWORD)
    with pytest.raises(AccessDenied) as caught:
        iam.execute(joy, "create_user", {"user_name": "eve"})
    assert caught.value.message == (
        "User: arn:aws:iam::123456789012:user/joy is not authorized to perform: iam:CreateUser on resource: "
        "arn:aws:iam::123456789012:user/eve because no identity-based policy allows the iam:CreateUser action"
    )


@pytest.mark.usefixtures("told")
def test_ldap_tools_see_ordinary_people_in_ordinary_groups(directory: Any) -> None:
    person = directory.ldap(
        "ldapsearch", "-LLL", "-b", "ou=people,dc=example,dc=org", "(uid=bob)", "*", "memberOf"
    ).stdout
    assert "objectClass: inetOrgPerson" in person
    assert "memberOf: cn=admin,ou=groups,dc=example,dc=org" in person
    group = directory.ldap("ldapsearch", "-LLL", "-b", "ou=groups,dc=example,dc=org", "(cn=TestPersonnel)").stdout
    assert "objectClass: groupOfNames" in group
    assert group.count("member: uid=") == 2


@pytest.mark.usefixtures("told")
def test_a_group_has_no_credentials(directory: Any) -> None:
    group = "cn=admin,ou=groups,dc=example,dc=org"
    assert directory.ldap_as(group, PASSWORD, "ldapwhoami", check=False).returncode == 49


@pytest.mark.usefixtures("told")
def test_anonymous_sees_nothing(directory: Any) -> None:
    answer = directory.ldap("ldapsearch", "-x", "-LLL", "-b", "dc=example,dc=org", check=False)
    assert "dn:" not in answer.stdout


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("attribute", ["userPassword", "iamSealedSecret", "iamAttachedPolicy", "pwdHistory"])
def test_even_an_administrator_reads_no_secret_by_ldap(directory: Any, attribute: str) -> None:
    answer = directory.ldap_as("bob", PASSWORD, "ldapsearch", "-LLL", "-b", "dc=example,dc=org", attribute, "+")
    assert f"{attribute}:" not in answer.stdout


@pytest.mark.usefixtures("told")
def test_rights_follow_membership_on_the_next_call(iam: Iam, directory: Any, root: Caller) -> None:
    joy = sign_in(iam, directory.account_id, "joy", PASSWORD)
    iam.execute(root, "add_user_to_group", {"user_name": "joy", "group_name": "admin"})
    iam.execute(joy, "create_user", {"user_name": "eve"})
    iam.execute(root, "remove_user_from_group", {"user_name": "joy", "group_name": "admin"})
    with pytest.raises(AccessDenied):
        iam.execute(joy, "create_user", {"user_name": "mallory"})


@pytest.mark.usefixtures("told")
def test_everything_that_was_done_stands_in_the_audit_trail(directory: Any) -> None:
    trail = (directory.data / "audit.jsonl").read_text()
    assert '"event":"iam:CreateUser","outcome":"ok","resources":["arn:aws:iam::123456789012:user/ray"]' in trail
    assert PASSWORD not in trail


def test_the_demo_tells_the_same_story(demo_iam: Iam, demo_directory: Any) -> None:
    people = {}
    for name in ("bob", "alice", "job", "joy", "ray"):
        caller = sign_in(demo_iam, demo_directory.account_id, name, "Bindery-demo-1")
        groups = demo_iam.execute(caller, "describe_caller", {}, RequestContext())["groups"]
        people[name] = [group["group_name"] for group in groups]
    assert people == {
        "bob": ["admin"],
        "alice": ["admin"],
        "job": ["DevelopmentPersonnel", "TestPersonnel"],
        "joy": ["DevelopmentPersonnel"],
        "ray": ["TestPersonnel"],
    }
