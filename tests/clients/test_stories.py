"""The stories of the documents that Bindery was made after, told by the API alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from adapter.installation.accounts import create_account
from tests.clients.conftest import Api, Key
from tests.clients.refusals import refused
from tests.documents import CHANGE_PASSWORD, READ_ONLY, allow
from tests.documents import document as document_of

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


@pytest.fixture(scope="module")
def operator(quick_start: Story) -> Key:
    """A user in a group that may only read ECS."""
    alice = quick_start.iam("alice")
    alice.create_group(GroupName="Operators")
    alice.attach_group_policy(GroupName="Operators", PolicyArn=ECS_READ)
    return hire(quick_start.api, alice, "operator", "Operators")


def decisions(iam: Any, *actions: str, **more: Any) -> list[str]:
    answer = iam.simulate_principal_policy(
        PolicySourceArn=f"{ACCOUNT}:user/operator", ActionNames=list(actions), **more
    )
    return [result["EvalDecision"] for result in answer["EvaluationResults"]]


def test_004_who_may_read_ecs_creates_nothing_there_and_sees_nothing_else(quick_start: Story, operator: Key) -> None:
    alice = quick_start.iam("alice")
    assert decisions(alice, "ecs:ListServersDetails") == ["allowed"]
    assert decisions(alice, "ecs:CreateServers", "s3:ListBucket", "iam:ListUsers") == ["implicitDeny"] * 3
    own = quick_start.api.client("iam", operator)
    with refused("AccessDenied", 403, "because no identity-based policy allows the iam:ListUsers action"):
        own.list_users()


def test_004_a_permission_holds_in_the_authorized_region_alone(quick_start: Story, operator: Key) -> None:
    alice, api = quick_start.iam("alice"), quick_start.api
    here = {"StringEquals": {"aws:RequestedRegion": "eu-de"}}
    document = allow(["ecs:CreateServers", "iam:ListGroups"], Condition=here)
    alice.put_user_policy(UserName="operator", PolicyName="eu-de", PolicyDocument=document)
    for region, decision in (("eu-de", "allowed"), ("eu-nl", "implicitDeny")):
        entry = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string", "ContextKeyValues": [region]}
        assert decisions(alice, "ecs:CreateServers", ContextEntries=[entry]) == [decision]
    assert api.client("iam", operator, region="eu-de").list_groups()["Groups"]
    with refused("AccessDenied", 403):
        api.client("iam", operator, region="eu-nl").list_groups()


def test_004_access_is_delegated_to_another_account_and_to_a_service(quick_start: Story, operator: Key) -> None:
    alice, api = quick_start.iam("alice"), quick_start.api
    partner = create_account(api.directory.settings, email="root@partner.example")
    root = Key(partner.root_access_key_id, partner.root_secret_access_key)
    contractor = hire(api, api.client("iam", root), "contractor")
    api.client("iam", root).put_user_policy(
        UserName="contractor", PolicyName="delegated", PolicyDocument=allow("sts:AssumeRole")
    )
    asked = {"StringEquals": {"sts:ExternalId": "contract-7"}}
    for name, principal, condition in (
        ("maintenance", {"AWS": partner.account_id}, {"Condition": asked}),
        ("ecs", {"Service": "ecs.amazonaws.com"}, {}),
    ):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **condition}
        alice.create_role(RoleName=name, AssumeRolePolicyDocument=document_of(statement))
        alice.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    sts = api.client("sts", contractor)
    wanted = {"RoleArn": f"{ACCOUNT}:role/maintenance", "RoleSessionName": "visit"}
    with refused("AccessDenied", 403):
        sts.assume_role(**wanted)
    given = sts.assume_role(**wanted, ExternalId="contract-7")
    assert given["AssumedRoleUser"]["Arn"].endswith("assumed-role/maintenance/visit")
    with refused("AccessDenied", 403):
        api.client("sts", operator).assume_role(RoleArn=f"{ACCOUNT}:role/ecs", RoleSessionName="service")
