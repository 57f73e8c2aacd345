"""Hostile input: clear errors, the right codes, and nothing half-done."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter.errors import IamError, InvalidAction, InvalidInput, MalformedPolicyDocument, NoSuchEntity, ValidationError
from tests.directory.conftest import Do

HOSTILE = [
    "*",
    "(",
    ")",
    "\\",
    "\x00",
    ",",
    "+",
    "#",
    "=",
    '"',
    "*)(uid=*",
    "bob,ou=groups",
    "\\2a",
    "é",
    "张伟",
    "\ud800",
    " ",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_finds_nobody(do: Do, name: str) -> None:
    do("create_user", user_name="bob")
    with pytest.raises((NoSuchEntity, ValidationError)):
        do("get_user", user_name=name)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_creates_nothing_but_itself(do: Do, name: str) -> None:
    try:
        do("create_user", user_name=name)
    except ValidationError:
        assert do("list_users")["users"] == []
    else:
        assert [user["user_name"] for user in do("list_users")["users"]] == [name]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(alphabet=st.sampled_from("aB0_+=,.@-"), min_size=1, max_size=20))
def test_every_name_of_the_allowed_characters_comes_back(do: Do, name: str) -> None:
    do("create_user", user_name=name)
    try:
        assert do("get_user", user_name=name)["user"]["user_name"] == name
    finally:
        do("delete_user", user_name=name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60))
def test_no_text_anywhere_fails_otherwise_than_by_a_clear_error(do: Do, text: str) -> None:
    for operation, params in (
        ("get_user", {"user_name": text}),
        ("list_users", {"path_prefix": text}),
        ("list_users", {"marker": text}),
        ("get_policy", {"policy_arn": text}),
        ("create_group", {"group_name": "g", "display_name": text}),
        ("tag_user", {"user_name": "bob", "tags": [{"key": text, "value": text}]}),
    ):
        try:
            do(operation, **params)
        except IamError as error:
            assert error.status < 500  # noqa: PT017


def test_a_name_of_ten_megabytes_is_refused_with_a_short_message(do: Do) -> None:
    with pytest.raises(ValidationError) as caught:
        do("create_user", user_name="x" * 10_000_000)
    assert len(caught.value.message) < 500


def test_a_document_of_a_megabyte_is_refused(do: Do) -> None:
    with pytest.raises((ValidationError, MalformedPolicyDocument)) as caught:
        do("create_policy", policy_name="p", policy_document='{"Version":"' + "x" * 1_000_000 + '"}')
    assert len(caught.value.message) < 500


def test_an_operation_that_does_not_exist_is_refused(do: Do) -> None:
    with pytest.raises(InvalidAction):
        do("drop_tables")


@pytest.mark.parametrize("arn", ["x" * 20, "arn:aws:iam::123456789012:policy/", "arn:aws:s3:::bucket/with/slashes"])
def test_a_policy_arn_of_nonsense_is_named(do: Do, arn: str) -> None:
    with pytest.raises(InvalidInput, match=f"ARN {arn} is not valid"):
        do("get_policy", policy_arn=arn)
