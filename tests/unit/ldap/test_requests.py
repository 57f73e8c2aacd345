"""Requests are the same octets as those that ldap3 makes when it checks every part of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from ldap3.operation.add import add_operation
from ldap3.utils.asn1 import encode

from adapter.ldap.controls import Control
from adapter.ldap.requests import ADD_REQUEST, add_request, send

NAMES = some.sampled_from(["objectClass", "uid", "cn", "member", "iamTag", "userPassword"])
VALUES = some.lists(some.binary(max_size=300), max_size=4)


class Connection:
    """An ldap3 connection that sends nothing."""

    def __init__(self) -> None:
        self.strategy = self.server = self
        self._outstanding: dict[int, Any] = {}
        self.sent: list[bytes] = []

    def next_message_id(self) -> int:
        return 7

    def sending(self, message: Any) -> None:
        self.sent.append(encode(message))

    def post_send_single_response(self, message_id: int) -> None:
        del self._outstanding[message_id]


@given(some.text(max_size=40), some.dictionaries(NAMES, VALUES))
def test_an_addition_is_what_ldap3_makes_of_it(dn: str, attributes: dict[str, list[bytes]]) -> None:
    assert encode(add_request(dn, attributes)) == encode(add_operation(dn, attributes, auto_encode=False))


@pytest.mark.parametrize("extra", [(), (Control("1.2.3", True, b"value"), Control("1.2.4", False, None))])
def test_a_message_has_its_number_and_its_controls(extra: tuple[Control, ...]) -> None:
    connection = Connection()
    for _ in range(2):
        send(connection, ADD_REQUEST, add_request("uid=bob", {"uid": [b"bob"]}), extra)
    first, second = connection.sent
    assert first == second
    assert first[2:5] == b"\x02\x01\x07"
    assert (b"1.2.3" in first, b"value" in first, b"1.2.4" in first) == (bool(extra),) * 3
    assert (b"\x01\x01\xff" in first) == bool(extra)
