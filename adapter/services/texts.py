"""Reads definitions as text, which anybody may have written: JSON or TOML, told apart by the first character.

What two readers could understand differently is refused, and so is what would take long or could not be written again:
names that stand twice, deep nesting, numbers without end, dates.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from adapter.services.checks import InvalidDefinition

MOST_BYTES: Final = 1_000_000
DEEPEST: Final = 16
_MOST_BYTES_OF_TOML: Final = 250_000
_MOST_DOTS: Final = 50
"""In one line of TOML: the parser's time grows with the square of the length of a dotted name."""
_GREATEST: Final = 10**18


def read_table(text: str) -> dict[str, Any]:
    """The members of a definition.

    Raises:
        InvalidDefinition: says what is wrong.
    """
    if len(text) > MOST_BYTES or len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise InvalidDefinition(f"The definition is longer than {MOST_BYTES} bytes.")
    is_json = text.lstrip().startswith("{")
    try:
        table: dict[str, Any] = _json(text) if is_json else _toml(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise InvalidDefinition(f"The definition is not {'JSON' if is_json else 'TOML'}: {error}") from error
    _hold_to_plain_values(table)
    return table


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise InvalidDefinition(f"The definition is not JSON: {twice[:80]!r} stands twice in one object")
    return found


def _toml(text: str) -> dict[str, Any]:
    if len(text.encode(errors="surrogatepass")) > _MOST_BYTES_OF_TOML:
        raise InvalidDefinition(f"The definition is longer than {_MOST_BYTES_OF_TOML} bytes; write it as JSON.")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > _MOST_DOTS:
            raise InvalidDefinition(f"The definition has more than {_MOST_DOTS} dots in line {number}.")
    return tomllib.loads(text)


def _too_deep() -> InvalidDefinition:
    return InvalidDefinition(f"The definition has more than {DEEPEST} levels of nesting.")


def _hold_to_plain_values(table: dict[str, Any]) -> None:
    """Level by level, so that nothing is too deep for it."""
    level: list[Any] = [table]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        level = [inner for outer in level for inner in _inner(outer)]
    raise _too_deep()


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        _hold_to_text(*value)
        return value.values()
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        _hold_to_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidDefinition("The definition has a number that is none, or has no end.")
    elif isinstance(value, int) and abs(value) > _GREATEST:
        raise InvalidDefinition("The definition has a number that is too great.")
    elif value is not None and not isinstance(value, bool | int | float):
        raise InvalidDefinition("The definition has a date or a time; write it as text.")
    return ()


def _hold_to_text(*texts: str) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidDefinition("The definition has half of a surrogate pair.") from None
