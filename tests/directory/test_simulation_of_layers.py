"""The policy simulator, on boundaries, resource policies and organisations."""

from __future__ import annotations

import pytest

from adapter.errors import InvalidInput
from tests.directory.conftest import Do
from tests.documents import TRUST, allow, deny, document
from tests.simulating import GROUP, ME, OBJECT, ROLE, simulate, sources, trusting


def test_a_boundary_limits(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), permissions_boundary_policy_input_list=[allow("iam:*")])
    assert result["eval_decision"] == "implicitDeny"
    assert result["permissions_boundary_decision_detail"] == {"allowed_by_permissions_boundary": False}


def test_a_boundary_never_grants_and_its_allows_are_not_listed(ask: Do) -> None:
    boundary = {"permissions_boundary_policy_input_list": [allow("s3:*")]}
    assert simulate(ask, allow("iam:*"), **boundary)["eval_decision"] == "implicitDeny"
    result = simulate(ask, allow("s3:*"), resource_arns=[OBJECT], **boundary)
    assert sources(result) == [("PolicyInputList.1", "IAM Policy")]
    inside = {"allowed_by_permissions_boundary": True}
    assert result["permissions_boundary_decision_detail"] == inside
    assert result["resource_specific_results"][0]["permissions_boundary_decision_detail"] == inside


def test_a_deny_of_a_boundary_is_named_as_such(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), permissions_boundary_policy_input_list=[deny("s3:*")])
    assert result["eval_decision"] == "explicitDeny"
    assert sources(result) == [("PermissionsBoundaryPolicyInputList.1", "Permissions Boundary Policy")]


def test_there_is_one_boundary_at_most(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="Only one permissions boundary"):
        simulate(ask, allow("s3:*"), permissions_boundary_policy_input_list=[allow("s3:*")] * 2)


def test_a_resource_policy_that_names_the_user_grants_past_the_boundary(ask: Do) -> None:
    result = simulate(
        ask,
        allow("iam:*"),
        permissions_boundary_policy_input_list=[allow("iam:*")],
        resource_policy=trusting(ME),
        resource_arns=[OBJECT],
        resource_owner="arn:aws:iam::123456789012:root",
        caller_arn=ME,
    )
    assert result["eval_decision"] == "allowed"
    assert sources(result) == [("ResourcePolicy", "Resource Policy")]
    assert result["eval_decision_details"] == {}
    assert result["permissions_boundary_decision_detail"] == {"allowed_by_permissions_boundary": False}


def test_across_accounts_both_sides_have_to_allow(ask: Do) -> None:
    asked = {
        "resource_policy": trusting(ME),
        "resource_arns": [OBJECT],
        "resource_owner": "arn:aws:iam::999999999999:root",
        "caller_arn": ME,
    }
    assert simulate(ask, allow("s3:*"), **asked)["eval_decision"] == "allowed"
    result = simulate(ask, allow("iam:*"), permissions_boundary_policy_input_list=[allow("iam:*")], **asked)
    details = {
        "IAM Policy": "implicitDeny",
        "Resource Policy": "allowed",
        "Permissions Boundary Policy": "implicitDeny",
    }
    assert (result["eval_decision"], result["matched_statements"]) == ("implicitDeny", [])
    assert result["eval_decision_details"] == details
    (only,) = result["resource_specific_results"]
    assert only["eval_decision_details"] == details
    assert sources(only) == [("ResourcePolicy", "Resource Policy")]


def test_the_account_in_an_arn_owns_the_resource(ask: Do) -> None:
    queue = "arn:aws:sqs:eu-west-1:999999999999:jobs"
    policy = document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": queue})
    result = simulate(
        ask, allow("s3:*"), action="sqs:SendMessage", resource_policy=policy, resource_arns=[queue], caller_arn=ME
    )
    assert result["eval_decision_details"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}


def test_the_foreign_account_s_silence_denies(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), resource_arns=[OBJECT], resource_owner="999999999999", caller_arn=ME)
    assert (result["eval_decision"], result["eval_decision_details"]) == ("implicitDeny", {"IAM Policy": "allowed"})


def test_a_deny_of_the_resource_s_own_policy_wins(ask: Do) -> None:
    asked = {"resource_policy": trusting(ME, effect="Deny"), "resource_arns": [OBJECT], "caller_arn": ME}
    assert simulate(ask, allow("s3:*"), **asked)["eval_decision"] == "explicitDeny"


def test_a_trust_policy_is_judged_for_the_role(ask: Do) -> None:
    asked = {"action": "sts:AssumeRole", "resource_policy": TRUST, "resource_arns": [ROLE], "caller_arn": ME}
    assert simulate(ask, allow("sts:AssumeRole"), **asked)["eval_decision"] == "allowed"
    assert simulate(ask, allow("s3:*"), **asked)["eval_decision"] == "implicitDeny"


def test_somebody_has_to_call(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="CallerArn is required"):
        simulate(ask, allow("s3:*"), resource_policy=trusting(ME))


def test_a_group_can_t_call(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="Invalid caller"):
        simulate(ask, allow("s3:*"), resource_policy=trusting(ME), caller_arn=GROUP)


@pytest.mark.parametrize("owner", ["bob", "arn:aws:iam::123456789012:user/bob", "arn:aws:iam::123456789012", "12345"])
def test_an_owner_is_an_account(ask: Do, owner: str) -> None:
    with pytest.raises(InvalidInput, match=f"'{owner}' is not a valid as a Resource Owner"):
        simulate(ask, allow("s3:*"), resource_owner=owner)


@pytest.mark.parametrize(
    ("levels", "decision"),
    [
        ([[allow("*")], [allow("s3:*")]], "allowed"),
        ([[allow("*")], [allow("iam:*")]], "implicitDeny"),
        ([[allow("*"), deny("s3:*")], [allow("*")]], "explicitDeny"),
    ],
)
def test_every_level_has_to_allow(ask: Do, levels: list[list[str]], decision: str) -> None:
    given = [{"service_control_policy_input_list": level} for level in levels]
    result = simulate(ask, allow("s3:*"), ordered_organization_policy_input_list=given, resource_arns=[OBJECT])
    assert result["eval_decision"] == decision
    assert result["organizations_decision_detail"] == {"allowed_by_organizations": decision == "allowed"}
    assert ("eval_decision_details" in result) is (decision == "allowed")
    assert bool(result["matched_statements"]) is (decision == "allowed")
