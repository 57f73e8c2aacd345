"""Parameters are held to the service model, and complaints read as AWS words them."""

from __future__ import annotations

from contextlib import suppress
from inspect import signature

import pytest
from botocore import xform_name
from hypothesis import given
from hypothesis import strategies as st

from adapter.errors import ValidationError
from adapter.operations.catalogue import CATALOGUE, Operation
from adapter.operations.parameters import check_parameters, secret_parameters, service_model


def refused(operation: str, **params: object) -> str:
    with pytest.raises(ValidationError) as caught:
        check_parameters("iam", operation, params)
    return caught.value.message


def test_valid_parameters_come_back_as_they_are() -> None:
    params = {"user_name": "bob", "path": "/eng/", "tags": [{"key": "team", "value": "red"}]}
    assert check_parameters("iam", "CreateUser", params) == params


def test_a_parameter_that_is_none_counts_as_not_given() -> None:
    assert check_parameters("iam", "CreateUser", {"user_name": "bob", "path": None}) == {"user_name": "bob"}


def test_a_missing_required_parameter_is_named() -> None:
    assert refused("CreateUser") == (
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null"
    )


def test_a_name_that_is_too_long_is_named_with_its_limit() -> None:
    assert refused("CreateUser", user_name="x" * 65) == (
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


@pytest.mark.parametrize("name", ["Test personnel", "jürgen", "a/b", "a\n"])
def test_a_name_with_other_characters_is_refused_in_aws_s_own_words(name: str) -> None:
    assert refused("CreateGroup", group_name=name) == (
        "The specified value for groupName is invalid. It must contain only alphanumeric characters and/or the "
        "following: +=,.@_-"
    )


@pytest.mark.parametrize("path", ["eng", "/eng", "eng/", "/é/", "//"])
def test_a_path_is_refused_in_aws_s_own_words(path: str) -> None:
    assert refused("CreateUser", user_name="bob", path=path) == (
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters."
    )


def test_beside_other_faults_a_name_s_pattern_is_told() -> None:
    assert refused("CreateUser", user_name="a b", path="eng").startswith(
        "2 validation errors detected: Value at 'path' failed to satisfy constraint: Member must satisfy regular"
    )


def test_another_pattern_is_told_as_it_is() -> None:
    assert refused("CreateAccountAlias", account_alias="A") == (
        "1 validation error detected: Value at 'accountAlias' failed to satisfy constraint: "
        "Member must have length greater than or equal to 3"
    )
    assert "Member must satisfy regular expression pattern" in refused("CreateAccountAlias", account_alias="A-B")


def test_all_faults_are_told_at_once() -> None:
    message = refused("CreateUser", user_name="a b", path="eng", email="nobody")
    assert message.startswith("3 validation errors detected: ")


def test_an_unknown_parameter_is_refused() -> None:
    assert "'admin' is not a parameter" in refused("CreateUser", user_name="bob", admin=True)


def test_a_tag_inside_a_list_is_named_by_its_place() -> None:
    assert "'tags.2.member.key'" in refused(
        "TagUser", user_name="bob", tags=[{"key": "a", "value": "b"}, {"key": "<>", "value": "b"}]
    )


def test_more_tags_than_the_model_allows_are_refused() -> None:
    tags = [{"key": str(n), "value": ""} for n in range(51)]
    assert "length less than or equal to 50" in refused("TagUser", user_name="bob", tags=tags)


def test_a_huge_list_gives_a_message_of_bounded_size() -> None:
    assert len(refused("TagUser", user_name="bob", tags=["x"] * 100_000)) < 20_000


def test_numbers_are_held_to_their_range() -> None:
    assert "value less than or equal to 1000" in refused("ListUsers", max_items=1001)


def test_truth_is_no_number() -> None:
    assert "must be an integer" in refused("ListUsers", max_items=True)


def test_an_enumeration_lists_its_values() -> None:
    assert "enum value set: [All, AWS, Local]" in refused("ListPolicies", scope="Mine")


def test_a_secret_is_never_repeated_in_a_complaint() -> None:
    assert "hunter" not in refused("CreateLoginProfile", user_name="bob", password="hunter\x00")


def test_passwords_are_known_as_secrets() -> None:
    assert secret_parameters("iam", "ChangePassword") == {"old_password", "new_password"}


@given(st.text(max_size=200))
def test_no_text_makes_the_check_fail_otherwise_than_by_a_validation_error(name: str) -> None:
    with suppress(ValidationError):
        assert check_parameters("iam", "GetUser", {"user_name": name}) == {"user_name": name}


def test_tags_may_have_letters_of_every_script() -> None:
    tags = [{"key": "Größe", "value": "日本 é"}]
    assert check_parameters("iam", "CreateUser", {"user_name": "bob", "tags": tags})["tags"] == tags


def test_names_have_plain_letters_and_digits_only() -> None:
    for name in ("Größe", "٣"):
        with pytest.raises(ValidationError, match="userName"):
            check_parameters("iam", "CreateUser", {"user_name": name})


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=str)
def test_an_operation_requires_what_the_model_requires_and_takes_all_that_it_has(row: Operation) -> None:
    shape = service_model(row.service).operation_model(row.wire_name).input_shape
    members = {xform_name(name) for name in shape.members} if shape else set()
    required = {xform_name(name) for name in shape.required_members} if shape else set()
    takes = [each for each in signature(row.run).parameters.values() if each.kind is not each.POSITIONAL_OR_KEYWORD]
    own = {each.name for each in takes} - {"page"}
    wants = {each.name for each in takes if each.default is each.empty and each.kind is each.KEYWORD_ONLY} - {"page"}
    assert wants <= required
    if not any(each.kind is each.VAR_KEYWORD for each in takes):
        assert own == members - {"marker", "max_items"}
