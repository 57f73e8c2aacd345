"""The policy simulator through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.refusals import refused
from tests.documents import READ_ONLY, allow, deny, document

USER_ARN = "arn:aws:iam::123456789012:user/{}"
REPORTS = "arn:aws:s3:::reports/{}"


def decisions(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["EvalActionName"], one["EvalDecision"]) for one in answer["EvaluationResults"]]


def test_policies_are_tried_before_they_are_used(iam: Any) -> None:
    answer = iam.simulate_custom_policy(
        PolicyInputList=[allow("s3:*"), deny("s3:DeleteObject")], ActionNames=["s3:GetObject", "s3:DeleteObject"]
    )
    assert decisions(answer) == [("s3:GetObject", "allowed"), ("s3:DeleteObject", "explicitDeny")]
    statement = answer["EvaluationResults"][1]["MatchedStatements"][0]
    assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("PolicyInputList.2", "IAM Policy")
    assert statement["StartPosition"]["Line"] == 1
    assert answer["IsTruncated"] is False


def test_missing_context_keys_are_told(iam: Any) -> None:
    policy = allow("s3:GetObject", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    given = {"PolicyInputList": [policy], "ActionNames": ["s3:GetObject"]}
    (result,) = iam.simulate_custom_policy(**given)["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:MultiFactorAuthPresent"])
    key = {
        "ContextKeyName": "aws:MultiFactorAuthPresent",
        "ContextKeyType": "boolean",
        "ContextKeyValues": ["true"],
    }
    assert decisions(iam.simulate_custom_policy(**given, ContextEntries=[key])) == [("s3:GetObject", "allowed")]


def test_the_policies_of_a_user_are_tried_with_a_boundary(iam: Any, user: str) -> None:
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=allow("s3:*"))
    iam.attach_user_policy(UserName=user, PolicyArn=READ_ONLY)
    given = {"PolicySourceArn": USER_ARN.format(user), "ActionNames": ["s3:PutObject"]}
    answer = iam.simulate_principal_policy(**given, ResourceArns=[REPORTS.format(name) for name in "ab"])
    assert decisions(answer) == [("s3:PutObject", "allowed")]
    found = answer["EvaluationResults"][0]["ResourceSpecificResults"]
    assert {one["EvalResourceName"]: one["EvalResourceDecision"] for one in found} == {
        REPORTS.format(name): "allowed" for name in "ab"
    }
    within = iam.simulate_principal_policy(**given, PermissionsBoundaryPolicyInputList=[allow("s3:Get*")])
    (result,) = within["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}


def test_paginators_gather_all_results(iam: Any) -> None:
    given = {"PolicyInputList": [allow("s3:*")], "ActionNames": [f"s3:Get{name}" for name in ("Object", "Acl", "Tag")]}
    pages = iam.get_paginator("simulate_custom_policy").paginate(**given, PaginationConfig={"PageSize": 1})
    assert [len(page["EvaluationResults"]) for page in pages] == [1, 1, 1]


def test_context_keys_that_policies_ask_for_are_listed(iam: Any, user: str) -> None:
    policy = allow(
        "s3:*", "arn:aws:s3:::home/${aws:username}/*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    )
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"]
    assert sorted(keys) == ["aws:SourceIp", "aws:username"]
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=policy)
    given = {"PolicySourceArn": USER_ARN.format(user), "PolicyInputList": [allow("s3:*", "arn:aws:s3:::${aws:userid}")]}
    keys = iam.get_context_keys_for_principal_policy(**given)["ContextKeyNames"]
    assert sorted(keys) == ["aws:SourceIp", "aws:userid", "aws:username"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PolicyInputList": ["{"]}, "PolicyInputList.1 is malformed"),
        ({"ActionNames": ["nonsense"]}, "Invalid Input Action"),
        ({"ResourceArns": ["reports"]}, "ResourceNames are not in a valid ARN format: reports"),
        ({"CallerArn": "arn:aws:iam::123456789012:group/g", "ResourcePolicy": document()}, "Invalid"),
    ],
)
def test_questions_that_make_no_sense_are_refused(iam: Any, given: dict[str, Any], words: str) -> None:
    asked = {"PolicyInputList": [allow("s3:*")], "ActionNames": ["s3:GetObject"], **given}
    with refused("InvalidInput", 400, words):
        iam.simulate_custom_policy(**asked)
