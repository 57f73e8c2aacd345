"""How writes are handed to ldap3: as its own messages, put together without what costs time and nobody needs.

`Connection.add` copies the attributes, looks up its settings for each of them, and checks each part of the message
against the ASN.1 type that it was just made as; `send` then takes the message apart again into a dictionary. Of 230 µs
for a new user 150 are left without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from ldap3.protocol.convert import build_controls_list  # type: ignore[import-untyped]
from ldap3.protocol.rfc4511 import (  # type: ignore[import-untyped]
    LDAPDN,
    AddRequest,
    Attribute,
    AttributeDescription,
    AttributeList,
    AttributeValue,
    LDAPMessage,
    MessageID,
    ProtocolOp,
    Vals,
)

from adapter.ldap.controls import Control

ADD_REQUEST: Final = "addRequest"
_UNCHECKED: Final = {"verifyConstraints": False, "matchTags": False, "matchConstraints": False}
_KEPT: Final = 64


def add_request(dn: str, attributes: Mapping[str, Sequence[bytes]]) -> Any:
    """The request that creates an entry."""
    listed = AttributeList()
    for place, (name, values) in enumerate(attributes.items()):
        listed.setComponentByPosition(place, _attribute(name, values), **_UNCHECKED)
    request = AddRequest()
    request.setComponentByPosition(0, LDAPDN(dn), **_UNCHECKED)
    request.setComponentByPosition(1, listed, **_UNCHECKED)
    return request


def _attribute(name: str, values: Sequence[bytes]) -> Any:
    listed = Vals()
    for place, value in enumerate(values):
        listed.setComponentByPosition(place, AttributeValue(value), **_UNCHECKED)
    attribute = Attribute()
    attribute.setComponentByPosition(0, AttributeDescription(name), **_UNCHECKED)
    attribute.setComponentByPosition(1, listed, **_UNCHECKED)
    return attribute


def send(connection: Any, kind: str, request: Any, extra: tuple[Control, ...]) -> None:
    """Sends a request on an ldap3 connection and reads the answer into its `result`.

    Args:
        kind: the request's name in the protocol, such as `addRequest`.

    Raises:
        LDAPException, OSError: the connection broke, or there was no answer in time.
    """
    strategy = connection.strategy
    message_id = connection.server.next_message_id()
    operation = ProtocolOp()
    operation.setComponentByName(kind, request, **_UNCHECKED)
    message = LDAPMessage()
    message.setComponentByPosition(0, MessageID(message_id), **_UNCHECKED)
    message.setComponentByPosition(1, operation, **_UNCHECKED)
    if extra:
        message.setComponentByPosition(2, _controls(extra), **_UNCHECKED)
    strategy._outstanding[message_id] = {"type": kind}
    strategy.sending(message)
    connection.post_send_single_response(message_id)


@lru_cache(_KEPT)
def _controls(extra: tuple[Control, ...]) -> Any:
    """Controls as ldap3 has them; those of most additions are always the same."""
    return build_controls_list(list(extra))
