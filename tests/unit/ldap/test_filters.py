"""Filters are built in BER, where nothing that a value contains can change what a filter means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.search import compile_filter, parse_filter  # type: ignore[import-untyped]
from ldap3.utils.asn1 import encode  # type: ignore[import-untyped]

from adapter.ldap import ber, filters


def compiled(text: str) -> bytes:
    """The filter as ldap3 encodes it."""
    parsed = parse_filter(text, None, auto_escape=False, auto_encode=False, validator=None, check_names=False)
    return bytes(encode(compile_filter(parsed.elements[0])))


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (filters.equals("uid", b"bob"), "(uid=bob)"),
        (filters.present("uid"), "(uid=*)"),
        (filters.starts_with("iamPath", b"/eng/"), "(iamPath=/eng/*)"),
        (filters.starts_with("iamPath", b""), "(iamPath=*)"),
        (filters.negation(filters.present("uid")), "(!(uid=*))"),
        (filters.all_of(filters.equals("a", b"1"), filters.equals("b", b"2")), "(&(a=1)(b=2))"),
        (filters.any_of(filters.equals("a", b"1"), filters.equals("b", b"2")), "(|(a=1)(b=2))"),
        (filters.all_of(filters.equals("a", b"1")), "(a=1)"),
    ],
)
def test_a_filter_is_what_its_text_compiles_to(built: bytes, text: str) -> None:
    assert built == compiled(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_value_compares_as_its_escaped_text(value: str) -> None:
    escaped = "".join(f"\\{octet:02x}" for octet in value.encode())
    assert filters.equals("uid", value.encode()) == compiled(f"(uid={escaped})")


@given(st.binary(max_size=400))
def test_a_value_never_leaves_its_place(value: bytes) -> None:
    built = filters.all_of(filters.equals("uid", value), filters.present("cn"))
    _, start, end = ber.header(built, 0)
    (_, first, last), (_, present_start, present_end) = ber.children(built, start, end)
    _, (_, value_start, value_end) = ber.children(built, first, last)
    assert built[value_start:value_end] == value
    assert built[present_start:present_end] == b"cn"
