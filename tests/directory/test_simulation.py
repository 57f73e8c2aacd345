"""The policy simulator, on what users, groups and roles have."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.errors import AccessDenied, InvalidInput, NoSuchEntity
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, TRUST, allow
from tests.simulating import GROUP, ME, OBJECT, ROLE, simulate_for, sources, trusting


@pytest.fixture
def bob(do: Do) -> str:
    """A user with an inline policy, in a group with a managed and an inline policy."""
    do("create_user", user_name="bob")
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow("s3:DeleteObject"))
    do("create_group", group_name="developers")
    do("attach_group_policy", group_name="developers", policy_arn=READ_ONLY)
    do("put_group_policy", group_name="developers", policy_name="shared", policy_document=allow("sqs:SendMessage"))
    do("add_user_to_group", user_name="bob", group_name="developers")
    return ME


@pytest.fixture
def deployer(do: Do) -> str:
    """A role with an inline policy."""
    do("create_role", role_name="deployer", assume_role_policy_document=TRUST)
    do("put_role_policy", role_name="deployer", policy_name="own", policy_document=allow("s3:PutObject"))
    return ROLE


def test_a_user_has_its_own_policies_and_those_of_its_groups(do: Do, bob: str) -> None:
    assert sources(simulate_for(do, bob)) == [("user_bob_own", "IAM Policy")]
    assert sources(simulate_for(do, bob, "sqs:SendMessage")) == [("group_developers_shared", "IAM Policy")]
    assert sources(simulate_for(do, bob, "iam:GetUser")) == [("ReadOnlyAccess", "IAM Policy")]


def test_a_group_has_its_own_policies(do: Do, bob: str) -> None:
    assert simulate_for(do, GROUP, "sqs:SendMessage")["eval_decision"] == "allowed"
    assert simulate_for(do, GROUP)["eval_decision"] == "implicitDeny"


def test_a_role_has_its_own_policies_and_boundary(do: Do, deployer: str) -> None:
    assert sources(simulate_for(do, deployer, "s3:PutObject")) == [("role_deployer_own", "IAM Policy")]
    do("put_role_permissions_boundary", role_name="deployer", permissions_boundary=READ_ONLY)
    result = simulate_for(do, deployer, "s3:PutObject")
    assert result["eval_decision"] == "implicitDeny"
    assert result["permissions_boundary_decision_detail"] == {"allowed_by_permissions_boundary": False}


def test_the_boundary_that_is_given_replaces_the_real_one(do: Do, bob: str) -> None:
    do("put_user_permissions_boundary", user_name="bob", permissions_boundary=READ_ONLY)
    assert simulate_for(do, bob, "sqs:SendMessage")["eval_decision"] == "implicitDeny"
    result = simulate_for(do, bob, "sqs:SendMessage", permissions_boundary_policy_input_list=[allow("sqs:*")])
    assert result["eval_decision"] == "allowed"


def test_more_policies_can_be_given(do: Do, bob: str) -> None:
    result = simulate_for(do, bob, "s3:PutObject", policy_input_list=[allow("s3:PutObject")])
    assert sources(result) == [("PolicyInputList.1", "IAM Policy")]


def test_somebody_else_can_call_as_if_they_had_the_policies(do: Do, bob: str) -> None:
    alice = "arn:aws:iam::123456789012:user/alice"
    asked = {"action": "s3:PutObject", "resource_policy": trusting(alice), "resource_arns": [OBJECT]}
    assert simulate_for(do, bob, **asked)["eval_decision"] == "implicitDeny"
    assert simulate_for(do, bob, caller_arn=alice, **asked)["eval_decision"] == "allowed"


def test_the_simulator_agrees_with_the_door(do: Do, as_user: Any) -> None:
    as_bob = as_user("bob")
    do("put_user_policy", user_name="bob", policy_name="own", policy_document=allow("iam:GetUser", ME))
    assert simulate_for(do, ME, "iam:GetUser", resource_arns=[ME])["eval_decision"] == "allowed"
    assert as_bob("get_user")["user"]["user_name"] == "bob"
    assert simulate_for(do, ME, "iam:ListUsers")["eval_decision"] == "implicitDeny"
    with pytest.raises(AccessDenied):
        as_bob("list_users")


def test_a_stored_policy_that_is_not_valid_denies_here_as_at_the_door(do: Do, bob: str, directory: Any) -> None:
    change = "changetype: modify\nadd: iamInlinePolicy\niamInlinePolicy: torn {\n"
    directory.ldap("ldapmodify", stdin=f"dn: uid=bob,ou=people,dc=example,dc=org\n{change}")
    result = simulate_for(do, bob)
    assert (result["eval_decision"], sources(result)) == ("explicitDeny", [("user_bob_torn", "IAM Policy")])


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_who_does_not_exist_is_told_by_kind_and_name(do: Do, kind: str) -> None:
    with pytest.raises(NoSuchEntity, match=f"The {kind} with name ghost cannot be found."):
        simulate_for(do, f"arn:aws:iam::123456789012:{kind}/ghost")


def test_the_path_has_to_be_right(do: Do, bob: str) -> None:
    with pytest.raises(NoSuchEntity):
        simulate_for(do, "arn:aws:iam::123456789012:user/elsewhere/bob")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sts::123456789012:assumed-role/deployer/session",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:policy/p",
        "a text that is no arn at all",
    ],
)
def test_only_users_groups_and_roles_have_policies(do: Do, arn: str) -> None:
    with pytest.raises(InvalidInput, match="does not clearly define entity type and name"):
        simulate_for(do, arn)


def test_other_accounts_are_not_looked_into(do: Do) -> None:
    with pytest.raises(InvalidInput, match="does not have access to policies in account 999999999999"):
        simulate_for(do, "arn:aws:iam::999999999999:user/bob")


@pytest.mark.parametrize(
    ("exclusion", "action"),
    [
        ({"policy_type": "inline"}, "s3:DeleteObject"),
        ({"policy_type": "aws-managed"}, "iam:GetUser"),
        ({"policy_arn": READ_ONLY}, "iam:GetUser"),
        ({"policy_arn": "arn:aws:iam::aws:policy/Read*Acces?"}, "iam:GetUser"),
        (
            {
                "inline_policy_identifier": {
                    "policy_name": "shared",
                    "attachment_type": "group",
                    "attachment_name": "developers",
                }
            },
            "sqs:SendMessage",
        ),
    ],
)
def test_a_policy_can_be_left_out(do: Do, bob: str, exclusion: dict[str, Any], action: str) -> None:
    assert simulate_for(do, bob, action)["eval_decision"] == "allowed"
    assert simulate_for(do, bob, action, policy_exclusion_list=[exclusion])["eval_decision"] == "implicitDeny"


def test_the_boundary_can_be_left_out(do: Do, bob: str) -> None:
    do("put_user_permissions_boundary", user_name="bob", permissions_boundary=READ_ONLY)
    result = simulate_for(do, bob, "sqs:SendMessage", policy_exclusion_list=[{"policy_type": "permission-boundary"}])
    assert result["eval_decision"] == "allowed"
    assert "permissions_boundary_decision_detail" not in result


def test_what_matches_nothing_changes_nothing(do: Do, bob: str) -> None:
    exclusions = [{"policy_type": kind} for kind in ("user-managed", "scp", "rcp")]
    assert simulate_for(do, bob, policy_exclusion_list=exclusions)["eval_decision"] == "allowed"


@pytest.mark.parametrize(
    "exclusion",
    [
        {},
        {"policy_type": "inline", "policy_arn": READ_ONLY},
        {"policy_arn": "arn:aws:iam::*:policy/ReadOnlyAccess"},
        {"policy_arn": "arn:aws:iam::aws:policy/*Read*"},
        {"policy_arn": "arn:aws:iam::123456789012:user/bob"},
    ],
)
def test_an_identifier_that_is_none_is_refused(do: Do, bob: str, exclusion: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="Invalid Policy Identifier"):
        simulate_for(do, bob, policy_exclusion_list=[exclusion])


def test_keys_of_everything_that_reaches_a_user_are_listed(do: Do, bob: str) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "x"}}
    do(
        "put_group_policy",
        group_name="developers",
        policy_name="c",
        policy_document=allow("s3:*", Condition=condition),
    )
    more = allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    answer = do("get_context_keys_for_principal_policy", policy_source_arn=bob, policy_input_list=[more])
    assert set(answer["context_key_names"]) >= {"aws:RequestTag/team", "aws:SourceIp"}


def test_a_role_s_keys_are_its_own(do: Do, deployer: str) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "x"}}
    do(
        "put_role_policy",
        role_name="deployer",
        policy_name="own",
        policy_document=allow("s3:*", Condition=condition),
    )
    answer = do("get_context_keys_for_principal_policy", policy_source_arn=deployer)
    assert answer["context_key_names"] == ["aws:RequestTag/team"]


def test_who_does_not_exist_has_none(do: Do) -> None:
    with pytest.raises(NoSuchEntity, match="The role with name ghost cannot be found"):
        do("get_context_keys_for_principal_policy", policy_source_arn="arn:aws:iam::123456789012:role/ghost")


def test_the_right_is_to_the_principal_whose_policies_are_looked_at(do: Do, as_user: Any, bob: str) -> None:
    as_alice = as_user("alice")
    do(
        "put_user_policy",
        user_name="alice",
        policy_name="p",
        policy_document=allow("iam:SimulatePrincipalPolicy", bob),
    )
    assert simulate_for(as_alice, bob)["eval_decision"] == "allowed"
    with pytest.raises(AccessDenied, match=r"iam:SimulatePrincipalPolicy on resource: .*:group/developers because"):
        simulate_for(as_alice, GROUP)


def test_without_the_right_nobody_learns_who_exists(as_user: Any) -> None:
    as_alice = as_user("alice")
    for arn in ("arn:aws:iam::123456789012:user/ghost", "arn:aws:sts::123456789012:assumed-role/r/s"):
        with pytest.raises(AccessDenied):
            simulate_for(as_alice, arn)


def test_the_right_can_hang_on_the_principal_s_tags(do: Do, as_user: Any, bob: str, deployer: str) -> None:
    as_alice = as_user("alice")
    tagged = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    policy = allow("iam:GetContextKeysForPrincipalPolicy", Condition=tagged)
    do("put_user_policy", user_name="alice", policy_name="p", policy_document=policy)
    with pytest.raises(AccessDenied):
        as_alice("get_context_keys_for_principal_policy", policy_source_arn=deployer)
    do("tag_role", role_name="deployer", tags=[{"key": "team", "value": "a"}])
    as_alice("get_context_keys_for_principal_policy", policy_source_arn=deployer)
