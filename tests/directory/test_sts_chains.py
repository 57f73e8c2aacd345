"""What a session takes along: session policies, tags, the source identity; and what goes from role to role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapter.errors import (
    AccessDenied,
    InvalidParameterValue,
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
    ValidationError,
)
from tests.directory.conftest import Do
from tests.directory.sessions import ACCOUNT, Signer, role_arn, trust, user_arn
from tests.documents import ADMINISTRATOR, READ_ONLY, allow, document

As = Callable[..., Signer]
BOB = user_arn("bob")
EXTRAS = ("sts:TagSession", "sts:SetSourceIdentity")


def tags(**given: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in given.items()]


@pytest.fixture
def bob(key_of: As) -> Signer:
    return key_of("bob")


@pytest.fixture
def deploy(do: Do) -> str:
    """A role that may do everything, assumed by bob."""
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB, *EXTRAS))
    do("attach_role_policy", role_name="deploy", policy_arn=ADMINISTRATOR)
    return role_arn("deploy")


@pytest.fixture
def second(do: Do, deploy: str) -> str:
    """A role that sessions of the first one assume."""
    do("create_role", role_name="second", assume_role_policy_document=trust(deploy, *EXTRAS))
    return role_arn("second")


def put(do: Do, role: str, policy: str) -> None:
    do("put_role_policy", role_name=role, policy_name="own", policy_document=policy)


def test_a_session_policy_limits_a_session(bob: Signer, deploy: str) -> None:
    session = bob.assume(deploy, policy=allow("iam:List*"))
    session("list_users")
    with pytest.raises(AccessDenied, match="because no session policy allows the iam:CreateGroup action"):
        session("create_group", group_name="x")


def test_a_session_policy_grants_nothing(do: Do, bob: Signer, deploy: str) -> None:
    do("detach_role_policy", role_name="deploy", policy_arn=ADMINISTRATOR)
    with pytest.raises(AccessDenied, match="because no identity-based policy allows"):
        bob.assume(deploy, policy=allow("*"))("list_users")


def test_a_deny_of_a_session_policy_is_told(bob: Signer, deploy: str) -> None:
    both = document(
        {"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    )
    with pytest.raises(AccessDenied, match="with an explicit deny in a session policy"):
        bob.assume(deploy, policy=both)("list_users")


def test_managed_policies_limit_a_session(bob: Signer, deploy: str) -> None:
    session = bob.assume(deploy, policy_arns=[{"arn": READ_ONLY}])
    session("list_users")
    with pytest.raises(AccessDenied, match="because no session policy allows"):
        session("create_group", group_name="x")


def test_a_session_follows_the_managed_policy_that_limits_it(do: Do, bob: Signer, deploy: str) -> None:
    arn = do("create_policy", policy_name="limit", policy_document=allow("iam:ListUsers"))["policy"]["arn"]
    session = bob.assume(deploy, policy_arns=[{"arn": arn}])
    session("list_users")
    do("create_policy_version", policy_arn=arn, policy_document=allow("iam:ListGroups"), set_as_default=True)
    with pytest.raises(AccessDenied):
        session("list_users")
    do("delete_policy_version", policy_arn=arn, version_id="v1")
    do("delete_policy", policy_arn=arn)
    with pytest.raises(AccessDenied):
        session("list_groups")


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/None", f"arn:aws:iam::{ACCOUNT}:policy/None", "arn:aws:iam::1:policy/x", "x" * 20]
)
def test_a_session_policy_has_to_exist(bob: Signer, deploy: str, arn: str) -> None:
    with pytest.raises(ValidationError):
        bob.assume(deploy, policy_arns=[{"arn": arn}])


def test_there_are_ten_managed_session_policies_at_most(bob: Signer, deploy: str) -> None:
    with pytest.raises(ValidationError, match="policyArns"):
        bob.assume(deploy, policy_arns=[{"arn": READ_ONLY}] * 11)


def test_a_session_policy_has_to_be_valid(bob: Signer, deploy: str) -> None:
    with pytest.raises(MalformedPolicyDocument):
        bob.assume(deploy, policy="{oops")


def test_a_session_policy_has_2048_characters_at_most(bob: Signer, deploy: str) -> None:
    with pytest.raises(ValidationError, match="'policy'"):
        bob.assume(deploy, policy=allow("iam:*") + " " * 2048)


def test_how_much_policies_and_tags_take_is_told(bob: Signer, deploy: str) -> None:
    answer = bob("assume_role", role_arn=deploy, role_session_name="bob", policy=allow("iam:*"))
    assert 0 < answer["packed_policy_size"] < 10


def test_policies_and_tags_that_take_too_much_are_refused(bob: Signer, deploy: str) -> None:
    full = [{"key": f"{n}", "value": "".join(chr(0x4E00 + n * 250 + i) for i in range(250))} for n in range(50)]
    with pytest.raises(PackedPolicyTooLarge, match="Packed policy consumes 608% of allotted space"):
        bob.assume(deploy, tags=full)


def test_session_tags_are_principal_tags(do: Do, bob: Signer, deploy: str) -> None:
    do("detach_role_policy", role_name="deploy", policy_arn=ADMINISTRATOR)
    do("tag_role", role_name="deploy", tags=tags(Team="blue", site="north"))
    both = {"StringEquals": {"aws:PrincipalTag/team": "red", "aws:PrincipalTag/site": "north"}}
    put(do, "deploy", allow("iam:ListUsers", Condition=both))
    with pytest.raises(AccessDenied):
        bob.assume(deploy)("list_users")
    bob.assume(deploy, tags=tags(team="red"))("list_users")


def test_tagging_a_session_has_to_be_allowed(do: Do, bob: Signer, deploy: str) -> None:
    do("update_assume_role_policy", role_name="deploy", policy_document=trust(BOB))
    with pytest.raises(AccessDenied, match=f"not authorized to perform: sts:TagSession on resource: {deploy}"):
        bob.assume(deploy, tags=tags(team="red"))


def test_a_trust_policy_asks_for_tags(do: Do, bob: Signer, deploy: str) -> None:
    asked = {"StringEquals": {"aws:RequestTag/team": "red"}}
    do("update_assume_role_policy", role_name="deploy", policy_document=trust(BOB, *EXTRAS, conditions=asked))
    with pytest.raises(AccessDenied):
        bob.assume(deploy, tags=tags(team="blue"))
    bob.assume(deploy, tags=tags(team="red"))


def test_a_trust_policy_asks_which_tags_go_on(do: Do, bob: Signer, deploy: str) -> None:
    asked = {"ForAnyValue:StringEquals": {"sts:TransitiveTagKeys": "team"}}
    do("update_assume_role_policy", role_name="deploy", policy_document=trust(BOB, *EXTRAS, conditions=asked))
    with pytest.raises(AccessDenied):
        bob.assume(deploy, tags=tags(team="red"))
    bob.assume(deploy, tags=tags(team="red"), transitive_tag_keys=["team"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tags": [*tags(team="red"), *tags(Team="blue")]}, "Duplicate tag keys found"),
        ({"tags": [{"key": "aws:x", "value": "y"}]}, "reserved"),
        ({"tags": tags(team="red"), "transitive_tag_keys": ["site"]}, "must be included in the requested tags"),
    ],
)
def test_tags_that_contradict_each_other_are_refused(
    bob: Signer, deploy: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises((InvalidParameterValue, ValidationError), match=words):
        bob.assume(deploy, **given)


def test_only_transitive_tags_go_from_role_to_role(do: Do, bob: Signer, deploy: str, second: str) -> None:
    put(do, "second", allow("iam:ListUsers", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}))
    given = {"tags": tags(team="red")}
    with pytest.raises(AccessDenied):
        bob.assume(deploy, **given).assume(second)("list_users")
    bob.assume(deploy, transitive_tag_keys=["Team"], **given).assume(second)("list_users")


def test_an_inherited_tag_is_not_replaced(bob: Signer, deploy: str, second: str) -> None:
    session = bob.assume(deploy, tags=tags(team="red"), transitive_tag_keys=["team"])
    with pytest.raises(InvalidParameterValue, match="conflicts with a transitive tag key from the calling session"):
        session.assume(second, tags=tags(TEAM="blue"))


def test_a_chained_session_lasts_an_hour_at_most(do: Do, bob: Signer, deploy: str, second: str) -> None:
    do("update_role", role_name="second", max_session_duration=7200)
    with pytest.raises(ValidationError, match="1 hour session limit for roles assumed by role chaining"):
        bob.assume(deploy).assume(second, duration_seconds=7200)


def test_the_source_identity_stays_from_role_to_role(do: Do, bob: Signer, deploy: str, second: str) -> None:
    asked = {"StringEquals": {"aws:SourceIdentity": "bob@example.org"}}
    put(do, "second", allow("iam:ListUsers", Condition=asked))
    with pytest.raises(AccessDenied):
        bob.assume(deploy).assume(second)("list_users")
    session = bob.assume(deploy, source_identity="bob@example.org")
    answer = session("assume_role", role_arn=second, role_session_name="second")
    assert answer["source_identity"] == "bob@example.org"
    Signer(bob.iam, answer["credentials"])("list_users")


def test_the_source_identity_is_not_changed(bob: Signer, deploy: str, second: str) -> None:
    session = bob.assume(deploy, source_identity="bob")
    with pytest.raises(AccessDenied, match="sts:SetSourceIdentity"):
        session.assume(second, source_identity="alice")


def test_setting_a_source_identity_has_to_be_allowed_all_along_the_chain(
    do: Do, bob: Signer, deploy: str, second: str
) -> None:
    do("update_assume_role_policy", role_name="second", policy_document=trust(deploy))
    session = bob.assume(deploy, source_identity="bob")
    with pytest.raises(AccessDenied, match="sts:SetSourceIdentity"):
        session.assume(second)


def test_a_trust_policy_asks_for_a_source_identity(do: Do, bob: Signer, deploy: str) -> None:
    asked = {"StringLike": {"sts:SourceIdentity": "bob*"}}
    do("update_assume_role_policy", role_name="deploy", policy_document=trust(BOB, *EXTRAS, conditions=asked))
    with pytest.raises(AccessDenied):
        bob.assume(deploy)
    bob.assume(deploy, source_identity="bob.b")


def test_a_policy_can_name_the_role_behind_a_session(do: Do, bob: Signer, deploy: str) -> None:
    do("detach_role_policy", role_name="deploy", policy_arn=ADMINISTRATOR)
    asked = {
        "ArnEquals": {"aws:PrincipalArn": deploy},
        "StringEquals": {"aws:PrincipalType": "AssumedRole"},
        "StringLike": {"aws:userid": "AROA*:bob"},
        "Null": {"aws:username": "true"},
        "Bool": {"aws:MultiFactorAuthPresent": "false"},
    }
    put(do, "deploy", allow("iam:ListUsers", Condition=asked))
    bob.assume(deploy, "bob")("list_users")
    with pytest.raises(AccessDenied):
        bob.assume(deploy, "joy")("list_users")


def test_a_role_trusts_one_session_of_another(do: Do, bob: Signer, deploy: str) -> None:
    one = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/one"
    do("create_role", role_name="second", assume_role_policy_document=trust(one))
    assert bob.assume(deploy, "one").assume("second").caller.name == "second/session"
    with pytest.raises(AccessDenied):
        bob.assume(deploy, "two").assume("second")


def test_a_session_policy_does_not_limit_what_the_trust_policy_gives_to_the_session_itself(
    do: Do, bob: Signer, deploy: str
) -> None:
    one = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/one"
    do("create_role", role_name="second", assume_role_policy_document=trust(one))
    session = bob.assume(deploy, "one", policy=allow("iam:ListUsers"))
    assert session.assume("second").caller.name == "second/session"


def test_a_session_policy_limits_which_roles_are_assumed(bob: Signer, deploy: str, second: str) -> None:
    with pytest.raises(AccessDenied):
        bob.assume(deploy, policy=allow("iam:ListUsers")).assume(second)
