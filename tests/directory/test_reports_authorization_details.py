"""GetAccountAuthorizationDetails: everything that gives permissions, in pages."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from adapter.errors import ValidationError
from tests.directory.conftest import Do
from tests.documents import ADMINISTRATOR, READ_ONLY, TRUST, allow

LISTS = {"user_detail_list": "user_name", "group_detail_list": "group_name", "role_detail_list": "role_name"}
Filters = pytest.mark.parametrize(
    ("chosen", "members"),
    [
        ("User", {"user_detail_list"}),
        ("Group", {"group_detail_list"}),
        ("Role", {"role_detail_list"}),
        ("LocalManagedPolicy", {"policies"}),
        ("AWSManagedPolicy", {"policies"}),
    ],
)


@pytest.fixture
def story(do: Do) -> str:
    """A small account; gives the ARN of its own policy."""
    policy: str = do("create_policy", policy_name="Own", policy_document=allow("s3:*"), description="All of S3")[
        "policy"
    ]["arn"]
    for name in ("bob", "Alice"):
        do("create_user", user_name=name, tags=[{"key": "team", "value": name}], permissions_boundary=ADMINISTRATOR)
        do("attach_user_policy", user_name=name, policy_arn=policy)
        do("put_user_policy", user_name=name, policy_name="mine", policy_document=allow("ec2:*"))
    for name in ("staff", "Crew"):
        do("create_group", group_name=name)
        do("add_user_to_group", group_name=name, user_name="bob")
    do("put_group_policy", group_name="staff", policy_name="ours", policy_document=allow("sqs:*"))
    do("attach_group_policy", group_name="staff", policy_arn=READ_ONLY)
    do("create_role", role_name="deploy", assume_role_policy_document=TRUST, permissions_boundary=policy)
    do("attach_role_policy", role_name="deploy", policy_arn=policy)
    return policy


def all_pages(do: Do, size: int, **params: Any) -> list[tuple[str, str]]:
    """Everything that the pages list, as (list, name); checks that none is longer than asked for."""
    found: list[tuple[str, str]] = []
    marker = None
    while True:
        answer = do("get_account_authorization_details", max_items=size, marker=marker, **params)
        page = [
            (member, item[LISTS.get(member, "policy_name")])
            for member in (*LISTS, "policies")
            for item in answer[member]
        ]
        assert len(page) <= size
        found += page
        if not answer["is_truncated"]:
            return found
        marker = answer["marker"]


def test_a_user_is_told_with_groups_policies_boundary_and_tags(do: Do, story: str) -> None:
    users = do("get_account_authorization_details", filter=["User"])["user_detail_list"]
    alice, bob = users
    assert (alice["user_name"], alice["group_list"]) == ("Alice", [])
    assert bob["group_list"] == ["Crew", "staff"]
    assert bob["attached_managed_policies"] == [{"policy_name": "Own", "policy_arn": story}]
    assert bob["permissions_boundary"]["permissions_boundary_arn"] == ADMINISTRATOR
    assert bob["tags"] == [{"key": "team", "value": "bob"}]
    assert [policy["policy_name"] for policy in bob["user_policy_list"]] == ["mine"]
    assert (bob["user_id"], bob["arn"], bob["path"]) == (
        do("get_user", user_name="bob")["user"]["user_id"],
        "arn:aws:iam::123456789012:user/bob",
        "/",
    )


def test_documents_are_percent_encoded(do: Do, story: str) -> None:
    answer = do("get_account_authorization_details", filter=["User", "LocalManagedPolicy"])
    inline = answer["user_detail_list"][0]["user_policy_list"][0]["policy_document"]
    managed = answer["policies"][0]["policy_version_list"][0]["document"]
    assert "{" not in inline + managed
    assert json.loads(unquote(inline)) == json.loads(allow("ec2:*"))
    assert json.loads(unquote(managed)) == json.loads(allow("s3:*"))


def test_a_group_is_told_with_its_policies(do: Do, story: str) -> None:
    groups = {
        group["group_name"]: group
        for group in do("get_account_authorization_details", filter=["Group"])["group_detail_list"]
    }
    assert [each["policy_arn"] for each in groups["staff"]["attached_managed_policies"]] == [READ_ONLY]
    assert [each["policy_name"] for each in groups["staff"]["group_policy_list"]] == ["ours"]
    assert groups["Crew"]["attached_managed_policies"] == []


def test_a_role_is_told_with_trust_policy_boundary_and_last_use(do: Do, story: str) -> None:
    [role] = do("get_account_authorization_details", filter=["Role"])["role_detail_list"]
    assert json.loads(unquote(role["assume_role_policy_document"])) == json.loads(TRUST)
    assert role["permissions_boundary"]["permissions_boundary_arn"] == story
    assert (role["role_last_used"], role["instance_profile_list"]) == ({}, [])


def test_a_policy_is_told_with_all_versions_and_its_uses(do: Do, story: str) -> None:
    do("create_policy_version", policy_arn=story, policy_document=allow("s3:Get*"), set_as_default=True)
    [policy] = do("get_account_authorization_details", filter=["LocalManagedPolicy"])["policies"]
    assert (policy["attachment_count"], policy["permissions_boundary_usage_count"]) == (3, 1)
    assert (policy["description"], policy["default_version_id"]) == ("All of S3", "v2")
    versions = {each["version_id"]: each["is_default_version"] for each in policy["policy_version_list"]}
    assert versions == {"v1": False, "v2": True}


def test_uses_of_system_policies_are_counted_too(do: Do, story: str) -> None:
    found = do("get_account_authorization_details", filter=["AWSManagedPolicy"])["policies"]
    counts = {each["arn"]: (each["attachment_count"], each["permissions_boundary_usage_count"]) for each in found}
    assert counts[READ_ONLY] == (1, 0)
    assert counts[ADMINISTRATOR][1] == 2


@Filters
def test_a_filter_leaves_out_everything_else(do: Do, story: str, chosen: str, members: set[str]) -> None:
    answer = do("get_account_authorization_details", filter=[chosen])
    assert {member for member in (*LISTS, "policies") if answer[member]} == members


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_of_any_size_list_everything_once(do: Do, story: str, size: int) -> None:
    found = all_pages(do, size)
    assert len(found) == len(set(found))
    assert found == all_pages(do, 1000)


def test_the_last_full_page_says_that_it_is_the_last(do: Do, story: str) -> None:
    answer = do("get_account_authorization_details", filter=["User"], max_items=2)
    assert len(answer["user_detail_list"]) == 2
    assert answer["is_truncated"] is False


def test_pages_stay_good_while_others_create_and_delete(do: Do, story: str) -> None:
    first = do("get_account_authorization_details", filter=["User"], max_items=1)
    do("create_user", user_name="aaron")
    do("create_user", user_name="zoe")
    second = do("get_account_authorization_details", filter=["User"], marker=first["marker"])
    assert [user["user_name"] for user in second["user_detail_list"]] == ["bob", "zoe"]


@pytest.mark.parametrize("marker", ["x", "MWJvYg", "MTkgYm9i"])
def test_a_marker_of_another_list_is_refused(do: Do, marker: str) -> None:
    with pytest.raises(ValidationError):
        do("get_account_authorization_details", marker=marker)
