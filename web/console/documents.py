"""Policy documents as people read them."""

from __future__ import annotations

import json
from urllib.parse import unquote


def readable(encoded: str) -> str:
    """A document as answers carry it, set out for reading."""
    return pretty(unquote(encoded))


def pretty(text: str) -> str:
    """A document set out for reading; as it is where it can't be read."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
