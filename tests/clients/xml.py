"""Reading the API's documents without an SDK."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import NamedTuple

IAM = "https://iam.amazonaws.com/doc/2010-05-08/"


class Refusal(NamedTuple):
    """An ErrorResponse."""

    type: str
    code: str
    message: str
    request_id: str


def error_of(body: bytes) -> Refusal:
    """The refusal that a document holds."""
    root = ET.fromstring(body)
    space = root.tag.removesuffix("ErrorResponse")
    assert root.tag == f"{space}ErrorResponse"
    texts = [root.findtext(f"{space}Error/{space}{name}") for name in ("Type", "Code", "Message")]
    request_id = root.findtext(f"{space}RequestId")
    return Refusal(*(text or "" for text in texts), request_id or "")


def value_of(body: bytes, name: str) -> str | None:
    """The text of the first element of that name."""
    return next((element.text for element in ET.fromstring(body).iter() if element.tag.endswith(f"}}{name}")), None)
