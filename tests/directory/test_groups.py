"""Groups and memberships, in both directions."""

from __future__ import annotations

import pytest

from adapter.errors import DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity, ValidationError
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, allow


def group_names(do: Do, user: str) -> list[str]:
    return [group["group_name"] for group in do("list_groups_for_user", user_name=user)["groups"]]


def member_names(do: Do, group: str) -> list[str]:
    return [user["user_name"] for user in do("get_group", group_name=group)["users"]]


def test_a_new_group_is_empty(do: Do) -> None:
    group = do("create_group", group_name="eng", path="/x/")["group"]
    assert group["arn"] == "arn:aws:iam::123456789012:group/x/eng"
    assert member_names(do, "eng") == []


def test_a_name_with_spaces_goes_into_the_display_name(do: Do) -> None:
    do("create_group", group_name="TestPersonnel", display_name="Test personnel")
    assert do("get_group", group_name="TestPersonnel")["group"]["display_name"] == "Test personnel"


def test_an_api_name_has_no_spaces(do: Do) -> None:
    with pytest.raises(ValidationError, match="groupName"):
        do("create_group", group_name="Test personnel")


def test_a_group_name_is_taken_whatever_its_case(do: Do) -> None:
    with pytest.raises(EntityAlreadyExists, match="Group with name ADMIN already exists"):
        do("create_group", group_name="ADMIN")


def test_the_admin_group_is_there_from_the_start_and_is_an_ordinary_group(do: Do) -> None:
    assert do("list_attached_group_policies", group_name="admin")["attached_policies"] == [
        {"policy_name": "AdministratorAccess", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    ]
    do("detach_group_policy", group_name="admin", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
    do("delete_group", group_name="admin")
    assert do("list_groups")["groups"] == []


def test_membership_shows_from_both_sides(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_group", group_name="eng")
    do("add_user_to_group", group_name="eng", user_name="bob")
    assert (group_names(do, "bob"), member_names(do, "eng")) == (["eng"], ["bob"])


def test_adding_twice_changes_nothing(do: Do) -> None:
    do("create_user", user_name="bob")
    do("add_user_to_group", group_name="admin", user_name="bob")
    do("add_user_to_group", group_name="admin", user_name="BOB")
    assert member_names(do, "admin") == ["bob"]


def test_the_last_member_can_leave(do: Do) -> None:
    do("create_user", user_name="bob")
    do("add_user_to_group", group_name="admin", user_name="bob")
    do("remove_user_from_group", group_name="admin", user_name="bob")
    assert member_names(do, "admin") == []


def test_who_is_not_in_a_group_can_not_leave_it(do: Do) -> None:
    do("create_user", user_name="bob")
    with pytest.raises(NoSuchEntity, match="not in group admin"):
        do("remove_user_from_group", group_name="admin", user_name="bob")


def test_an_eleventh_group_is_over_the_quota(do: Do) -> None:
    do("create_user", user_name="bob")
    for number in range(11):
        do("create_group", group_name=f"g{number}")
    for number in range(10):
        do("add_user_to_group", group_name=f"g{number}", user_name="bob")
    with pytest.raises(LimitExceeded, match="Cannot exceed quota for GroupsPerUser: 10"):
        do("add_user_to_group", group_name="g10", user_name="bob")


def test_a_missing_group_or_user_is_named(do: Do) -> None:
    with pytest.raises(NoSuchEntity, match="The group with name ghosts cannot be found"):
        do("add_user_to_group", group_name="ghosts", user_name="bob")
    with pytest.raises(NoSuchEntity, match="The user with name bob cannot be found"):
        do("add_user_to_group", group_name="admin", user_name="bob")


@pytest.mark.parametrize(
    ("operation", "params", "first"),
    [
        ("attach_group_policy", {"policy_arn": READ_ONLY}, "must detach all policies first"),
        ("put_group_policy", {"policy_name": "p", "policy_document": allow("s3:*")}, "must delete policies first"),
        ("add_user_to_group", {"user_name": "bob"}, "must remove users from group first"),
    ],
)
def test_a_group_in_use_is_not_deleted(do: Do, operation: str, params: dict[str, str], first: str) -> None:
    do("create_user", user_name="bob")
    do("create_group", group_name="eng")
    do(operation, group_name="eng", **params)
    with pytest.raises(DeleteConflict, match=first):
        do("delete_group", group_name="eng")


def test_a_rename_keeps_id_and_members(do: Do) -> None:
    before = do("create_group", group_name="eng")["group"]["group_id"]
    do("create_user", user_name="bob")
    do("add_user_to_group", group_name="eng", user_name="bob")
    do("update_group", group_name="eng", new_group_name="engineering", new_path="/x/", display_name="Engineering")
    after = do("get_group", group_name="engineering")
    assert (after["group"]["group_id"], after["group"]["path"]) == (before, "/x/")
    assert [user["user_name"] for user in after["users"]] == ["bob"]


def test_members_come_in_pages(do: Do) -> None:
    for name in "abc":
        do("create_user", user_name=name)
        do("add_user_to_group", group_name="admin", user_name=name)
    first = do("get_group", group_name="admin", max_items=2)
    second = do("get_group", group_name="admin", max_items=2, marker=first["marker"])
    assert [user["user_name"] for user in first["users"] + second["users"]] == ["a", "b", "c"]
