"""Parameters as they come over the wire: a form whose names have dots, such as `Tags.member.1.Key`.

Everything is bounded by the size of the body and by the limits here, and what could be read in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from adapter.errors import MalformedQueryString
from adapter.wsgi import MalformedInput

Node = str | dict[str, "Node"]
"""A value, or what the part of a name up to a dot leads to."""

MOST_PARAMETERS = 5_000
_DEEPEST = 12
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)


def read_form(*forms: bytes) -> dict[str, Node]:
    """Reads forms as one; each name may occur once.

    Args:
        forms: the query string and the body, as they were received.

    Raises:
        MalformedQueryString: something is not percent-encoded UTF-8.
        MalformedInput: there are too many parameters, or they contradict each other.
    """
    if sum(form.count(b"&") for form in forms) >= MOST_PARAMETERS:
        raise MalformedInput(f"A request has at most {MOST_PARAMETERS} parameters.")
    root: dict[str, Node] = {}
    for form in forms:
        for name, value in _pairs(form):
            _plant(root, name, value)
    return root


def _pairs(form: bytes) -> Iterator[tuple[str, str]]:
    bad = _BAD_ESCAPE.search(form)
    if bad:
        shown = bad[0].decode("ascii", "backslashreplace")
        raise MalformedQueryString(f"Illegal hex character in escape % pattern: {shown}")
    for part in form.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            yield _decoded(name), _decoded(value)


def _decoded(text: bytes) -> str:
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode() if b"%" in text or b"+" in text else text.decode()
    except UnicodeDecodeError:
        raise MalformedQueryString("The parameters are not in UTF-8.") from None


def _plant(root: dict[str, Node], name: str, value: str) -> None:
    """Puts a value where its name leads to."""
    *parents, leaf = name.split(".", _DEEPEST)
    node = root
    for part in parents:
        below = node.setdefault(part, {})
        if isinstance(below, str):
            raise MalformedInput("Start of structure or map found where not expected.")
        node = below
    if "." in leaf:
        raise MalformedInput("The parameters are nested too deeply.")
    if leaf in node:
        raise MalformedInput("Duplicate parameter." if isinstance(node[leaf], str) else "Unexpected complex element.")
    node[leaf] = value
