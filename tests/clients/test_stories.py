"""The stories of the documents that Bindery was made after, told by the API alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.clients.conftest import Api, Key
from tests.clients.refusals import refused
from tests.documents import CHANGE_PASSWORD, READ_ONLY, allow

ACCOUNT = "arn:aws:iam::123456789012"
PASSWORD = "Welcome-to-work-1"
ECS_FULL = "arn:aws:iam::aws:policy/ECSFullAccess"
ECS_READ = "arn:aws:iam::aws:policy/ECSReadOnlyAccess"


@dataclass(frozen=True)
class Story:
    """The quick start's people, each with a key of their own."""

    api: Api
    keys: dict[str, Key]

    def iam(self, name: str) -> Any:
        return self.api.client("iam", self.keys[name])


def hire(api: Api, by: Any, name: str, *groups: str) -> Key:
    by.create_user(UserName=name)
    by.create_login_profile(UserName=name, Password=PASSWORD)
    for group in groups:
        by.add_user_to_group(GroupName=group, UserName=name)
    made = by.create_access_key(UserName=name)["AccessKey"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"])


@pytest.fixture(scope="module")
def quick_start(api: Api) -> Story:
    """An account, two security administrators, developers and testers."""
    story = Story(api, {})
    story.keys["bob"] = hire(api, api.client("iam"), "bob", "admin")
    story.keys["alice"] = hire(api, story.iam("bob"), "alice", "admin")
    alice = story.iam("alice")
    for name, policy in (("DevelopmentPersonnel", ECS_FULL), ("TestPersonnel", ECS_READ)):
        alice.create_group(GroupName=name)
        for arn in (policy, CHANGE_PASSWORD):
            alice.attach_group_policy(GroupName=name, PolicyArn=arn)
    story.keys["job"] = hire(api, alice, "job", "DevelopmentPersonnel")
    story.keys["joy"] = hire(api, alice, "joy", "DevelopmentPersonnel")
    story.keys["ray"] = hire(api, alice, "ray", "TestPersonnel")
    alice.add_user_to_group(GroupName="TestPersonnel", UserName="job")
    return story


@pytest.mark.parametrize("name", ["bob", "alice", "job", "joy", "ray"])
def test_000_everybody_has_credentials_of_their_own(quick_start: Story, name: str) -> None:
    identity = quick_start.api.client("sts", quick_start.keys[name]).get_caller_identity()
    assert identity["Arn"] == f"{ACCOUNT}:user/{name}"
    directory = quick_start.api.directory
    assert (
        directory.ldap_as(name, PASSWORD, "ldapwhoami").stdout.strip() == f"dn:uid={name},ou=people,dc=example,dc=org"
    )


def test_000_a_group_has_many_users_and_a_user_many_groups(quick_start: Story) -> None:
    bob = quick_start.iam("bob")
    assert [user["UserName"] for user in bob.get_group(GroupName="DevelopmentPersonnel")["Users"]] == ["job", "joy"]
    groups = [group["GroupName"] for group in bob.list_groups_for_user(UserName="job")["Groups"]]
    assert groups == ["DevelopmentPersonnel", "TestPersonnel"]


@pytest.mark.parametrize("name", ["job", "joy", "ray"])
def test_000_who_is_no_administrator_manages_nobody(quick_start: Story, name: str) -> None:
    words = (
        f"User: {ACCOUNT}:user/{name} is not authorized to perform: iam:CreateUser on resource: {ACCOUNT}:user/eve "
        "because no identity-based policy allows the iam:CreateUser action"
    )
    with refused("AccessDenied", 403, words):
        quick_start.iam(name).create_user(UserName="eve")


def test_000_rights_follow_membership_with_the_next_request(quick_start: Story) -> None:
    bob, ray = quick_start.iam("bob"), quick_start.iam("ray")
    bob.add_user_to_group(GroupName="admin", UserName="ray")
    assert "ray" in [user["UserName"] for user in ray.list_users()["Users"]]
    bob.remove_user_from_group(GroupName="admin", UserName="ray")
    with refused("AccessDenied", 403):
        ray.list_users()


def test_001_a_user_for_programs_is_made_in_the_three_ways(quick_start: Story) -> None:
    bob = quick_start.iam("bob")
    bob.create_user(UserName="developer01", Path="/engineering/", Tags=[{"Key": "team", "Value": "platform"}])
    bob.add_user_to_group(GroupName="DevelopmentPersonnel", UserName="developer01")
    for group in bob.list_groups_for_user(UserName="job")["Groups"]:
        bob.add_user_to_group(GroupName=group["GroupName"], UserName="developer01")
    bob.attach_user_policy(UserName="developer01", PolicyArn=READ_ONLY)
    made = bob.create_access_key(UserName="developer01")["AccessKey"]
    own = quick_start.api.client("iam", Key(made["AccessKeyId"], made["SecretAccessKey"]))
    described = own.get_user()["User"]
    assert described["Arn"] == f"{ACCOUNT}:user/engineering/developer01"
    assert described["Tags"] == [{"Key": "team", "Value": "platform"}]
    with refused("AccessDenied", 403):
        own.delete_user(UserName="joy")


def test_001_a_boundary_limits_what_policies_give(quick_start: Story) -> None:
    bob = quick_start.iam("bob")
    bob.create_user(UserName="bounded", PermissionsBoundary=READ_ONLY)
    bob.put_user_policy(UserName="bounded", PolicyName="all", PolicyDocument=allow("*"))
    made = bob.create_access_key(UserName="bounded")["AccessKey"]
    own = quick_start.api.client("iam", Key(made["AccessKeyId"], made["SecretAccessKey"]))
    assert own.get_user()["User"]["UserName"] == "bounded"
    with refused("AccessDenied", 403, "because no permissions boundary allows the iam:CreateUser action"):
        own.create_user(UserName="eve")


def test_003_a_user_from_the_first_key_to_the_end(quick_start: Story) -> None:
    bob = quick_start.iam("bob")
    bob.create_user(UserName="application")
    bob.update_user(UserName="application", NewUserName="billing")
    made = bob.create_access_key(UserName="billing")["AccessKey"]
    own = quick_start.api.client("sts", Key(made["AccessKeyId"], made["SecretAccessKey"]))
    assert own.get_caller_identity()["Arn"] == f"{ACCOUNT}:user/billing"
    (listed,) = bob.list_access_keys(UserName="billing")["AccessKeyMetadata"]
    assert (listed["AccessKeyId"], listed["Status"]) == (made["AccessKeyId"], "Active")
    bob.update_access_key(UserName="billing", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", 403):
        own.get_caller_identity()
    bob.update_access_key(UserName="billing", AccessKeyId=made["AccessKeyId"], Status="Active")
    assert own.get_caller_identity()
    assert "AccessKeyLastUsed" in bob.get_access_key_last_used(AccessKeyId=made["AccessKeyId"])
    bob.attach_user_policy(UserName="billing", PolicyArn=ECS_READ)
    with refused("DeleteConflict", 409):
        bob.delete_user(UserName="billing")
    bob.detach_user_policy(UserName="billing", PolicyArn=ECS_READ)
    bob.delete_access_key(UserName="billing", AccessKeyId=made["AccessKeyId"])
    bob.delete_user(UserName="billing")
    with refused("InvalidClientTokenId", 403):
        own.get_caller_identity()
