"""Roles: made with a trust policy, changed, deleted."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from adapter.errors import DeleteConflict, EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument, NoSuchEntity
from tests.directory.conftest import Do
from tests.documents import READ_ONLY, TRUST, allow


@pytest.fixture(autouse=True)
def role(do: Do) -> None:
    do("create_role", role_name="deploy", path="/ci/", assume_role_policy_document=TRUST, description="Deploys.")


def test_a_role_is_described_with_its_trust_policy(do: Do) -> None:
    role = do("get_role", role_name="deploy")["role"]
    assert role["arn"] == "arn:aws:iam::123456789012:role/ci/deploy"
    assert (unquote(role["assume_role_policy_document"]), role["max_session_duration"]) == (TRUST, 3600)


def test_the_answer_to_a_creation_has_no_session_duration(do: Do) -> None:
    role = do("create_role", role_name="other", assume_role_policy_document=TRUST)["role"]
    assert "max_session_duration" not in role


def test_a_role_name_is_taken_whatever_its_case(do: Do) -> None:
    with pytest.raises(EntityAlreadyExists, match="Role with name Deploy already exists"):
        do("create_role", role_name="Deploy", assume_role_policy_document=TRUST)


def test_a_trust_policy_needs_principals(do: Do) -> None:
    with pytest.raises(MalformedPolicyDocument):
        do("create_role", role_name="other", assume_role_policy_document=allow("sts:AssumeRole"))


def test_an_update_leaves_alone_what_it_is_not_given(do: Do) -> None:
    do("update_role", role_name="deploy", max_session_duration=7200)
    role = do("get_role", role_name="deploy")["role"]
    assert (role["description"], role["max_session_duration"]) == ("Deploys.", 7200)


def test_the_trust_policy_can_be_replaced(do: Do) -> None:
    do("create_user", user_name="bob")
    other = TRUST.replace(":root", ":user/bob")
    do("update_assume_role_policy", role_name="deploy", policy_document=other)
    shown = do("get_role", role_name="deploy")["role"]["assume_role_policy_document"]
    assert json.loads(unquote(shown)) == json.loads(other)


def test_a_role_with_policies_is_not_deleted(do: Do) -> None:
    do("attach_role_policy", role_name="deploy", policy_arn=READ_ONLY)
    with pytest.raises(DeleteConflict, match="must detach all policies first"):
        do("delete_role", role_name="deploy")


def test_a_deleted_role_is_gone(do: Do) -> None:
    do("delete_role", role_name="deploy")
    with pytest.raises(NoSuchEntity, match=r"The role with name deploy cannot be found\."):
        do("get_role", role_name="deploy")


def test_a_role_has_tags(do: Do) -> None:
    do("tag_role", role_name="deploy", tags=[{"key": "team", "value": "red"}])
    assert do("list_role_tags", role_name="deploy")["tags"] == [{"key": "team", "value": "red"}]


def test_a_trust_policy_that_is_too_long_is_refused_in_aws_s_words(do: Do) -> None:
    long = json.dumps(json.loads(TRUST) | {"Id": "x" * 2048})
    with pytest.raises(LimitExceeded, match=r"^Cannot exceed quota for ACLSizePerRole: 2048$"):
        do("update_assume_role_policy", role_name="deploy", policy_document=long)
