"""Case lines are answered one by one; a bad line costs nobody else their answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import evaluate_cases
from tests.unit.policy.policies import USER, statement

REQUEST = {"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {}}
DOCUMENT = {"Version": "2012-10-17", "Statement": [statement()]}
CASE = {"request": REQUEST, "identityPolicies": [DOCUMENT]}


def answer(line):
    (result,) = evaluate_cases([line if isinstance(line, (str, bytes)) else json.dumps(line)])
    return result


def decision(**changes):
    return answer({**CASE, **changes})["decision"]


def test_an_answer_has_the_decision_and_its_reason():
    assert answer(CASE) == {
        "decision": "Allowed",
        "reason": "s3:GetObject on arn:aws:s3:::b/k is allowed by statement 1 of policy identityPolicies[0].",
    }


@pytest.mark.parametrize("name", ["a-1", 7, 1.5, ["x"]])
def test_an_answer_repeats_the_id(name):
    assert answer({**CASE, "id": name})["id"] == name


@pytest.mark.parametrize(
    "line",
    [
        "", " \n", "x", "{", "[]", "7", "null", b"\xff\xfe", "{}", json.dumps({"request": {}}), "[" * 50_000,
        json.dumps({**CASE, "request": "x"}),
        json.dumps({**CASE, "request": {**REQUEST, "principal": None}}),
        json.dumps({**CASE, "request": {**REQUEST, "action": 7}}),
        json.dumps({**CASE, "request": {**REQUEST, "resourceAccount": []}}),
        json.dumps({**CASE, "request": {**REQUEST, "context": []}}),
        json.dumps({**CASE, "request": {**REQUEST, "context": {"a": {"b": "c"}}}}),
        json.dumps({**CASE, "request": {**REQUEST, "context": {"a": [["b"]]}}}),
        json.dumps({**CASE, "identityPolicies": [{}]}),
        json.dumps({**CASE, "identityPolicies": ["not JSON"]}),
        json.dumps({**CASE, "identityPolicies": [7]}),
        json.dumps({**CASE, "resourcePolicy": DOCUMENT}),
        json.dumps(CASE).replace('"Allow"', '"Allow", "Effect": "Deny"'),
        json.dumps(CASE)[:-1] + ', "x": NaN}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_case_is_answered_with_its_error(line):
    assert list(answer(line)) == ["error"]


def test_the_lines_after_a_bad_one_are_answered():
    good = json.dumps(CASE)
    kinds = ["error" if "error" in result else "decision" for result in evaluate_cases([good, "x", good, "", good])]
    assert kinds == ["decision", "error", "decision", "error", "decision"]


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_whatever_the_line_it_is_answered(line):
    assert "error" in answer(line)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("a:*${}/", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["AWS", "Bool", "a"]), inner, max_size=2)
    ),
    max_leaves=5,
)
FULL = {
    "request": {**REQUEST, "resourceAccount": "123456789012", "context": {"aws:TagKeys": ["a"]}},
    "identityPolicies": [DOCUMENT],
    "permissionBoundaries": [DOCUMENT],
    "sessionPolicy": DOCUMENT,
    "resourcePolicy": {**DOCUMENT, "Statement": [{**statement(Condition={"Bool": {"a": "true"}}), "Principal": "*"}]},
    "id": 1,
}


def places(value, at=()):
    yield at
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*at, key))


@given(st.sampled_from(sorted(places(FULL), key=str)), ANYTHING)
def test_whatever_stands_anywhere_in_a_case_it_is_answered(at, anything):
    case = json.loads(json.dumps({"case": FULL}))
    target = case
    for step in ("case", *at)[:-1]:
        target = target[step]
    target[("case", *at)[-1]] = anything
    result = answer(case["case"])
    assert ("decision" in result) is not ("error" in result)


def test_a_key_that_stands_twice_in_other_letters_is_an_error():
    context = {"aws:username": "bob", "AWS:UserName": "eve"}
    assert "stands twice" in answer({**CASE, "request": {**REQUEST, "context": context}})["error"]


def test_bytes_and_line_ends_are_fine():
    assert answer((json.dumps(CASE) + "\r\n").encode())["decision"] == "Allowed"


def test_documents_may_be_strings_of_json():
    assert decision(identityPolicies=[json.dumps(DOCUMENT)]) == "Allowed"


def test_one_document_may_stand_without_its_list():
    assert decision(identityPolicies=DOCUMENT) == "Allowed"


@pytest.mark.parametrize("none", [None, []])
def test_no_boundary_is_no_limit(none):
    assert decision(permissionBoundaries=none, sessionPolicy=none, resourcePolicy=None) == "Allowed"


def test_a_boundary_that_allows_nothing_limits():
    assert decision(permissionBoundaries=[{"Version": "2012-10-17", "Statement": []}]) == "ImplicitlyDenied"


def test_no_identity_policies_are_no_rights():
    assert decision(identityPolicies=None) == "ImplicitlyDenied"


def test_a_key_without_value_is_a_missing_key():
    null = {**DOCUMENT, "Statement": [statement(Condition={"Null": {"aws:username": "true"}})]}
    assert decision(identityPolicies=[null], request={**REQUEST, "context": {"aws:username": None}}) == "Allowed"


def test_an_absent_resource_policy_is_not_judged():
    assert decision(request={**REQUEST, "resource": "arn:aws:sqs:eu-central-1:999999999999:jobs"}) == "Allowed"


def test_another_account_without_a_policy_has_allowed_nothing():
    assert decision(request={**REQUEST, "resourceAccount": "999999999999"}) == "ImplicitlyDenied"
