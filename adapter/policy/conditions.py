"""Condition operators as data: each base operator says how its policy values become a test of one request value.

Around that test stands what all operators share: several values, negation, `IfExists`, ForAllValues, ForAnyValue and
missing keys. An operator therefore is one row of a table, and a compiled condition is one function of the context.

Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context keys".
"""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from adapter.policy import values
from adapter.policy.document import Clause
from adapter.policy.match import Matcher, any_of, compile_arn, compile_text, remembered
from adapter.policy.operators import Operator, Quantifier, parse_operator
from adapter.policy.templates import Context, Template, Tokens, parse_template, resolve, without_variables

Test = Callable[[str, Context], bool]
"""Whether one value of the request matches any value of the policy."""
Holds = Callable[[Context], bool]

_PLAIN_EQUALS = Operator("stringequals")


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    Attributes:
        clause: what it came from, to explain it.
        key: its key in lower case.
        holds: decides it.
        only: for a plain StringEquals, the values of which the key must have one; None for all others.
    """

    clause: Clause
    key: str
    holds: Holds
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Conditions:
    """All conditions of a statement; known by itself, so that a request can remember whether it meets them."""

    every: tuple[Condition, ...]

    def hold(self, context: Context) -> bool:
        """Whether each of them holds."""
        for condition in self.every:  # noqa: SIM110  # a generator would take twice the time
            if not condition.holds(context):
                return False
        return True


def compile_clause(clause: Clause, *, variables: bool) -> Condition:
    """Compiles one operator, key and values.

    Args:
        variables: policy variables mean something in this document.
    """
    parsed = parse_operator(clause.operator)
    if parsed is None:
        raise ValueError(f"unknown operator {clause.operator!r}")
    key = clause.key.lower()
    if parsed.base == "null":
        return Condition(clause, key, _null(key, clause.values))
    test = _TESTS[parsed.base](clause.values, variables)
    is_plain = parsed == _PLAIN_EQUALS and not (variables and any("${" in value for value in clause.values))
    only = frozenset(clause.values) if is_plain else None
    return Condition(clause, key, _quantified(parsed, key, test), only)


def _quantified(operator: Operator, key: str, test: Test) -> Holds:
    missing = _when_missing(operator)
    if operator.quantifier is Quantifier.NONE:
        return _unqualified(key, test, operator.negated, missing)
    fold = all if operator.quantifier is Quantifier.ALL else any
    negated = operator.negated

    def holds(context: Context) -> bool:
        value = context.get(key, ())
        if not value:  # an empty text is an empty set, but it is there: IfExists does not cover it
            return missing if value != "" else fold is all
        return fold(test(one, context) is not negated for one in _each(value))

    return holds


def _when_missing(operator: Operator) -> bool:
    if operator.if_exists:
        return True
    if operator.quantifier is Quantifier.NONE:
        return operator.negated
    return operator.quantifier is Quantifier.ALL


def _unqualified(key: str, test: Test, negated: bool, missing: bool) -> Holds:
    def holds(context: Context) -> bool:
        value = context.get(key)
        if value.__class__ is str:
            return test(value, context) is not negated
        if not value:
            return missing
        return any(test(one, context) for one in _each(value)) is not negated

    return holds


def _each(value: object) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value  # type: ignore[return-value]


def _null(key: str, wanted: Iterable[str]) -> Holds:
    answers = {values.boolean(text) for text in wanted}

    def holds(context: Context) -> bool:
        value = context.get(key)
        return (value is None or (not value and not isinstance(value, str))) in answers

    return holds


def _texts(parse: Callable[[Tokens], Matcher], *, wildcards: bool) -> Callable[[tuple[str, ...], bool], Test]:
    """For operators whose values are templates: what is the same in every request is compiled once."""

    def build(texts: tuple[str, ...], variables: bool) -> Test:
        templates = [parse_template(text, variables=variables, wildcards=wildcards) for text in texts]
        static = any_of([parse(tokens) for tokens in map(without_variables, templates) if tokens is not None])
        dynamic = [template for template in templates if without_variables(template) is None]
        if not dynamic:
            return lambda value, _context: static(value)
        return lambda value, context: static(value) or _matches_resolved(dynamic, parse_resolved, value, context)

    parse_resolved = remembered(parse)
    return build


def _matches_resolved(
    templates: Iterable[Template], parse: Callable[[Tokens], Matcher], value: str, context: Context
) -> bool:
    for template in templates:
        tokens = resolve(template, context)
        if tokens is not None and parse(tokens)(value):
            return True
    return False


def _equal_texts(texts: tuple[str, ...], variables: bool) -> Test:
    """StringEquals with plain values is one look into a set."""
    if variables and any("${" in text for text in texts):
        return _texts(compile_text, wildcards=False)(texts, variables)
    expected = frozenset(texts)
    return lambda value, _context: value in expected


def _equal_folded(texts: tuple[str, ...], variables: bool) -> Test:
    templates = [parse_template(text, variables=variables, wildcards=False) for text in texts]
    expected = frozenset("".join(map(str, t)).lower() for t in templates if without_variables(t) is not None)
    dynamic = [template for template in templates if without_variables(template) is None]

    def test(value: str, context: Context) -> bool:
        folded = value.lower()
        if folded in expected:
            return True
        resolved = (resolve(template, context) for template in dynamic)
        return any(folded == "".join(map(str, tokens)).lower() for tokens in resolved if tokens is not None)

    return test


def _booleans(texts: tuple[str, ...], variables: bool) -> Test:
    templates = [parse_template(text, variables=variables, wildcards=False) for text in texts]

    def test(value: str, context: Context) -> bool:
        wanted = values.boolean(value)
        if wanted is None:
            return False
        resolved = (resolve(template, context) for template in templates)
        return any(values.boolean("".join(map(str, t))) is wanted for t in resolved if t is not None)

    return test


def _ordered(
    parse: Callable[[str], Any], relation: Callable[[Any, Any], bool]
) -> Callable[[tuple[str, ...], bool], Test]:
    """For operators that compare a parsed request value with parsed policy values."""

    def build(texts: tuple[str, ...], _variables: bool) -> Test:
        limits = [limit for limit in map(parse, texts) if limit is not None]

        def test(value: str, _context: Context) -> bool:
            parsed = parse(value)
            return parsed is not None and any(relation(parsed, limit) for limit in limits)

        return test

    return build


def _networks(texts: tuple[str, ...], _variables: bool) -> Test:
    ranges: dict[int, dict[int, set[int]]] = {4: {}, 6: {}}
    for version, mask, masked in filter(None, map(values.network, texts)):
        ranges[version].setdefault(mask, set()).add(masked)

    def test(value: str, _context: Context) -> bool:
        parsed = values.address(value)
        if parsed is None:
            return False
        version, number = parsed
        return any(number & mask in masked for mask, masked in ranges[version].items())

    return test


_TESTS: dict[str, Callable[[tuple[str, ...], bool], Test]] = {
    "stringequals": _equal_texts,
    "stringequalsignorecase": _equal_folded,
    "stringlike": _texts(compile_text, wildcards=True),
    "arnlike": _texts(compile_arn, wildcards=True),
    "bool": _booleans,
    "binaryequals": _ordered(values.binary, compare.eq),
    "ipaddress": _networks,
    "numericequals": _ordered(values.number, compare.eq),
    "numericlessthan": _ordered(values.number, compare.lt),
    "numericlessthanequals": _ordered(values.number, compare.le),
    "numericgreaterthan": _ordered(values.number, compare.gt),
    "numericgreaterthanequals": _ordered(values.number, compare.ge),
    "dateequals": _ordered(values.moment, compare.eq),
    "datelessthan": _ordered(values.moment, compare.lt),
    "datelessthanequals": _ordered(values.moment, compare.le),
    "dategreaterthan": _ordered(values.moment, compare.gt),
    "dategreaterthanequals": _ordered(values.moment, compare.ge),
}
