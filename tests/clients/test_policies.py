"""Managed and inline policies through boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.clients.refusals import refused
from tests.documents import READ_ONLY, allow, deny, document

ACCOUNT = "arn:aws:iam::123456789012"


@pytest.fixture
def policy(iam: Any, name: str) -> str:
    return iam.create_policy(PolicyName=name, PolicyDocument=allow("s3:Get*"))["Policy"]["Arn"]


def test_a_new_policy_is_described_as_aws_does(iam: Any, name: str) -> None:
    made = iam.create_policy(
        PolicyName=name, Path="/p/", PolicyDocument=allow("s3:*"), Description="All of S3", Tags=[]
    )["Policy"]
    assert made["Arn"] == f"{ACCOUNT}:policy/p/{name}"
    assert made["PolicyId"].startswith("ANPA")
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["IsAttachable"]) == ("v1", 0, True)
    assert iam.get_policy(PolicyArn=made["Arn"])["Policy"]["Description"] == "All of S3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Syntax errors in policy."),
        ("[]", "Syntax errors in policy."),
        (document(), "Syntax errors in policy."),
        (document({"Effect": "allow", "Action": "*", "Resource": "*"}), "Syntax errors in policy."),
        (allow("s3:*").replace("2012", "2008"), "Policy document must be version 2012-10-17 or greater."),
        (allow("s3:*").replace("2012", "1999"), "The policy must contain a valid version string"),
        (document({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."),
        (document({"Effect": "Allow", "Action": "*"}), "Policy statement must contain resources."),
        (allow("s3"), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        (allow("s3:*", "reports"), 'Resource reports must be in ARN format or "*".'),
        (allow("s3:*", Principal="*"), "Policy document should not specify a principal."),
    ],
)
def test_a_broken_document_is_refused_in_aws_s_words_and_no_others(iam: Any, name: str, text: str, words: str) -> None:
    with pytest.raises(ClientError) as caught:
        iam.create_policy(PolicyName=name, PolicyDocument=text)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("MalformedPolicyDocument", words)


def test_versions_come_go_and_take_over(iam: Any, policy: str) -> None:
    made = iam.create_policy_version(PolicyArn=policy, PolicyDocument=deny("s3:*"), SetAsDefault=True)["PolicyVersion"]
    assert (made["VersionId"], made["IsDefaultVersion"]) == ("v2", True)
    found = iam.get_policy_version(PolicyArn=policy, VersionId="v2")["PolicyVersion"]
    assert found["Document"] == json.loads(deny("s3:*"))
    with refused("DeleteConflict", 409):
        iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    iam.set_default_policy_version(PolicyArn=policy, VersionId="v1")
    iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
    assert [each["VersionId"] for each in iam.list_policy_versions(PolicyArn=policy)["Versions"]] == ["v1"]


def test_a_sixth_version_is_one_too_many(iam: Any, policy: str) -> None:
    for _ in range(4):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("s3:*"))
    with refused("LimitExceeded", 409):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("s3:*"))


def test_a_policy_in_use_is_not_deleted(iam: Any, policy: str, user: str) -> None:
    iam.attach_user_policy(UserName=user, PolicyArn=policy)
    users = iam.list_entities_for_policy(PolicyArn=policy)["PolicyUsers"]
    assert [each["UserName"] for each in users] == [user]
    with refused("DeleteConflict", 409):
        iam.delete_policy(PolicyArn=policy)
    assert iam.list_attached_user_policies(UserName=user)["AttachedPolicies"][0]["PolicyArn"] == policy
    iam.detach_user_policy(UserName=user, PolicyArn=policy)
    iam.delete_policy(PolicyArn=policy)
    with refused("NoSuchEntity", 404, f"Policy {policy} was not found."):
        iam.get_policy(PolicyArn=policy)


def test_own_and_system_defined_policies_are_listed_apart(iam: Any, policy: str) -> None:
    assert policy in [each["Arn"] for each in iam.list_policies(Scope="Local")["Policies"]]
    assert READ_ONLY in [
        each["Arn"] for page in iam.get_paginator("list_policies").paginate(Scope="AWS") for each in page["Policies"]
    ]


def test_a_policy_has_tags(iam: Any, policy: str) -> None:
    iam.tag_policy(PolicyArn=policy, Tags=[{"Key": "a", "Value": "1"}])
    assert iam.list_policy_tags(PolicyArn=policy)["Tags"] == [{"Key": "a", "Value": "1"}]
    iam.untag_policy(PolicyArn=policy, TagKeys=["a"])
    assert iam.list_policy_tags(PolicyArn=policy)["Tags"] == []


def test_an_inline_policy_comes_back_as_it_was_sent(iam: Any, user: str) -> None:
    document = allow(
        "s3:*", "arn:aws:s3:::bucket/${aws:username}/*", Condition={"Bool": {"aws:SecureTransport": "true"}}
    )
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document)
    assert iam.get_user_policy(UserName=user, PolicyName="own")["PolicyDocument"] == json.loads(document)
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ["own"]
    iam.delete_user_policy(UserName=user, PolicyName="own")
    with refused("NoSuchEntity", 404):
        iam.get_user_policy(UserName=user, PolicyName="own")


def test_a_boundary_is_put_and_taken_away(iam: Any, user: str) -> None:
    iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=READ_ONLY)
    assert "PermissionsBoundary" in iam.get_user(UserName=user)["User"]
    iam.delete_user_permissions_boundary(UserName=user)
    assert "PermissionsBoundary" not in iam.get_user(UserName=user)["User"]
