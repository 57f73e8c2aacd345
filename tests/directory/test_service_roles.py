"""Service-linked roles: they belong to a service, and ordinary calls leave them alone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from adapter.errors import AccessDenied, InvalidInput, NoSuchEntity, UnmodifiableEntity
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, TRUST, allow

NAME = "AWSServiceRoleForECS"


@pytest.fixture
def role(do: Do) -> dict[str, Any]:
    made = do("create_service_linked_role", aws_service_name="ecs.amazonaws.com", description="Runs containers.")
    return dict(made["role"])


def test_the_role_of_a_service_lies_below_its_name(role: dict[str, Any]) -> None:
    assert role["role_name"] == NAME
    assert role["arn"] == f"arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/{NAME}"
    assert role["description"] == "Runs containers."


def test_only_the_service_may_assume_it(role: dict[str, Any]) -> None:
    (statement,) = json.loads(unquote(role["assume_role_policy_document"]))["Statement"]
    assert statement["Principal"] == {"Service": "ecs.amazonaws.com"}


@pytest.mark.parametrize(
    ("service", "suffix", "name"),
    [
        ("autoscaling.amazonaws.com", "web", "AWSServiceRoleForAutoScaling_web"),
        ("ops.apigateway.amazonaws.com", None, "AWSServiceRoleForOpsApigateway"),
        ("crm.example.org", None, "AWSServiceRoleForCrmExampleOrg"),
        ("crm.example.org", "a.b", "AWSServiceRoleForCrmExampleOrg_a.b"),
    ],
)
def test_names_follow_from_service_and_suffix(do: Do, service: str, suffix: str | None, name: str) -> None:
    made = do("create_service_linked_role", aws_service_name=service, custom_suffix=suffix)["role"]
    assert (made["role_name"], made["path"]) == (name, f"/aws-service-role/{service}/")


def test_a_suffix_is_not_for_every_service(do: Do) -> None:
    with pytest.raises(InvalidInput, match="Custom suffix is not allowed for ecs.amazonaws.com"):
        do("create_service_linked_role", aws_service_name="ecs.amazonaws.com", custom_suffix="x")


def test_a_service_has_one_role_of_a_name(do: Do, role: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=f"Service role name {NAME} has been taken in this account, please try a"):
        do("create_service_linked_role", aws_service_name="ecs.amazonaws.com")


def test_a_name_that_would_be_too_long_is_refused(do: Do) -> None:
    with pytest.raises(InvalidInput, match="longer than 64"):
        do("create_service_linked_role", aws_service_name="crm.example.org", custom_suffix="x" * 64)


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("delete_role", {}),
    ("update_assume_role_policy", {"policy_document": TRUST}),
    ("update_role", {"max_session_duration": 7200}),
    ("attach_role_policy", {"policy_arn": READ_ONLY}),
    ("detach_role_policy", {"policy_arn": READ_ONLY}),
    ("put_role_policy", {"policy_name": "p", "policy_document": allow("s3:*")}),
    ("delete_role_policy", {"policy_name": "p"}),
    ("put_role_permissions_boundary", {"permissions_boundary": READ_ONLY}),
    ("delete_role_permissions_boundary", {}),
]


@pytest.mark.parametrize(("operation", "params"), CHANGES, ids=[operation for operation, _ in CHANGES])
def test_ordinary_calls_do_not_change_it(do: Do, role: dict[str, Any], operation: str, params: dict[str, Any]) -> None:
    message = f"Cannot perform the operation on the protected role '{NAME}' - this role is only modifiable by AWS"
    with pytest.raises(UnmodifiableEntity, match=message):
        do(operation, role_name=NAME, **params)


def test_its_description_can_be_changed(do: Do, role: dict[str, Any]) -> None:
    do("update_role", role_name=NAME, description="Ours.")
    assert do("get_role", role_name=NAME)["role"]["description"] == "Ours."


def test_ordinary_roles_keep_out_of_its_place(do: Do) -> None:
    with pytest.raises(InvalidInput, match="reserved for service-linked roles"):
        do("create_role", role_name="x", path="/aws-service-role/x/", assume_role_policy_document=TRUST)


def test_a_deletion_is_a_task_that_succeeds(do: Do, role: dict[str, Any]) -> None:
    task = do("delete_service_linked_role", role_name=NAME)["deletion_task_id"]
    assert task.startswith(f"task/aws-service-role/ecs.amazonaws.com/{NAME}/")
    assert do("get_service_linked_role_deletion_status", deletion_task_id=task)["status"] == "SUCCEEDED"
    with pytest.raises(NoSuchEntity):
        do("get_role", role_name=NAME)


def test_a_role_made_again_does_not_undo_the_task(do: Do, role: dict[str, Any]) -> None:
    task = do("delete_service_linked_role", role_name=NAME)["deletion_task_id"]
    do("create_service_linked_role", aws_service_name="ecs.amazonaws.com")
    assert do("get_service_linked_role_deletion_status", deletion_task_id=task)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("task", ["task", "task/aws-service-role/x", "task/a/b/c/d"])
def test_a_task_that_is_none_is_not_found(do: Do, task: str) -> None:
    with pytest.raises(NoSuchEntity):
        do("get_service_linked_role_deletion_status", deletion_task_id=task)


def test_an_ordinary_role_is_not_deleted_as_one(do: Do) -> None:
    do("create_role", role_name="x", assume_role_policy_document=TRUST)
    with pytest.raises(InvalidInput, match="The role x is not a service-linked role"):
        do("delete_service_linked_role", role_name="x")


def test_policies_can_ask_for_which_service(do: Do, as_user: Any) -> None:
    as_eve = as_user("eve")
    only = {"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}
    document = allow("iam:CreateServiceLinkedRole", "arn:aws:iam::*:role/aws-service-role/*", Condition=only)
    do("put_user_policy", user_name="eve", policy_name="p", policy_document=document)
    as_eve("create_service_linked_role", aws_service_name="ecs.amazonaws.com")
    with pytest.raises(AccessDenied, match="role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"):
        as_eve("create_service_linked_role", aws_service_name="support.amazonaws.com")
