"""Instance profiles: one role each, which has to be allowed to be passed."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.errors import (
    AccessDenied,
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
    UnmodifiableEntity,
)
from tests.directory.conftest import Do
from tests.directory.test_races import race
from tests.documents import TRUST, allow, document

ROLE = "cn=web,ou=roles,ou=iam,dc=example,dc=org"


@pytest.fixture(autouse=True)
def role(do: Do) -> None:
    do("create_role", role_name="web", assume_role_policy_document=TRUST)


@pytest.fixture
def profile(do: Do) -> None:
    do("create_instance_profile", instance_profile_name="machines")


@pytest.fixture
def filled(do: Do, profile: None) -> None:
    do("add_role_to_instance_profile", instance_profile_name="machines", role_name="web")


def roles_in(do: Do) -> list[str]:
    found = do("get_instance_profile", instance_profile_name="machines")["instance_profile"]
    return [role["role_name"] for role in found["roles"]]


def test_a_new_instance_profile_is_empty(do: Do) -> None:
    made = do("create_instance_profile", instance_profile_name="machines", path="/web/")["instance_profile"]
    assert made["arn"] == "arn:aws:iam::123456789012:instance-profile/web/machines"
    assert (made["instance_profile_id"][:4], len(made["instance_profile_id"]), made["roles"]) == ("AIPA", 21, [])


def test_a_name_is_given_once_whatever_its_case(do: Do, profile: None) -> None:
    with pytest.raises(EntityAlreadyExists, match="Instance Profile MACHINES already exists"):
        do("create_instance_profile", instance_profile_name="MACHINES")


def test_a_profile_that_is_not_there_is_not_found(do: Do) -> None:
    with pytest.raises(NoSuchEntity, match="Instance Profile machines cannot be found"):
        do("get_instance_profile", instance_profile_name="machines")


def test_a_role_in_a_profile_is_shown_with_its_trust_policy(do: Do, filled: None) -> None:
    (role,) = do("get_instance_profile", instance_profile_name="machines")["instance_profile"]["roles"]
    members = {"path", "role_name", "role_id", "arn", "create_date", "assume_role_policy_document"}
    assert set(role) == members
    assert role["role_name"] == "web"


def test_a_profile_has_one_role_at_the_most(do: Do, filled: None) -> None:
    do("create_role", role_name="other", assume_role_policy_document=TRUST)
    for name in ("web", "other"):
        with pytest.raises(LimitExceeded, match="Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"):
            do("add_role_to_instance_profile", instance_profile_name="machines", role_name=name)


def test_of_sixteen_roles_added_at_once_one_gets_in(do: Do, profile: None, directory: Any) -> None:
    steps = []
    for number in range(16):
        do("create_role", role_name=f"role{number}", assume_role_policy_document=TRUST)
        params = {"instance_profile_name": "machines", "role_name": f"role{number}"}
        steps.append(("add_role_to_instance_profile", params))
    assert race(directory, steps) == {"ok": 1, "LimitExceeded": 15}
    assert len(roles_in(do)) == 1


def test_profiles_are_listed_with_their_roles(do: Do, filled: None) -> None:
    do("create_instance_profile", instance_profile_name="Batch", path="/batch/")
    listed = do("list_instance_profiles")["instance_profiles"]
    assert [(each["instance_profile_name"], len(each["roles"])) for each in listed] == [("Batch", 0), ("machines", 1)]
    below = do("list_instance_profiles", path_prefix="/batch/")["instance_profiles"]
    assert [each["instance_profile_name"] for each in below] == ["Batch"]
    of_role = do("list_instance_profiles_for_role", role_name="web")["instance_profiles"]
    assert [each["instance_profile_name"] for each in of_role] == ["machines"]


def test_a_role_is_taken_out(do: Do, filled: None) -> None:
    do("remove_role_from_instance_profile", instance_profile_name="machines", role_name="web")
    assert roles_in(do) == []
    with pytest.raises(NoSuchEntity, match="Role web in Instance Profile machines cannot be found"):
        do("remove_role_from_instance_profile", instance_profile_name="machines", role_name="web")


def test_a_profile_with_a_role_is_not_deleted_nor_is_the_role(do: Do, filled: None) -> None:
    message = "Cannot delete entity, must remove roles from instance profile first"
    with pytest.raises(DeleteConflict, match=message):
        do("delete_instance_profile", instance_profile_name="machines")
    with pytest.raises(DeleteConflict, match=message):
        do("delete_role", role_name="web")
    do("remove_role_from_instance_profile", instance_profile_name="machines", role_name="web")
    do("delete_role", role_name="web")
    do("delete_instance_profile", instance_profile_name="machines")


@pytest.mark.parametrize("first", range(3))
def test_a_role_deleted_while_it_is_added_leaves_nothing_dangling(
    do: Do, profile: None, directory: Any, first: int
) -> None:
    add = ("add_role_to_instance_profile", {"instance_profile_name": "machines", "role_name": "web"})
    delete = ("delete_role", {"role_name": "web"})
    race(directory, [add, delete] if first % 2 else [delete, add])
    is_there = "web" in {role["role_name"] for role in do("list_roles")["roles"]}
    stored = directory.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(cn=machines)", "iamProfileRole").stdout
    assert ("iamProfileRole: " in stored) == is_there


def test_a_role_that_an_ldap_tool_deletes_is_gone_and_a_new_one_does_not_take_its_place(
    do: Do, filled: None, directory: Any
) -> None:
    directory.ldap("ldapdelete", ROLE)
    assert roles_in(do) == []
    do("create_role", role_name="web", assume_role_policy_document=TRUST)
    assert roles_in(do) == []


def test_to_add_a_role_takes_the_right_to_pass_it_to_machines(do: Do, profile: None, as_user: Any) -> None:
    as_eve = as_user("eve")
    statements = [{"Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*"}]

    def add() -> dict[str, Any]:
        do("put_user_policy", user_name="eve", policy_name="p", policy_document=document(*statements))
        return as_eve("add_role_to_instance_profile", instance_profile_name="machines", role_name="web")

    with pytest.raises(AccessDenied, match="iam:PassRole on resource: arn:aws:iam::123456789012:role/web"):
        add()
    to_others = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    statements.append({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": to_others})
    with pytest.raises(AccessDenied, match="iam:PassRole"):
        add()
    to_machines = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    arn = "arn:aws:iam::123456789012:role/web"
    statements.append({"Effect": "Allow", "Action": "iam:PassRole", "Resource": arn, "Condition": to_machines})
    add()
    assert roles_in(do) == ["web"]


def test_a_profile_has_tags_that_policies_can_ask_for(do: Do, as_user: Any) -> None:
    do("create_instance_profile", instance_profile_name="machines", tags=[{"key": "team", "value": "web"}])
    do("tag_instance_profile", instance_profile_name="machines", tags=[{"key": "size", "value": "small"}])
    do("untag_instance_profile", instance_profile_name="machines", tag_keys=["size"])
    tags = do("list_instance_profile_tags", instance_profile_name="machines")["tags"]
    assert tags == [{"key": "team", "value": "web"}]
    as_eve = as_user("eve")
    mine = allow("iam:GetInstanceProfile", Condition={"StringEquals": {"aws:ResourceTag/team": "web"}})
    do("put_user_policy", user_name="eve", policy_name="mine", policy_document=mine)
    as_eve("get_instance_profile", instance_profile_name="machines")


def test_a_role_of_a_service_does_not_go_into_a_profile(do: Do, profile: None) -> None:
    do("create_service_linked_role", aws_service_name="ecs.amazonaws.com")
    with pytest.raises(UnmodifiableEntity):
        do("add_role_to_instance_profile", instance_profile_name="machines", role_name="AWSServiceRoleForECS")
