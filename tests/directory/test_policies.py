"""Managed policies, their versions and who uses them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from adapter.errors import (
    AccessDenied,
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    MalformedPolicyDocument,
    NoSuchEntity,
)
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, TRUST, allow

S3 = allow("s3:GetObject")
ARN = "arn:aws:iam::123456789012:policy/readers"


def make(do: Do, name: str = "readers", document: str = S3, **more: object) -> str:
    return str(do("create_policy", policy_name=name, policy_document=document, **more)["policy"]["arn"])


def version_ids(do: Do) -> list[str]:
    return [version["version_id"] for version in do("list_policy_versions", policy_arn=ARN)["versions"]]


def test_a_new_policy_has_its_first_version_in_force(do: Do) -> None:
    policy = do("create_policy", policy_name="readers", policy_document=S3, path="/x/", description="Reads.")["policy"]
    assert policy["arn"] == "arn:aws:iam::123456789012:policy/x/readers"
    assert (policy["default_version_id"], policy["attachment_count"], policy["is_attachable"]) == ("v1", 0, True)
    assert policy["policy_id"].startswith("ANPA")


def test_a_document_comes_back_to_the_letter(do: Do) -> None:
    text = '{ "Version":"2012-10-17",\n  "Statement": {"Effect":"Allow",  "Action":"s3:*","Resource":"*"} }'
    make(do, document=text)
    version = do("get_policy_version", policy_arn=ARN, version_id="v1")["policy_version"]
    assert unquote(version["document"]) == text


def test_a_policy_name_is_taken_whatever_its_case_and_path(do: Do) -> None:
    make(do)
    with pytest.raises(EntityAlreadyExists, match="A policy called Readers already exists"):
        make(do, "Readers", path="/x/")


def test_a_policy_may_have_the_name_of_a_system_policy(do: Do) -> None:
    make(do, "ReadOnlyAccess")
    names = [policy["policy_name"] for policy in do("list_policies", max_items=1000)["policies"]]
    assert names.count("ReadOnlyAccess") == 2


def test_a_wrong_path_in_the_arn_finds_nothing(do: Do) -> None:
    make(do)
    with pytest.raises(NoSuchEntity):
        do("get_policy", policy_arn="arn:aws:iam::123456789012:policy/x/readers")


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        '{"Version":"2012-10-17"}',
        '{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}',
        TRUST,
        "[" * 100_000,
    ],
)
def test_a_document_that_is_not_valid_is_refused(do: Do, document: str) -> None:
    with pytest.raises(MalformedPolicyDocument):
        make(do, document=document)
    assert do("list_policies", scope="Local")["policies"] == []


def test_the_quota_counts_no_white_space(do: Do) -> None:
    document = allow([f"s3:Get{'x' * 40}{n}" for n in range(110)])
    assert 5500 < len(document.replace(" ", "")) < 6144
    make(do, document=document.replace(" ", " " * 100))


def test_a_document_over_the_quota_is_refused(do: Do) -> None:
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for PolicySize: 6144"):
        make(do, document=allow([f"s3:Get{'x' * 40}{n}" for n in range(130)]))


def test_five_versions_are_kept_and_numbers_never_come_again(do: Do) -> None:
    make(do)
    for _ in range(4):
        do("create_policy_version", policy_arn=ARN, policy_document=S3, set_as_default=True)
    with pytest.raises(LimitExceeded, match="can have up to 5 versions"):
        do("create_policy_version", policy_arn=ARN, policy_document=S3)
    do("delete_policy_version", policy_arn=ARN, version_id="v4")
    do("create_policy_version", policy_arn=ARN, policy_document=S3)
    assert version_ids(do) == ["v6", "v5", "v3", "v2", "v1"]


def test_the_version_in_force_can_be_changed_but_not_deleted(do: Do) -> None:
    make(do)
    do("create_policy_version", policy_arn=ARN, policy_document=allow("s3:PutObject"))
    do("set_default_policy_version", policy_arn=ARN, version_id="v2")
    assert do("get_policy", policy_arn=ARN)["policy"]["default_version_id"] == "v2"
    with pytest.raises(DeleteConflict, match="Cannot delete the default version of a policy"):
        do("delete_policy_version", policy_arn=ARN, version_id="v2")


def test_a_missing_version_is_named(do: Do) -> None:
    make(do)
    with pytest.raises(NoSuchEntity, match="version v9 does not exist"):
        do("get_policy_version", policy_arn=ARN, version_id="v9")


def test_an_attached_policy_is_not_deleted(do: Do) -> None:
    make(do)
    do("attach_group_policy", group_name="admin", policy_arn=ARN)
    with pytest.raises(DeleteConflict, match="Cannot delete a policy attached to entities"):
        do("delete_policy", policy_arn=ARN)


def test_a_boundary_in_use_is_not_deleted(do: Do) -> None:
    make(do)
    do("create_user", user_name="bob", permissions_boundary=ARN)
    with pytest.raises(DeleteConflict):
        do("delete_policy", policy_arn=ARN)


def test_a_policy_with_more_than_one_version_is_not_deleted(do: Do) -> None:
    make(do)
    do("create_policy_version", policy_arn=ARN, policy_document=S3)
    with pytest.raises(DeleteConflict, match="more than one version"):
        do("delete_policy", policy_arn=ARN)


def test_a_policy_that_nobody_has_is_deleted(do: Do) -> None:
    make(do)
    do("delete_policy", policy_arn=ARN)
    with pytest.raises(NoSuchEntity):
        do("get_policy", policy_arn=ARN)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("delete_policy", {}),
        ("create_policy_version", {"policy_document": S3}),
        ("set_default_policy_version", {"version_id": "v1"}),
        ("delete_policy_version", {"version_id": "v1"}),
        ("tag_policy", {"tags": [{"key": "a", "value": "b"}]}),
    ],
)
def test_a_system_policy_is_nobodys_to_change(do: Do, operation: str, params: dict[str, object]) -> None:
    with pytest.raises(AccessDenied, match="outside your own account"):
        do(operation, policy_arn=READ_ONLY, **params)


def test_lists_can_be_held_to_scope_use_and_path(do: Do) -> None:
    make(do)
    make(do, "used", path="/x/")
    do("attach_group_policy", group_name="admin", policy_arn="arn:aws:iam::123456789012:policy/x/used")
    assert [p["policy_name"] for p in do("list_policies", scope="Local")["policies"]] == ["readers", "used"]
    assert [p["policy_name"] for p in do("list_policies", scope="Local", only_attached=True)["policies"]] == ["used"]
    assert [p["policy_name"] for p in do("list_policies", path_prefix="/x/")["policies"]] == ["used"]
    assert all("::aws:" in p["arn"] for p in do("list_policies", scope="AWS")["policies"])


def test_who_uses_a_policy_is_listed_by_kind(do: Do) -> None:
    make(do)
    do("create_user", user_name="bob", permissions_boundary=ARN)
    do("create_role", role_name="r", assume_role_policy_document=TRUST)
    do("attach_role_policy", role_name="r", policy_arn=ARN)
    do("attach_group_policy", group_name="admin", policy_arn=ARN)
    answer = do("list_entities_for_policy", policy_arn=ARN)
    assert [group["group_name"] for group in answer["policy_groups"]] == ["admin"]
    assert [role["role_name"] for role in answer["policy_roles"]] == ["r"]
    assert [user["user_name"] for user in answer["policy_users"]] == ["bob"]
    only = do("list_entities_for_policy", policy_arn=ARN, policy_usage_filter="PermissionsBoundary")
    assert (only["policy_groups"], only["policy_roles"], len(only["policy_users"])) == ([], [], 1)


def test_counts_tell_attachments_and_boundaries_apart(do: Do) -> None:
    make(do)
    do("create_user", user_name="bob", permissions_boundary=ARN)
    do("attach_user_policy", user_name="bob", policy_arn=ARN)
    policy = do("get_policy", policy_arn=ARN)["policy"]
    assert (policy["attachment_count"], policy["permissions_boundary_usage_count"]) == (1, 1)


def test_a_policy_has_tags(do: Do) -> None:
    make(do, tags=[{"key": "team", "value": "red"}])
    do("untag_policy", policy_arn=ARN, tag_keys=["team"])
    do("tag_policy", policy_arn=ARN, tags=[{"key": "a", "value": "b"}])
    assert do("list_policy_tags", policy_arn=ARN)["tags"] == [{"key": "a", "value": "b"}]
