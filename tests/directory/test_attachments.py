"""Managed policies attached and inline policies written: on users, groups and roles alike."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from adapter.errors import InvalidInput, LimitExceeded, MalformedPolicyDocument, NoSuchEntity
from tests.directory.conftest import Do
from tests.documents import ADMINISTRATOR, READ_ONLY, TRUST, allow

KINDS = ("user", "group", "role")


@pytest.fixture
def holders(do: Do) -> None:
    do("create_user", user_name="x")
    do("create_group", group_name="x")
    do("create_role", role_name="x", assume_role_policy_document=TRUST)


def on(kind: str) -> dict[str, str]:
    return {f"{kind}_name": "x"}


pytestmark = [pytest.mark.usefixtures("holders"), pytest.mark.parametrize("kind", KINDS)]


def attached(do: Do, kind: str) -> list[str]:
    return [p["policy_name"] for p in do(f"list_attached_{kind}_policies", **on(kind))["attached_policies"]]


def test_what_is_attached_is_listed_by_name(do: Do, kind: str) -> None:
    do(f"attach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))
    do(f"attach_{kind}_policy", policy_arn=ADMINISTRATOR, **on(kind))
    assert attached(do, kind) == ["AdministratorAccess", "ReadOnlyAccess"]


def test_attaching_twice_changes_nothing(do: Do, kind: str) -> None:
    do(f"attach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))
    do(f"attach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))
    assert attached(do, kind) == ["ReadOnlyAccess"]


def test_what_is_detached_is_gone(do: Do, kind: str) -> None:
    do(f"attach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))
    do(f"detach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))
    assert attached(do, kind) == []


def test_what_is_not_attached_can_not_be_detached(do: Do, kind: str) -> None:
    with pytest.raises(NoSuchEntity, match="was not found"):
        do(f"detach_{kind}_policy", policy_arn=READ_ONLY, **on(kind))


def test_a_policy_that_does_not_exist_is_not_attached(do: Do, kind: str) -> None:
    with pytest.raises(NoSuchEntity, match="does not exist or is not attachable"):
        do(f"attach_{kind}_policy", policy_arn="arn:aws:iam::123456789012:policy/ghost", **on(kind))


def test_an_eleventh_policy_is_over_the_quota(do: Do, kind: str) -> None:
    arns = [p["arn"] for p in do("list_policies", scope="AWS")["policies"][:11]]
    for arn in arns[:10]:
        do(f"attach_{kind}_policy", policy_arn=arn, **on(kind))
    with pytest.raises(LimitExceeded, match=f"Cannot exceed quota for PoliciesPer{kind.title()}: 10"):
        do(f"attach_{kind}_policy", policy_arn=arns[10], **on(kind))


def test_an_inline_policy_is_written_read_replaced_and_deleted(do: Do, kind: str) -> None:
    first, second = allow("s3:Get*"), allow("s3:Put*")
    do(f"put_{kind}_policy", policy_name="p", policy_document=first, **on(kind))
    do(f"put_{kind}_policy", policy_name="p", policy_document=second, **on(kind))
    answer = do(f"get_{kind}_policy", policy_name="p", **on(kind))
    assert unquote(answer["policy_document"]) == second
    assert do(f"list_{kind}_policies", **on(kind))["policy_names"] == ["p"]
    do(f"delete_{kind}_policy", policy_name="p", **on(kind))
    assert do(f"list_{kind}_policies", **on(kind))["policy_names"] == []


def test_documents_that_differ_by_a_space_are_two_documents(do: Do, kind: str) -> None:
    one, two = allow("s3:Get*"), allow("s3:Get*").replace('": "', '":  "')
    do(f"put_{kind}_policy", policy_name="one", policy_document=one, **on(kind))
    do(f"put_{kind}_policy", policy_name="two", policy_document=two, **on(kind))
    assert unquote(do(f"get_{kind}_policy", policy_name="two", **on(kind))["policy_document"]) == two


def test_a_missing_inline_policy_is_named(do: Do, kind: str) -> None:
    with pytest.raises(NoSuchEntity, match=f"The {kind} policy with name p cannot be found."):
        do(f"get_{kind}_policy", policy_name="p", **on(kind))


def test_all_inline_policies_together_are_held_to_the_quota(do: Do, kind: str) -> None:
    limit = {"user": 2048, "group": 5120, "role": 10240}[kind]
    half = allow(["s3:" + "x" * 100] * (limit // 206))
    do(f"put_{kind}_policy", policy_name="a", policy_document=half, **on(kind))
    do(f"put_{kind}_policy", policy_name="a", policy_document=half, **on(kind))
    too_much = allow(["s3:" + "y" * 100] * (limit // 190))
    with pytest.raises(LimitExceeded, match=f"Maximum policy size of {limit} bytes exceeded for {kind} x"):
        do(f"put_{kind}_policy", policy_name="b", policy_document=too_much, **on(kind))


def test_an_inline_document_that_is_not_valid_changes_nothing(do: Do, kind: str) -> None:
    with pytest.raises(MalformedPolicyDocument):
        do(f"put_{kind}_policy", policy_name="p", policy_document="{}", **on(kind))
    assert do(f"list_{kind}_policies", **on(kind))["policy_names"] == []


@pytest.mark.parametrize(
    "arn",
    ["not-an-arn-of-anything", "arn:aws:iam::123456789012:user/bob", "arn:aws-cn:iam::aws:policy/X", f"{READ_ONLY} "],
)
@pytest.mark.parametrize("act", ["attach", "detach"])
def test_what_is_no_arn_of_a_policy_is_refused_as_such(do: Do, kind: str, act: str, arn: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        do(f"{act}_{kind}_policy", policy_arn=arn, **on(kind))
    assert refusal.value.message == f"ARN {arn} is not valid."
