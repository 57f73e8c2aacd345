"""Requests that change something read, to another implementation, as what they were made from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage  # type: ignore[import-untyped]
from pyasn1.codec.ber import decoder  # type: ignore[import-untyped]

from adapter.ldap.changes import Verb, add_request, delete_request, modify_request
from adapter.ldap.controls import Control

DN = st.text(max_size=200)
NAMES = st.from_regex(r"[a-zA-Z]{1,20}", fullmatch=True)
VALUES = st.lists(st.binary(max_size=300), max_size=5)
IDS = st.integers(1, 2**31 - 1)
CONTROL = Control("1.3.6.1.1.12", True, b"value")


def read(message: bytes, name: str) -> tuple[int, Any, list[tuple[str, bytes]]]:
    """Message id, operation and controls, as ldap3 and pyasn1 read them."""
    found, rest = decoder.decode(message, asn1Spec=LDAPMessage())
    assert rest == b""
    extra = found["controls"] if found["controls"].isValue else ()
    controls = [(str(one["controlType"]), bytes(one["controlValue"])) for one in extra]
    return int(found["messageID"]), found["protocolOp"][name], controls


def octets(values: Any) -> list[bytes]:
    return [bytes(value) for value in values] if values.isValue else []


@given(IDS, DN, st.dictionaries(NAMES, VALUES, max_size=5))
def test_an_addition_reads_as_it_was_meant(message_id: int, dn: str, attributes: dict[str, list[bytes]]) -> None:
    found_id, operation, controls = read(add_request(message_id, dn, attributes, (CONTROL,)), "addRequest")
    assert (found_id, controls) == (message_id, [("1.3.6.1.1.12", b"value")])
    assert bytes(operation["entry"]).decode() == dn
    assert {str(one["type"]): octets(one["vals"]) for one in operation["attributes"]} == attributes


@given(IDS, DN, st.lists(st.tuples(NAMES, st.sampled_from(Verb), VALUES), min_size=1, max_size=5))
def test_a_modification_reads_as_it_was_meant_and_in_its_order(
    message_id: int, dn: str, changes: list[tuple[str, Verb, list[bytes]]]
) -> None:
    found_id, operation, controls = read(modify_request(message_id, dn, changes), "modifyRequest")
    assert (found_id, controls) == (message_id, [])
    assert bytes(operation["object"]).decode() == dn
    assert [
        (str(one["modification"]["type"]), int(one["operation"]), octets(one["modification"]["vals"]))
        for one in operation["changes"]
    ] == changes


@pytest.mark.parametrize("dn", ["", "uid=bob,ou=people", "uid=zoë," + "ou=x," * 60])
def test_a_removal_reads_as_it_was_meant(dn: str) -> None:
    found_id, operation, controls = read(delete_request(7, dn, (CONTROL,)), "delRequest")
    assert (found_id, bytes(operation).decode(), len(controls)) == (7, dn, 1)
