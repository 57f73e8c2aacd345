"""The AWS principals in a document's text: found and exchanged, for trust policies that keep ids instead of ARNs.

Source: IAM user guide, "AWS JSON policy elements: Principal": when a trust policy is saved, the ARN of a user or role
becomes its unique id, and is shown as the ARN again as long as that user or role is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

_NAMING: Final = ("Principal",)
_SPARING: Final = ("NotPrincipal",)
_ID: Final = re.compile(r"((?:AIDA|AROA)[A-Z2-7]{17})(?::(.+))?", re.DOTALL)


def principal_id(text: str) -> tuple[str, str] | None:
    """The unique id and the session name (or an empty one) of a principal that is given by its id, or None."""
    found = _ID.fullmatch(text)
    return (found[1], found[2] or "") if found else None


def aws_principals(text: str) -> tuple[str, ...]:
    """What a document's AWS principals are, each once, in their order; nothing of a text that is no document."""
    return tuple(
        dict.fromkeys(
            entry for holder in _holders(_read(text), _NAMING + _SPARING) for entry in _entries(holder["AWS"])
        )
    )


def exchange_principals(text: str, exchange: Callable[[str], str]) -> str:
    """A document with other AWS principals; the text itself when all of them stay as they are.

    What NotPrincipal lists stays: it spares, and whom it spares depends on how ARNs lie within each other.
    """
    if all(exchange(entry) == entry for entry in aws_principals(text)):
        return text
    content = _read(text)
    for holder in _holders(content, _NAMING):
        given = holder["AWS"]
        holder["AWS"] = exchange(given) if isinstance(given, str) else [exchange(entry) for entry in _entries(given)]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _holders(content: Any, elements: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The objects of a document that have AWS principals."""
    statements = content.get("Statement") if isinstance(content, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in elements:
            holder = statement.get(element) if isinstance(statement, dict) else None
            if isinstance(holder, dict) and "AWS" in holder:
                yield holder


def _entries(given: Any) -> list[str]:
    return [entry for entry in (given if isinstance(given, list) else [given]) if isinstance(entry, str)]
