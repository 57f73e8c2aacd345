"""The corpus: every case file answers as the guide says, each case with the page that says it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from adapter.policy import evaluate, evaluate_cases
from adapter.policy.cases import parse_case

CASES = Path(__file__).parent / "cases"
LINES = [line for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
RAW = [json.loads(line) for line in LINES]
OUTCOMES: dict[str, set[str]] = {}
for _raw in RAW:
    for _document in _raw["identityPolicies"]:
        _statements = _document["Statement"]
        for _statement in [_statements] if isinstance(_statements, dict) else _statements:
            for _operator in _statement.get("Condition", {}):
                OUTCOMES.setdefault(_operator, set()).add(_raw["expected"])
OPERATORS = """
StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike
NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals
DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals
Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike
"""


@pytest.mark.parametrize("line", LINES, ids=[raw["id"] for raw in RAW])
def test_a_case_is_decided_as_the_guide_says(line):
    case = parse_case(line)
    decision = evaluate(case.request, case.policies)
    assert decision.effect.value == case.expected, decision.sentence()


def test_every_case_names_its_source():
    assert all(raw["source"] for raw in RAW)


def test_no_id_stands_twice():
    assert [name for name, count in Counter(raw["id"] for raw in RAW).items() if count > 1] == []


@pytest.mark.parametrize("operator", OPERATORS.split())
@pytest.mark.parametrize("qualifier", ["", "ForAllValues:", "ForAnyValue:"])
@pytest.mark.parametrize("suffix", ["", "IfExists"])
def test_every_operator_with_every_modifier_is_there_both_ways(operator, qualifier, suffix):
    assert OUTCOMES[qualifier + operator + suffix] >= {"Allowed", "ImplicitlyDenied"}


def test_the_answers_come_in_order_with_their_ids():
    answers = list(evaluate_cases(LINES))
    assert [(answer["id"], answer["decision"]) for answer in answers] == [(raw["id"], raw["expected"]) for raw in RAW]


def test_every_decision_has_a_sentence_and_only_refusals_have_a_refusal():
    for line in LINES:
        case = parse_case(line)
        decision = evaluate(case.request, case.policies)
        assert decision.sentence().startswith(f"{case.request.action} on ")
        assert bool(decision.refusal()) is not decision.allowed
