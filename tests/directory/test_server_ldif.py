"""LDIF, templates and suffixes, by their properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.server import ldif
from adapter.server.suffix import Suffix

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(
    lambda name: name.lower() not in {"dn", "version"}
)
VALUES = st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode))
DNS = st.text(min_size=1, max_size=80)
ENTRIES = st.builds(ldif.Entry, DNS, st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=6).map(tuple))
HARMLESS = st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=80)
SUFFIXES = st.sampled_from(["dc=example,dc=org", "o=Acme Corp,c=DE", "o=Müller & Söhne", "ou=a.b,o=x-y_z,st=w"])


@given(st.lists(ENTRIES, max_size=5))
def test_what_is_written_is_read_back(entries: list[ldif.Entry]) -> None:
    assert ldif.parse(ldif.serialise(entries)) == entries


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        entries = ldif.parse(text)
    except ValueError:
        return
    assert all(isinstance(entry, ldif.Entry) for entry in entries)


@given(HARMLESS)
def test_a_parameter_fills_its_place_and_no_other(value: str) -> None:
    template = "dn: cn=a,$where\ncn: a\nolcAccess: to * by * none\ndescription: <$where>\n"
    (entry,) = ldif.render(template, {"where": value})
    assert entry.dn == f"cn=a,{value}"
    assert [name for name, _ in entry.attributes] == ["cn", "olcAccess", "description"]
    assert ldif.parse(ldif.serialise([entry])) == [entry]


@given(HARMLESS, st.sampled_from("\n\r\0\x1b\x85\u2028\u2029"), HARMLESS)
def test_a_control_character_in_a_parameter_is_refused(before: str, control: str, after: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        ldif.render("dn: cn=a\ncn: $a\n", {"a": before + control + after})


def test_a_parameter_that_looks_like_one_is_not_filled_in_again() -> None:
    (entry,) = ldif.render("dn: cn=a\ncn: $a\nsn: $b\n", {"a": "$b", "b": "${a}"})
    assert entry.attributes == (("cn", b"$b"), ("sn", b"${a}"))


def test_a_line_without_a_value_is_left_out() -> None:
    (entry,) = ldif.render("dn: cn=a\ncn: a\nsn: x $b y\n", {"b": None})
    assert entry.attributes == (("cn", b"a"),)


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(KeyError):
        ldif.render("dn: cn=a\ncn: $unknown\n", {})


@pytest.mark.parametrize(
    "text",
    ["cn: a\n", "dn: a\nno colon\n", "dn: a\njpegPhoto:< file:///etc/passwd\n", "dn: a\ncn:: ???\n", "dn: a\n: b\n"],
)
def test_what_is_not_ldif_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ldif.parse(text)


def test_folded_lines_comments_and_the_version_are_understood() -> None:
    text = "version: 1\n# a comment\n  goes on\ndn: cn=a,\n dc=b\ncn:\n  a\n\n\n# end\n"
    assert ldif.parse(text) == [ldif.make_entry("cn=a,dc=b", [("cn", "a")])]


def test_parts_of_one_entry_are_put_together_in_order() -> None:
    parts = [ldif.make_entry("a", [("x", "1")]), ldif.make_entry("b", [("x", "2")]), ldif.make_entry("a", [("y", "3")])]
    merged = ldif.merge(parts)
    assert merged == [ldif.make_entry("a", [("x", "1"), ("y", "3")]), ldif.make_entry("b", [("x", "2")])]


@given(SUFFIXES)
def test_a_suffix_reads_as_it_was_written(text: str) -> None:
    assert str(Suffix.parse(text)) == text


@given(st.text(max_size=60))
def test_a_suffix_that_is_accepted_holds_nothing_that_means_something_elsewhere(text: str) -> None:
    try:
        suffix = str(Suffix.parse(text))
    except ValueError:
        return
    assert not set(suffix) & set('"\\$()*+<>;#/?{}[]|^\n\r\0')


def test_spaces_around_the_parts_of_a_suffix_do_not_matter() -> None:
    assert str(Suffix.parse(" DC = example , dc=org ")) == "dc=example,dc=org"


def test_a_suffix_is_escaped_for_uris_and_regular_expressions() -> None:
    suffix = Suffix.parse("o=A. B & C,c=DE")
    assert suffix.uri == "o=A.%20B%20%26%20C,c=DE"
    assert suffix.regex == "o=A\\. B & C,c=DE"
