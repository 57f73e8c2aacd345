"""Policy documents on their way in: parsed and validated, or refused with AWS's code."""

from __future__ import annotations

from typing import Literal

from adapter.errors import MalformedPolicyDocument
from adapter.policy import MalformedDocument, parse_document


def checked_document(text: str, kind: Literal["identity", "trust"]) -> None:
    """Refuses a document that is not valid for its use.

    Args:
        text: the JSON text.
        kind: `identity` for what grants permissions, `trust` for a role's trust policy.

    Raises:
        MalformedPolicyDocument: the message is AWS's; the place is named besides.
    """
    try:
        parse_document(text, kind=kind)
    except MalformedDocument as error:
        raise MalformedPolicyDocument(error.message, error.place) from error
