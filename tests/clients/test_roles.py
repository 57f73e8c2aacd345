"""Roles through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients.refusals import refused
from tests.documents import ADMINISTRATOR, READ_ONLY, TRUST, allow

ACCOUNT = "arn:aws:iam::123456789012"


@pytest.fixture
def role(iam: Any, name: str) -> str:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    return name


def test_the_answer_of_create_role_lacks_what_aws_s_lacks(iam: Any, name: str) -> None:
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200)["Role"]
    assert made["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert not {"MaxSessionDuration", "RoleLastUsed"} & set(made)
    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 7200


@pytest.mark.parametrize("text", ["Zoë & <friends>", "line\nline\r\nline", "  spaces  ", "ÿ" * 1000])
def test_text_comes_back_as_it_was_sent(iam: Any, role: str, text: str) -> None:
    iam.update_role(RoleName=role, Description=text)
    assert iam.get_role(RoleName=role)["Role"]["Description"] == text


def test_what_update_role_is_not_given_stays(iam: Any, role: str) -> None:
    iam.update_role(RoleName=role, Description="one", MaxSessionDuration=7200)
    iam.update_role(RoleName=role, Description="two")
    assert iam.get_role(RoleName=role)["Role"]["MaxSessionDuration"] == 7200


def test_the_trust_policy_is_replaced(iam: Any, role: str) -> None:
    other = json.loads(TRUST.replace('"sts:AssumeRole"', '["sts:AssumeRole", "sts:TagSession"]'))
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(other))
    assert iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"] == other
    with refused("MalformedPolicyDocument", 400):
        iam.update_assume_role_policy(RoleName=role, PolicyDocument="{")


def test_roles_are_listed_and_tagged(iam: Any, role: str) -> None:
    iam.tag_role(RoleName=role, Tags=[{"Key": "a", "Value": "1"}])
    assert iam.list_role_tags(RoleName=role)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert role in [found["RoleName"] for found in iam.list_roles()["Roles"]]
    iam.untag_role(RoleName=role, TagKeys=["a"])
    assert iam.list_role_tags(RoleName=role)["Tags"] == []


def test_a_role_has_policies_and_a_boundary(iam: Any, role: str) -> None:
    iam.attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=allow("s3:*"))
    iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=READ_ONLY)
    assert iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"][0]["PolicyArn"] == ADMINISTRATOR
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["own"]
    assert iam.get_role_policy(RoleName=role, PolicyName="own")["PolicyDocument"] == json.loads(allow("s3:*"))
    with refused("DeleteConflict", 409, "Cannot delete entity, must detach all policies first."):
        iam.delete_role(RoleName=role)
    iam.delete_role_permissions_boundary(RoleName=role)
    iam.detach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)
    iam.delete_role_policy(RoleName=role, PolicyName="own")
    iam.delete_role(RoleName=role)
    with refused("NoSuchEntity", 404, f"The role with name {role} cannot be found."):
        iam.get_role(RoleName=role)


def test_a_duration_out_of_range_is_refused_in_aws_s_words(iam: Any, role: str) -> None:
    rule = "Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or"
    with refused("ValidationError", 400, rule):
        iam.update_role(RoleName=role, MaxSessionDuration=1)
