"""Text in XML documents."""

from __future__ import annotations

import re

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_NOT_IN_XML = "\N{REPLACEMENT CHARACTER}"


def escape(text: str) -> str:
    """Text for an XML document; what XML can't hold is replaced.

    Source: XML 1.0, section 2.2.
    """
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], _NOT_IN_XML), text)
