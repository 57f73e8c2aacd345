"""AWS principals in a document's text: found, and exchanged without touching anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import aws_principals, exchange_principals, principal_id

BOB, ID = "arn:aws:iam::123456789012:user/bob", "AIDA" + "B" * 17
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["Statement", "Principal", "NotPrincipal", "AWS", "x"]), inner, max_size=5)
    ),
    max_leaves=20,
)


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("principal", "found"),
    [
        ({"AWS": BOB}, (BOB,)),
        ({"AWS": [BOB, "*", BOB]}, (BOB, "*")),
        ({"Service": "ec2.amazonaws.com"}, ()),
        ({"Federated": BOB, "AWS": "123456789012"}, ("123456789012",)),
        ("*", ()),
    ],
)
def test_aws_principals_are_found_once_and_in_order(principal: Any, found: tuple[str, ...]) -> None:
    assert aws_principals(document(Principal=principal)) == found


def test_a_statement_may_stand_alone() -> None:
    assert aws_principals(json.dumps({"Statement": {"Principal": {"AWS": BOB}}})) == (BOB,)


def test_whom_a_statement_spares_is_found_and_not_exchanged() -> None:
    text = document(NotPrincipal={"AWS": BOB})
    assert aws_principals(text) == (BOB,)
    assert json.loads(exchange_principals(text, lambda _: ID)) == json.loads(text)


def test_only_principals_are_exchanged() -> None:
    text = document(Principal={"AWS": [BOB, "*"]}, Condition={"StringEquals": {"aws:PrincipalArn": BOB}}, Sid=BOB)
    changed = json.loads(exchange_principals(text, lambda each: ID if each == BOB else each))
    (statement,) = changed["Statement"]
    assert statement["Principal"] == {"AWS": [ID, "*"]}
    assert (statement["Condition"], statement["Sid"]) == ({"StringEquals": {"aws:PrincipalArn": BOB}}, BOB)


def test_a_text_in_which_nothing_changes_stays_as_it_is_written() -> None:
    text = document(Principal={"AWS": BOB}).replace(": ", " :  ")
    assert exchange_principals(text, lambda each: each) == text


@given(ANYTHING)
def test_whatever_another_tool_wrote_is_read_without_an_error(content: Any) -> None:
    text = json.dumps(content)
    back = exchange_principals(exchange_principals(text, lambda each: f"x{each}"), lambda each: each[1:])
    assert json.loads(back) == content


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "1", "\x00"])
def test_what_is_no_document_names_nobody(text: str) -> None:
    assert aws_principals(text) == ()
    assert exchange_principals(text, lambda each: ID) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ID, (ID, "")),
        ("AROA" + "C" * 17 + ":ci", ("AROA" + "C" * 17, "ci")),
        ("AGPA" + "B" * 17, None),
        (ID + "B", None),
        (ID.lower(), None),
        (BOB, None),
        ("", None),
    ],
)
def test_an_id_is_told_from_everything_else(text: str, found: tuple[str, str] | None) -> None:
    assert principal_id(text) == found
