"""What a user may do, service by service, on the access tab of the user's page."""

from __future__ import annotations

import pytest

from tests.conftest import Directory
from tests.documents import ECS_DEFINITION, allow, deny
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text

JOY = "/console/users/joy/access"


@pytest.fixture
def bob(visitor: Visitor, do: Do) -> Visitor:
    do("register_service", prefix="ecs", definition=ECS_DEFINITION)
    for each in do("list_groups_for_user", user_name="joy")["groups"]:
        do("remove_user_from_group", user_name="joy", group_name=each["group_name"])
    visitor.sign_in("bob")
    return visitor


def give(do: Do, name: str, document: str) -> None:
    do("put_user_policy", user_name="joy", policy_name=name, policy_document=document)


def test_a_registered_service_is_told_by_its_name_with_levels_and_policies(bob: Visitor, do: Do) -> None:
    give(do, "see", allow("ecs:List*"))
    give(do, "stop", allow("ecs:StopServers"))
    page = bob.get(JOY)
    told = "Elastic Cloud Serverecs List all Write some 2 patterns List*, StopServers All Always see, stop"
    assert told in text(page)
    assert 'href="/console/services/ecs"' in page.get_data(as_text=True)


def test_other_resources_and_conditions_have_lines_of_their_own(bob: Visitor, do: Do) -> None:
    server = "arn:aws:ecs:*:*:server/a"
    give(do, "stop", allow("ecs:*", server, Condition={"StringEquals": {"aws:RequestedRegion": "eu-de"}}))
    assert f"Full access {server} aws:RequestedRegion stop" in text(bob.get(JOY))


def test_what_is_denied_elsewhere_is_told(bob: Visitor, do: Do) -> None:
    give(do, "all", allow("ecs:*"))
    give(do, "none", deny("ecs:Stop*"))
    page = text(bob.get(JOY))
    assert "some of it is denied elsewhere" in page
    assert "Denied, whatever is allowed Service Access Resources Only if Policies Elastic Cloud Server" in page


def test_what_is_outside_the_boundary_is_told(bob: Visitor, do: Do) -> None:
    give(do, "all", allow("ecs:*"))
    boundary = "arn:aws:iam::aws:policy/IAMUserChangePassword"
    do("put_user_permissions_boundary", user_name="joy", permissions_boundary=boundary)
    assert "Nothing outside the permissions boundary" in text(bob.get(JOY)).replace("Nothingoutside", "Nothing outside")


def test_without_its_boundary_everything_is_denied(bob: Visitor, do: Do, demo_directory: Directory) -> None:
    give(do, "all", allow("ecs:*"))
    arn = do("create_policy", policy_name="Limit", policy_document=allow("*"))["policy"]["arn"]
    do("put_user_permissions_boundary", user_name="joy", permissions_boundary=arn)
    demo_directory.ldap("ldapdelete", f"cn=Limit,ou=policies,ou=iam,{demo_directory.suffix}")
    assert "Nothing: a policy or the permissions boundary cannot be read or is missing" in text(bob.get(JOY))


def test_without_policies_one_may_do_nothing(bob: Visitor) -> None:
    assert "No policy reaches this user, so it may do nothing." in text(bob.get(JOY))


def test_the_key_facts_of_the_user_stand_above(bob: Visitor) -> None:
    page = text(bob.get(JOY))
    assert "Summary ARN arn:aws:iam::123456789012:user/joy" in page
    assert "What joy may do Simulate" in page
