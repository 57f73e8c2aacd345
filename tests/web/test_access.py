"""Understanding access: the simulator, why something was refused, the picture of a user's access."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.documents import READ_ONLY, allow, deny, document
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text

SIMULATOR = "/console/access/simulator"
LOOK = {"Sid": "Look", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"}
HANDS = {"Sid": "HandsOff", "Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*"}


def simulated(visitor: Visitor, **asked: Any) -> str:
    return text(visitor.get(f"{SIMULATOR}?{urlencode(asked, doseq=True)}"))


def why_of(visitor: Visitor, path: str) -> str:
    """The address that a refusal's page offers."""
    page = visitor.get(path).get_data(as_text=True)
    found = re.search(r'href="(/console/access/why[^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def test_the_simulator_tells_what_decides_and_shows_the_statement(bob: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="ray", policy_name="own", policy_document=document(LOOK, HANDS))
    page = simulated(bob, kind="user", name="ray", actions="iam:DeleteUser\niam:GetUser")
    assert "1 allowed" in page
    assert "iam:DeleteUser Denied explicitly own" in page
    assert '"Sid": "HandsOff"' in page


def test_a_policy_through_two_groups_is_shown_once_with_both(bob: Visitor, do: Do) -> None:
    for group in ("DevelopmentPersonnel", "TestPersonnel"):
        do("attach_group_policy", group_name=group, policy_arn=READ_ONLY)
    page = simulated(bob, kind="user", name="job", actions="s3:GetObject")
    assert page.count("Open the policy ReadOnlyAccess") == 1
    assert "group DevelopmentPersonnel, group TestPersonnel" in page


def test_patterns_and_whole_services_are_taken_apart(bob: Visitor) -> None:
    page = simulated(bob, kind="user", name="bob", actions="sts:Get*", service="bindery")
    assert "sts:GetCallerIdentity Allowed" in page
    assert "bindery:DescribeCaller Allowed" in page
    assert "No action is known for unknown:*" in simulated(bob, kind="user", name="bob", actions="unknown:*")


def test_resources_are_decided_one_by_one(bob: Visitor, do: Do) -> None:
    own = allow("s3:GetObject", "arn:aws:s3:::reports/*")
    do("put_user_policy", user_name="ray", policy_name="own", policy_document=own)
    resources = "arn:aws:s3:::reports/a\narn:aws:s3:::other/a"
    page = simulated(bob, kind="user", name="ray", actions="s3:GetObject", resources=resources)
    assert "arn:aws:s3:::reports/a Allowed" in page
    assert "arn:aws:s3:::other/a Not allowed No statement allows it." in page


def test_circumstances_that_policies_ask_for_are_offered_and_count(bob: Visitor, do: Do) -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "cn-north-1"}}
    do("create_user", user_name="robot")
    do("put_user_policy", user_name="robot", policy_name="own",
       policy_document=allow("ecs:*", Condition=condition))  # fmt: skip
    asked = {"kind": "user", "name": "robot", "actions": "ecs:ListServers"}
    assert "Statements ask for what was not given: aws:RequestedRegion." in simulated(bob, **asked)
    given = {"key": "aws:RequestedRegion", "type": "string", "values": "cn-north-1"}
    assert "1 allowed" in simulated(bob, **asked, **given)


def test_a_boundary_that_does_not_allow_it_is_named(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="robot", permissions_boundary=READ_ONLY)
    do("put_user_policy", user_name="robot", policy_name="own", policy_document=allow("s3:*"))
    page = simulated(bob, kind="user", name="robot", actions="s3:DeleteObject")
    assert "The permissions boundary does not allow it." in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "user", "name": "stranger", "actions": "s3:GetObject"}, "cannot be found"),
        ({"kind": "user", "name": "arn:nonsense", "actions": "s3:GetObject"}, ""),
        ({"kind": "user", "name": "bob", "actions": "s3:GetObject", "resources": "nonsense"}, "valid ARN format"),
        (
            {
                "kind": "user",
                "name": "bob",
                "actions": "s3:GetObject",
                "key": "aws:EpochTime",
                "type": "numeric",
                "values": "x",
            },
            "not a valid numeric",
        ),
    ],
)
def test_what_makes_no_sense_is_told(bob: Visitor, asked: dict[str, str], told: str) -> None:
    response = bob.get(f"{SIMULATOR}?{urlencode(asked)}")
    assert 400 <= response.status_code < 500
    assert told in text(response)


def test_groups_and_roles_are_simulated_as_well(bob: Visitor) -> None:
    assert "iam:CreateUser Allowed" in simulated(bob, kind="group", name="admin", actions="iam:CreateUser")


def test_nobody_simulates_others_without_the_right(visitor: Visitor) -> None:
    visitor.sign_in("job")
    response = visitor.get(f"{SIMULATOR}?kind=user&name=bob&actions=iam:GetUser")
    assert response.status_code == 403
    assert "iam:GetUser" in text(response)


def test_documents_stay_hidden_from_who_may_simulate_but_not_read(visitor: Visitor, do: Do) -> None:
    rights = ["iam:GetUser", "iam:SimulatePrincipalPolicy", "iam:GetContextKeysForPrincipalPolicy"]
    do("put_user_policy", user_name="job", policy_name="own", policy_document=allow(rights))
    do("put_user_policy", user_name="ray", policy_name="secret", policy_document=document(HANDS))
    visitor.sign_in("job")
    page = simulated(visitor, kind="user", name="ray", actions="iam:DeleteUser")
    assert "Denied explicitly" in page
    assert "HandsOff" not in page
    assert "You may not read the documents" in page


def test_every_refusal_offers_its_explanation(visitor: Visitor) -> None:
    visitor.sign_in("job")
    page = text(visitor.get(why_of(visitor, "/console/users")))
    assert "Nothing denies it, but nothing allows it either" in page
    assert "Action iam:ListUsers" in page
    assert "aws:username job" in page


def test_the_denying_statement_is_shown_to_who_may_read_it(visitor: Visitor, do: Do) -> None:
    hidden = {"Sid": "NoList", "Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}
    do("put_user_policy", user_name="job", policy_name="own", policy_document=document(LOOK, hidden))
    visitor.sign_in("job")
    page = text(visitor.get(why_of(visitor, "/console/users")))
    assert "A statement denies it." in page
    assert "own directly statement 2, NoList" in page
    assert '"Sid": "NoList"' in page


def test_of_a_policy_that_one_may_not_read_nothing_but_the_name_is_shown(visitor: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="job", policy_name="own", policy_document=deny("iam:ListUsers"))
    visitor.sign_in("job")
    page = text(visitor.get(why_of(visitor, "/console/users")))
    assert "Denies it own" in page
    assert "You may not read this policy." in page
    assert '"Effect": "Deny"' not in page


def test_what_came_close_tells_what_it_lacked(visitor: Visitor, do: Do) -> None:
    close = {
        "Effect": "Allow",
        "Action": "iam:ListUsers",
        "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    }
    read = {"Effect": "Allow", "Action": "iam:GetUserPolicy", "Resource": "*"}
    do("put_user_policy", user_name="job", policy_name="own", policy_document=document(read, close))
    visitor.sign_in("job")
    page = text(visitor.get(why_of(visitor, "/console/users")))
    assert "Came close own" in page
    assert "aws:MultiFactorAuthPresent is not met" in page


def test_once_it_is_allowed_the_explanation_says_so(visitor: Visitor, do: Do) -> None:
    visitor.sign_in("job")
    address = why_of(visitor, "/console/users")
    do("put_user_policy", user_name="job", policy_name="own", policy_document=allow("iam:ListUsers"))
    assert "By now it is allowed" in text(visitor.get(address))


def test_an_explanation_is_for_whom_it_was_made(visitor: Visitor, another_visitor: Visitor) -> None:
    visitor.sign_in("job")
    address = why_of(visitor, "/console/users")
    another_visitor.sign_in("bob")
    assert another_visitor.get(address).status_code == 404
    assert visitor.get(f"{address}x").status_code == 404
    assert visitor.get("/console/access/why").status_code == 404


def test_a_user_s_access_is_a_picture_with_a_table(bob: Visitor) -> None:
    page = bob.get("/console/users/job/access")
    drawn = page.get_data(as_text=True)
    assert 'class="node node-service"' in drawn
    assert 'role="img"' in drawn
    assert "ECSFullAccess Development personnel ECS: Full access" in text(page)


def test_many_services_of_one_policy_are_one_box(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=READ_ONLY)
    assert re.search(r"<tspan[^>]*>\d\d services</tspan>", bob.get("/console/users/ray/access").get_data(as_text=True))


def test_a_denied_service_stands_apart(bob: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="ray", policy_name="own", policy_document=deny("s3:*"))
    assert 'class="node node-denied"' in bob.get("/console/users/ray/access").get_data(as_text=True)


def test_nobody_sees_the_access_of_others_without_the_right(visitor: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="job", policy_name="own", policy_document=allow("iam:GetUser"))
    visitor.sign_in("job")
    page = text(visitor.get("/console/users/bob/access"))
    assert "iam:ListPoliciesGrantingServiceAccess" in page
    assert "AdministratorAccess" not in page
