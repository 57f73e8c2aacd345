"""What claims mean: context keys, session tags, source identity."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.errors import InvalidIdentityToken
from adapter.federation.claims import identity_of
from adapter.federation.identity import FederatedIdentity

ARN = "arn:aws:iam::123456789012:oidc-provider/id.example.com/a"
TAGS = "https://aws.amazon.com/tags"


def identity(**claims: Any) -> FederatedIdentity:
    content = {"iss": "https://id.example.com/a", **claims}
    return identity_of(content, principal=ARN, name="id.example.com/a", audience="app", subject="somebody")


def test_context_keys_are_named_after_the_provider() -> None:
    keys = identity(amr=["pwd", "otp"], email="a@example.com", groups=["x", "y"], email_verified=True).keys
    assert keys == {
        "id.example.com/a:aud": "app",
        "id.example.com/a:sub": "somebody",
        "id.example.com/a:amr": ("pwd", "otp"),
        "id.example.com/a:email": "a@example.com",
        "id.example.com/a:groups": ("x", "y"),
        "id.example.com/a:email_verified": "true",
    }


def test_a_session_keeps_who_it_is_of() -> None:
    assert identity(email="a@example.com").session_keys == {
        "aws:FederatedProvider": ARN,
        "id.example.com/a:aud": "app",
        "id.example.com/a:sub": "somebody",
    }


@pytest.mark.parametrize("name", ["SUB", "Aud", "aMr", "x:y", "https://example.com/x", "", "a" * 65])
def test_no_claim_takes_the_place_of_another_by_its_spelling(name: str) -> None:
    assert set(identity(**{name: "admin"}).keys) == {"id.example.com/a:aud", "id.example.com/a:sub"}


def test_claims_whose_names_differ_by_case_give_one_key() -> None:
    keys = identity(team="a", TEAM="b").keys
    assert (keys["id.example.com/a:team"], "id.example.com/a:TEAM" in keys) == ("a", False)


@pytest.mark.parametrize(
    "claims",
    [
        {TAGS: {"principal_tags": {"Project": ["Bindery"]}, "transitive_tag_keys": ["Project"]}},
        {f"{TAGS}/principal_tags": {"Project": ["Bindery"]}, f"{TAGS}/transitive_tag_keys": ["Project"]},
        {f"{TAGS}/principal_tags/Project": "Bindery", f"{TAGS}/transitive_tag_keys": "Project"},
    ],
)
def test_session_tags_come_in_one_claim_or_in_several(claims: dict[str, Any]) -> None:
    found = identity(**claims)
    assert [(tag.key, tag.value) for tag in found.tags] == [("Project", "Bindery")]
    assert found.transitive_tag_keys == ("Project",)


@pytest.mark.parametrize(
    "tags",
    [
        "x",
        {"principal_tags": "x"},
        {"principal_tags": {"a": ["1", "2"]}},
        {"principal_tags": {"a": []}},
        {"principal_tags": {"a": 1}},
        {"principal_tags": {"": "1"}},
        {"principal_tags": {"a" * 129: "1"}},
        {"principal_tags": {"a": "1" * 257}},
        {"principal_tags": {str(number): "1" for number in range(51)}},
        {"transitive_tag_keys": [1]},
    ],
)
def test_session_tags_that_are_not_as_they_have_to_be_are_refused(tags: Any) -> None:
    with pytest.raises(InvalidIdentityToken):
        identity(**{TAGS: tags})


@pytest.mark.parametrize("source", ["x", "a b", "aws:root", "AWS:x", "a" * 65, 5, ["ab"], "é" * 5])
def test_a_source_identity_has_aws_s_form(source: Any) -> None:
    assert identity(**{"https://aws.amazon.com/source_identity": "alice"}).source_identity == "alice"
    with pytest.raises(InvalidIdentityToken, match="ource"):
        identity(**{"https://aws.amazon.com/source_identity": source})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=20) | st.sampled_from([TAGS, f"{TAGS}/principal_tags/x", "amr"]), json_values))
def test_claims_of_any_kind_give_keys_that_conditions_can_ask_for(claims: dict[str, Any]) -> None:
    try:
        found = identity(**{name: value for name, value in claims.items() if name != "iss"})
    except InvalidIdentityToken:
        return
    assert found.keys["id.example.com/a:sub"] == "somebody"
    folded = [key.lower() for key in found.keys]
    assert len(set(folded)) == len(folded)
    assert all(isinstance(value, str) or all(isinstance(each, str) for each in value) for value in found.keys.values())
