"""Roles in the console: the list, the wizard by who is trusted, a role's page, changing and deleting it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from adapter.installation.accounts import create_account
from tests.conftest import Directory
from tests.documents import READ_ONLY, TRUST, allow
from tests.web.conftest import Do
from tests.web.people import follow
from tests.web.visitor import Visitor, text

CREATE = "/console/create-role"
ROLES = "/console/roles"
DEPLOYER = f"{ROLES}/deployer"
ACCOUNT = "arn:aws:iam::123456789012"


@pytest.fixture
def role(do: Do) -> str:
    do("create_role", role_name="deployer", assume_role_policy_document=TRUST, description="Deploys.")
    return "deployer"


def statement(do: Do, name: str = "deployer") -> dict[str, Any]:
    document = json.loads(unquote(do("get_role", role_name=name)["role"]["assume_role_policy_document"]))
    (only,) = document["Statement"]
    return dict(only)


def created(bob: Visitor, trust: dict[str, Any], **fields: Any) -> str:
    """What is said after both pages of the wizard."""
    first = bob.submit(CREATE, {"step": "trust", "go": "next"} | trust)
    page = first.get_data(as_text=True)
    document = page.partition('name="document"')[2].partition(">")[2].partition("</textarea>")[0]
    sent = {"step": "role", "go": "next", "document": document.replace("&#34;", '"'), "path": "/", "duration": "3600"}
    return follow(bob, bob.submit(CREATE, sent | {"role_name": "deployer"} | fields))


def test_the_list_tells_whom_each_role_trusts(bob: Visitor, role: str) -> None:
    page = text(bob.get(ROLES))
    assert "Roles (1)" in page
    assert "deployer This account" in page
    assert "No role has “x”" in text(bob.get(f"{ROLES}?q=x"))


def test_without_roles_one_is_told_what_they_are_for(bob: Visitor) -> None:
    assert "There are no roles yet" in text(bob.get(ROLES))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        (
            {"kind": "account", "mfa": "y"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        (
            {"kind": "users", "users": "job\njoy"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": [f"{ACCOUNT}:user/job", f"{ACCOUNT}:user/joy"]},
                "Action": "sts:AssumeRole",
            },
        ),
        (
            {"kind": "other", "account": "210987654321", "external_id": "a-1"},
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "a-1"}},
            },
        ),
        (
            {"kind": "service", "service": "ec2.amazonaws.com"},
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ),
    ],
)
def test_a_role_is_created_by_whom_it_trusts(
    bob: Visitor, do: Do, demo_directory: Directory, fields: Any, wanted: dict[str, Any]
) -> None:
    if "account" in fields:
        create_account(demo_directory.settings, email="root@workshop.example", account_id=fields["account"])
    assert "The role deployer has been created" in created(bob, fields)
    assert statement(do) == wanted


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "other"}, "Enter the account ID"),
        ({"kind": "other", "account": "12"}, "An account ID has 12 digits"),
        ({"kind": "users"}, "Enter at least one user name"),
        ({"kind": "service"}, "Enter the name of a service"),
        ({"kind": "service", "service": "EC2"}, "Enter a name such as ec2.amazonaws.com"),
        ({"kind": "web"}, "Choose an identity provider"),
        ({"kind": "saml"}, "Choose an identity provider"),
    ],
)
def test_what_is_missing_is_asked_for(bob: Visitor, fields: dict[str, Any], told: str) -> None:
    response = bob.submit(CREATE, {"step": "trust", "go": "next"} | fields)
    assert response.status_code == 422
    assert told in text(response)


def test_a_provider_is_trusted_for_its_audience(bob: Visitor, do: Do) -> None:
    arn = do("create_open_id_connect_provider", url="https://login.example.org", client_id_list=["web"],
             thumbprint_list=["a" * 40])["open_id_connect_provider_arn"]  # fmt: skip
    fields = {"kind": "web", "oidc_provider": arn, "audience": "web", "subject": "anna"}
    created(bob, fields)
    assert statement(do)["Action"] == "sts:AssumeRoleWithWebIdentity"
    exact = {"login.example.org:aud": "web", "login.example.org:sub": "anna"}
    assert statement(do)["Condition"] == {"StringEquals": exact}


def test_a_trust_policy_of_one_s_own_is_checked(bob: Visitor) -> None:
    first = bob.submit(CREATE, {"step": "trust", "go": "next", "kind": "custom"})
    assert "Invalid principal in policy" in text(first)
    sent = {"step": "role", "go": "next", "role_name": "deployer", "document": "{}"}
    refused = bob.submit(CREATE, sent)
    assert refused.status_code == 422
    assert "The trust policy has errors" in text(refused)


def test_going_back_keeps_what_was_entered(bob: Visitor) -> None:
    sent = {"step": "role", "go": "back", "kind": "other", "account": "210987654321", "document": "{}"}
    page = bob.submit(CREATE, sent)
    assert 'value="210987654321"' in page.get_data(as_text=True)


def test_a_role_is_created_with_everything_else(bob: Visitor, do: Do) -> None:
    more = {
        "policies": [READ_ONLY],
        "boundary": READ_ONLY,
        "description": "Looks on.",
        "duration": "7200",
        "path": "/teams/",
        "tags-0-key": "team",
        "tags-0-value": "a",
    }
    created(bob, {"kind": "account"}, **more)
    role = do("get_role", role_name="deployer")["role"]
    assert (role["path"], role["max_session_duration"], role["description"]) == ("/teams/", 7200, "Looks on.")
    assert role["permissions_boundary"]["permissions_boundary_arn"] == READ_ONLY
    assert role["tags"] == [{"key": "team", "value": "a"}]
    assert do("list_attached_role_policies", role_name="deployer")["attached_policies"]


def test_nobody_creates_a_role_without_the_right(visitor: Visitor) -> None:
    visitor.sign_in("job")
    sent = {"step": "role", "go": "next", "role_name": "x", "document": TRUST, "path": "/", "duration": "3600"}
    response = visitor.submit(CREATE, sent)
    assert response.status_code == 403
    assert "iam:CreateRole" in text(response)


def test_the_page_shows_trust_and_policies(bob: Visitor, role: str, do: Do) -> None:
    do("put_role_policy", role_name=role, policy_name="own", policy_document=allow("s3:*"))
    page = text(bob.get(DEPLOYER))
    assert "Trusted This account" in page
    assert "own Inline" in page
    assert "arn:aws:iam::123456789012:root" in text(bob.get(f"{DEPLOYER}/trust"))


def test_policies_are_attached_and_detached_like_those_of_users(bob: Visitor, role: str, do: Do) -> None:
    bob.submit(f"{DEPLOYER}/attach", {"policies": [READ_ONLY]})
    assert do("list_attached_role_policies", role_name=role)["attached_policies"]
    bob.submit(f"{DEPLOYER}/detach?policy={READ_ONLY}", {})
    assert not do("list_attached_role_policies", role_name=role)["attached_policies"]


def test_the_trust_policy_is_changed(bob: Visitor, role: str, do: Do) -> None:
    wanted = TRUST.replace(":root", ":user/job")
    sent = bob.submit(f"{DEPLOYER}/trust/edit", {"mode": "json", "act": "save", "document": wanted})
    assert "The trust policy of deployer has been saved" in follow(bob, sent)
    assert statement(do)["Principal"] == {"AWS": f"{ACCOUNT}:user/job"}


def test_a_wrong_trust_policy_is_refused_with_its_findings(bob: Visitor, role: str) -> None:
    sent = {"mode": "json", "act": "save", "document": allow("s3:*")}
    response = bob.submit(f"{DEPLOYER}/trust/edit", sent)
    assert response.status_code == 422
    assert "The trust policy has errors" in text(response)


def test_everybody_s_role_is_warned_of(bob: Visitor, do: Do) -> None:
    everybody = TRUST.replace(f'"{ACCOUNT}:root"', '"*"')
    do("create_role", role_name="open", assume_role_policy_document=everybody)
    assert "Everybody is named" in text(bob.get(f"{ROLES}/open/trust"))


def test_description_and_session_are_changed(bob: Visitor, role: str, do: Do) -> None:
    bob.submit(f"{DEPLOYER}/edit", {"description": "New words", "duration": "28800"})
    found = do("get_role", role_name=role)["role"]
    assert (found["description"], found["max_session_duration"]) == ("New words", 28800)
    assert "Longest session 8 hours" in text(bob.get(DEPLOYER))


def test_a_boundary_is_set_and_taken_away(bob: Visitor, role: str, do: Do) -> None:
    bob.submit(f"{DEPLOYER}/boundary", {"boundary": READ_ONLY})
    assert "permissions_boundary" in do("get_role", role_name=role)["role"]
    bob.submit(f"{DEPLOYER}/boundary", {"boundary": ""})
    assert "permissions_boundary" not in do("get_role", role_name=role)["role"]


def test_tags_are_edited(bob: Visitor, role: str, do: Do) -> None:
    bob.submit(f"{DEPLOYER}/tags/edit", {"tags-0-key": "team", "tags-0-value": "a"})
    assert do("list_role_tags", role_name=role)["tags"] == [{"key": "team", "value": "a"}]


def test_a_role_is_deleted_with_what_depends_on_it(bob: Visitor, role: str, do: Do) -> None:
    do("attach_role_policy", role_name=role, policy_arn=READ_ONLY)
    do("put_role_policy", role_name=role, policy_name="own", policy_document=allow("s3:*"))
    do("create_instance_profile", instance_profile_name="machine")
    do("add_role_to_instance_profile", instance_profile_name="machine", role_name=role)
    page = text(bob.get(f"{DEPLOYER}/delete"))
    assert "the inline policy own" in page
    assert "instance profile machine" in page
    assert bob.submit(f"{DEPLOYER}/delete", {"typed": "x"}).status_code == 422
    assert "has been deleted" in follow(bob, bob.submit(f"{DEPLOYER}/delete", {"typed": "deployer"}))
    assert bob.get(DEPLOYER).status_code == 404


def test_a_role_of_a_service_can_only_be_looked_at(bob: Visitor, do: Do) -> None:
    role = do("create_service_linked_role", aws_service_name="elasticbeanstalk.amazonaws.com")["role"]
    page = bob.get(f"{ROLES}/{role['role_name']}")
    assert "A service manages this role for itself" in text(page)
    assert "/delete" not in page.get_data(as_text=True)


def test_the_entry_is_shown_as_ldif(bob: Visitor, role: str) -> None:
    assert "objectClass: iamRole" in text(bob.get(f"{DEPLOYER}/ldif"))


def test_a_role_that_is_called_as_the_administrators_group_can_lose_their_policy(bob: Visitor, do: Do) -> None:
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    do("create_role", role_name="admin", assume_role_policy_document=TRUST)
    do("attach_role_policy", role_name="admin", policy_arn=policy)
    do("delete_login_profile", user_name="alice")
    assert "no longer attached to admin" in follow(bob, bob.submit(f"{ROLES}/admin/detach?policy={policy}", {}))
