"""Strict JSON: what is ambiguous or hostile is refused instead of guessed at.

Two readers of one policy must never see two different policies, so a key may stand in an object only once (the IAM
user guide's grammar notes ask for it) and numbers keep the text they were written in.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NoReturn

LONGEST_NUMBER = 64
DEEPEST = 32
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class BadJson(ValueError):
    """The text is not JSON, or JSON that two readers could understand differently."""


class Number(str):
    """A JSON number, in the text it was written in: `1.0` and `1` stay apart, and nothing is rounded."""

    __slots__ = ()


def is_text(value: object) -> bool:
    """Whether a value was a string in JSON, not a number."""
    return isinstance(value, str) and not isinstance(value, Number)


def load(text: str | bytes, longest: int) -> Any:
    """Reads JSON text.

    Args:
        text: bytes are taken as UTF-8.
        longest: more characters than this are refused unread.

    Raises:
        BadJson: not JSON, too long, too deep, a key twice, NaN or Infinity, an endless number, half a surrogate pair.
    """
    if len(text) > longest * (4 if isinstance(text, bytes) else 1):
        raise BadJson(f"the text is longer than {longest} characters")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadJson(f"the text is not UTF-8 (byte {error.start})") from None
    if len(text) > longest:
        raise BadJson(f"the text is longer than {longest} characters")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise BadJson(f"more than {DEEPEST} levels of nesting") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _refuse_depth(value)
    if not text.isascii() or _SURROGATE_ESCAPE.search(text):
        _refuse_half_pairs(value)
    return value


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise BadJson(f"more than {DEEPEST} levels of nesting")


def _refuse_half_pairs(value: Any) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, str):
            try:
                item.encode()
            except UnicodeEncodeError:
                raise BadJson("half of a surrogate pair stands alone") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise BadJson(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _number(text: str) -> Number:
    if len(text) > LONGEST_NUMBER:
        raise BadJson(f"a number has more than {LONGEST_NUMBER} characters")
    return Number(text)


def _constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not a JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_constant, strict=True
)
