"""Groups and who is in them, through boto3."""

from __future__ import annotations

from typing import Any

from tests.clients.refusals import refused
from tests.documents import ADMINISTRATOR

ACCOUNT = "arn:aws:iam::123456789012"


def test_a_group_is_made_described_renamed_and_deleted(iam: Any, name: str) -> None:
    made = iam.create_group(GroupName=name, Path="/teams/")["Group"]
    assert made["Arn"] == f"{ACCOUNT}:group/teams/{name}"
    assert made["GroupId"].startswith("AGPA")
    with refused("EntityAlreadyExists", 409, f"Group with name {name.upper()} already exists."):
        iam.create_group(GroupName=name.upper())
    iam.update_group(GroupName=name, NewGroupName=f"{name}-new")
    answer = iam.get_group(GroupName=f"{name}-new")
    assert answer["Group"]["GroupId"] == made["GroupId"]
    assert answer["Users"] == []
    assert answer["IsTruncated"] is False
    assert f"{name}-new" in [group["GroupName"] for group in iam.list_groups(PathPrefix="/teams/")["Groups"]]
    iam.delete_group(GroupName=f"{name}-new")
    with refused("NoSuchEntity", 404, f"The group with name {name}-new cannot be found."):
        iam.get_group(GroupName=f"{name}-new")


def test_a_user_joins_and_leaves(iam: Any, user: str, name: str) -> None:
    iam.create_group(GroupName=name)
    iam.add_user_to_group(GroupName=name, UserName=user)
    iam.add_user_to_group(GroupName=name, UserName=user)
    assert [member["UserName"] for member in iam.get_group(GroupName=name)["Users"]] == [user]
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName=user)["Groups"]] == [name]
    with refused("DeleteConflict", 409):
        iam.delete_group(GroupName=name)
    iam.remove_user_from_group(GroupName=name, UserName=user)
    with refused("NoSuchEntity", 404):
        iam.remove_user_from_group(GroupName=name, UserName=user)


def test_a_user_is_in_ten_groups_at_most(iam: Any, user: str, name: str) -> None:
    for number in range(11):
        iam.create_group(GroupName=f"{name}-{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"{name}-{number}", UserName=user)
    with refused("LimitExceeded", 409, "Cannot exceed quota for GroupsPerUser: 10"):
        iam.add_user_to_group(GroupName=f"{name}-10", UserName=user)


def test_a_group_has_policies_of_its_own_and_managed_ones(iam: Any, name: str) -> None:
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    iam.create_group(GroupName=name)
    iam.put_group_policy(GroupName=name, PolicyName="own", PolicyDocument=document)
    assert iam.list_group_policies(GroupName=name)["PolicyNames"] == ["own"]
    assert iam.get_group_policy(GroupName=name, PolicyName="own")["PolicyDocument"]["Version"] == "2012-10-17"
    iam.attach_group_policy(GroupName=name, PolicyArn=ADMINISTRATOR)
    attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    iam.detach_group_policy(GroupName=name, PolicyArn=ADMINISTRATOR)
    iam.delete_group_policy(GroupName=name, PolicyName="own")
    with refused("NoSuchEntity", 404):
        iam.get_group_policy(GroupName=name, PolicyName="own")
