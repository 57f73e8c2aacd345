"""What documents refer to, and where their statements stand in the text: for the policy simulator.

Source: IAM API reference, GetContextKeysForCustomPolicy and SimulateCustomPolicy (MissingContextValues, Statement).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]

from adapter.policy.document import Document, Statement
from adapter.policy.operators import parse_operator
from adapter.policy.templates import parse_resource, parse_template, variable_names

_VARIABLE_BASES = ("stringequals", "stringequalsignorecase", "stringlike", "arnlike", "bool")
_BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; lines and columns are counted from 1."""

    line: int
    column: int


def context_keys(documents: Iterable[Document]) -> tuple[str, ...]:
    """The condition keys that documents refer to, in conditions and as policy variables; each once, in any case."""
    found: dict[str, str] = {}
    for document in documents:
        for statement in document.statements:
            for key in _keys(document, statement):
                found.setdefault(key.lower(), key)
    return tuple(found.values())


def _keys(document: Document, statement: Statement) -> Iterator[str]:
    variables = document.has_variables
    for text in statement.resources or ():
        yield from variable_names(parse_resource(text, variables=variables))
    for clause in statement.conditions:
        yield clause.key
        operator = parse_operator(clause.operator)
        if operator is not None and operator.base in _VARIABLE_BASES:
            for text in clause.values:
                yield from variable_names(parse_template(text, variables=variables, wildcards=False))


def statement_positions(text: str) -> tuple[tuple[Position, Position], ...]:
    """Where each statement starts and ends in the text of a valid document."""
    return tuple((_position(text, start), _position(text, end)) for start, end in _spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    decoder = json.JSONDecoder()
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] == '"':
        name, at = scanstring(text, at + 1)
        at = _skip(text, _skip(text, at) + 1)
        if name != "Statement":
            at = _skip(text, decoder.raw_decode(text, at)[1])
        else:
            is_list = text[at] == "["
            at = _skip(text, at + 1) if is_list else at
            while text[at] == "{":
                start, at = at, decoder.raw_decode(text, at)[1]
                yield start, at
                at = _skip(text, at)
                if is_list and text[at] == ",":
                    at = _skip(text, at + 1)
                if not is_list:
                    break
            at = _skip(text, at + 1) if is_list else at
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _position(text: str, at: int) -> Position:
    before = text[:at]
    return Position(before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)
