"""Entries as LDIF: readable, exact, and without secrets."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.ldap.ldif import Secrecy, record_text
from adapter.ldap.search import Entry

SECRECY = Secrecy.of_all_nouns()
DN = "uid=bob,ou=people,dc=example,dc=org"


def text(**attributes: list[bytes]) -> str:
    return record_text(Entry(DN, attributes), SECRECY)


def unfolded(ldif: str) -> list[str]:
    return ldif.replace("\n ", "").splitlines()


def test_names_come_first_and_what_the_directory_keeps_last() -> None:
    lines = unfolded(text(createtimestamp=[b"x"], mail=[b"m"], uid=[b"bob"], objectclass=[b"inetOrgPerson"]))
    assert [line.partition(":")[0] for line in lines] == ["dn", "objectClass", "uid", "mail", "createTimestamp"]


@pytest.mark.parametrize(
    "attribute",
    ["userpassword", "pwdhistory", "iamsealedsecret", "iamsealedseed", "iamsomethingnew", "userpassword;binary"],
)
def test_secrets_and_what_may_be_one_are_left_out(attribute: str) -> None:
    assert unfolded(text(**{attribute: [b"canary"]})) == [f"dn: {DN}"]


@pytest.mark.parametrize("attribute", ["iampath", "iamtag", "iamuniqueid", "iamreferencedat"])
def test_what_is_known_to_be_open_is_shown(attribute: str) -> None:
    assert "canary" in text(**{attribute: [b"canary"]})


def test_many_values_are_cut_and_counted() -> None:
    ldif = text(member=[b"x"] * 1700)
    assert ldif.count("member: x") == 500
    assert "# and 1,200 more values of member" in ldif


@given(st.binary(max_size=300))
def test_any_value_can_be_read_back(value: bytes) -> None:
    line = unfolded(text(description=[value]))[1]
    name, _, written = line.partition(":")
    assert name == "description"
    read = base64.b64decode(written[1:]) if written.startswith(":") else written[1:].encode()
    assert read == value


@given(st.binary(max_size=300))
def test_no_line_is_longer_than_78_characters_or_starts_another_attribute(value: bytes) -> None:
    lines = text(description=[value]).splitlines()
    assert max(map(len, lines)) <= 78
    assert sum(line.startswith("description:") for line in lines) == 1
