"""Users: created, changed, listed and deleted, with AWS's codes and words."""

from __future__ import annotations

import pytest

from adapter.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from tests.directory.conftest import Do
from tests.documents import allow


def test_a_new_user_is_answered_with_its_identity(do: Do) -> None:
    user = do("create_user", user_name="bob", path="/eng/")["user"]
    assert user["arn"] == "arn:aws:iam::123456789012:user/eng/bob"
    assert user["user_id"].startswith("AIDA")
    assert len(user["user_id"]) == 21


def test_details_of_the_directory_are_kept(do: Do) -> None:
    do(
        "create_user",
        user_name="bob",
        display_name="Bob B.",
        remarks="on leave",
        mobile_phone="+49 30 1",
        email="b@x.org",
    )
    user = do("get_user", user_name="bob")["user"]
    assert (user["display_name"], user["remarks"]) == ("Bob B.", "on leave")
    assert (user["mobile_phone"], user["email"]) == ("+49 30 1", "b@x.org")


def test_a_name_is_taken_whatever_its_case(do: Do) -> None:
    do("create_user", user_name="bob")
    with pytest.raises(EntityAlreadyExists, match="User with name BOB already exists"):
        do("create_user", user_name="BOB")


def test_a_user_is_found_whatever_the_case(do: Do) -> None:
    do("create_user", user_name="Bob")
    assert do("get_user", user_name="bOB")["user"]["user_name"] == "Bob"


@pytest.mark.parametrize("name", ["a,b", "a+b", "a=b", "a.b@c-d", "+", ",", "="])
def test_every_name_that_iam_allows_survives_the_directory(do: Do, name: str) -> None:
    do("create_user", user_name=name)
    assert do("get_user", user_name=name)["user"]["user_name"] == name
    assert [user["user_name"] for user in do("list_users")["users"]] == [name]
    do("delete_user", user_name=name)


def test_a_missing_user_is_named(do: Do) -> None:
    with pytest.raises(NoSuchEntity, match=r"The user with name ghost cannot be found\."):
        do("get_user", user_name="ghost")


def test_lists_come_by_name_without_regard_to_case(do: Do) -> None:
    for name in ("carol", "Bob", "alice"):
        do("create_user", user_name=name)
    assert [user["user_name"] for user in do("list_users")["users"]] == ["alice", "Bob", "carol"]


def test_a_list_comes_in_pages(do: Do) -> None:
    for name in "abc":
        do("create_user", user_name=name)
    first = do("list_users", max_items=2)
    second = do("list_users", max_items=2, marker=first["marker"])
    assert [user["user_name"] for user in first["users"] + second["users"]] == ["a", "b", "c"]
    assert (first["is_truncated"], second["is_truncated"]) == (True, False)


def test_a_foreign_marker_is_refused(do: Do) -> None:
    with pytest.raises(ValidationError, match="Invalid Marker"):
        do("list_users", marker="*)(uid=*")


def test_a_list_can_be_held_to_a_path(do: Do) -> None:
    do("create_user", user_name="bob", path="/eng/red/")
    do("create_user", user_name="carol", path="/ops/")
    do("create_user", user_name="dave")
    assert [user["user_name"] for user in do("list_users", path_prefix="/eng")["users"]] == ["bob"]
    assert len(do("list_users", path_prefix="/")["users"]) == 3


def test_a_rename_keeps_id_groups_and_policies(do: Do) -> None:
    before = do("create_user", user_name="bob")["user"]
    do("create_group", group_name="eng")
    do("add_user_to_group", user_name="bob", group_name="eng")
    do("attach_user_policy", user_name="bob", policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    do("update_user", user_name="bob", new_user_name="robert", new_path="/x/")
    after = do("get_user", user_name="robert")["user"]
    assert (after["user_id"], after["arn"]) == (before["user_id"], "arn:aws:iam::123456789012:user/x/robert")
    assert [group["group_name"] for group in do("list_groups_for_user", user_name="robert")["groups"]] == ["eng"]
    assert do("list_attached_user_policies", user_name="robert")["attached_policies"]
    with pytest.raises(NoSuchEntity):
        do("get_user", user_name="bob")


def test_a_rename_may_change_case_alone(do: Do) -> None:
    do("create_user", user_name="bob")
    do("update_user", user_name="bob", new_user_name="Bob")
    assert do("get_user", user_name="bob")["user"]["user_name"] == "Bob"


def test_a_rename_to_a_taken_name_changes_nothing(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_user", user_name="carol")
    with pytest.raises(EntityAlreadyExists):
        do("update_user", user_name="bob", new_user_name="Carol")
    assert len(do("list_users")["users"]) == 2


def test_an_empty_detail_takes_it_away(do: Do) -> None:
    do("create_user", user_name="bob", remarks="on leave")
    do("update_user", user_name="bob", remarks="")
    assert "remarks" not in do("get_user", user_name="bob")["user"]


@pytest.mark.parametrize(
    ("prepare", "params", "first"),
    [
        ("add_user_to_group", {"group_name": "admin"}, "must remove users from group first"),
        ("attach_user_policy", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "must detach all policies"),
        (
            "put_user_policy",
            {
                "policy_name": "p",
                "policy_document": allow("*"),
            },
            "must delete policies first",
        ),
        ("create_login_profile", {"password": "Correct-horse-1"}, "must delete login profile first"),
    ],
)
def test_a_user_with_dependents_is_not_deleted(do: Do, prepare: str, params: dict[str, str], first: str) -> None:
    do("create_user", user_name="bob")
    do(prepare, user_name="bob", **params)
    with pytest.raises(DeleteConflict, match=first):
        do("delete_user", user_name="bob")
    assert do("get_user", user_name="bob")


def test_a_deleted_user_is_gone(do: Do) -> None:
    do("create_user", user_name="bob")
    do("delete_user", user_name="bob")
    assert do("list_users")["users"] == []


def test_a_name_that_is_made_again_is_somebody_else(do: Do) -> None:
    first = do("create_user", user_name="bob")["user"]["user_id"]
    do("delete_user", user_name="bob")
    assert do("create_user", user_name="bob")["user"]["user_id"] != first


def test_root_is_described_without_a_name(do: Do) -> None:
    user = do("get_user")["user"]
    assert (user["arn"], user["user_id"]) == ("arn:aws:iam::123456789012:root", "123456789012")


def test_tags_are_set_replaced_and_taken(do: Do) -> None:
    do("create_user", user_name="bob", tags=[{"key": "Team", "value": "red"}, {"key": "a=b", "value": "x=y"}])
    do("tag_user", user_name="bob", tags=[{"key": "team", "value": "blue"}])
    do("untag_user", user_name="bob", tag_keys=["A=B"])
    assert do("list_user_tags", user_name="bob")["tags"] == [{"key": "team", "value": "blue"}]


def test_a_tag_key_twice_is_refused(do: Do) -> None:
    with pytest.raises(InvalidInput, match="Duplicate tag keys"):
        do("create_user", user_name="bob", tags=[{"key": "a", "value": ""}, {"key": "A", "value": ""}])


def test_a_fifty_first_tag_is_over_the_quota(do: Do) -> None:
    do("create_user", user_name="bob", tags=[{"key": str(n), "value": ""} for n in range(50)])
    with pytest.raises(LimitExceeded, match="TagsPerUser: 50"):
        do("tag_user", user_name="bob", tags=[{"key": "more", "value": ""}])
    assert len(do("list_user_tags", user_name="bob")["tags"]) == 50
