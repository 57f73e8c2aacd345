"""The policy simulator, on policies given as text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapter.errors import InvalidInput, ValidationError
from adapter.operations.paging import make_marker
from tests.directory.conftest import Do
from tests.documents import allow, deny
from tests.simulating import BUCKET, ME, OBJECT, entry, simulate, sources, trusting


def test_an_allow_names_the_statement_that_allows(ask: Do) -> None:
    result = simulate(ask, allow("sqs:*"), allow("s3:Get*"))
    assert result["eval_action_name"] == "s3:GetObject"
    assert result["eval_resource_name"] == "*"
    assert result["eval_decision"] == "allowed"
    assert sources(result) == [("PolicyInputList.2", "IAM Policy")]
    assert result["missing_context_values"] == []


def test_silence_is_an_implicit_deny_without_statements(ask: Do) -> None:
    result = simulate(ask, allow("sqs:*"))
    assert (result["eval_decision"], result["matched_statements"]) == ("implicitDeny", [])


def test_an_explicit_deny_names_only_the_statement_that_denies(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), deny("s3:GetObject"))
    assert result["eval_decision"] == "explicitDeny"
    assert sources(result) == [("PolicyInputList.2", "IAM Policy")]


def test_members_that_say_nothing_are_left_out(ask: Do) -> None:
    assert set(simulate(ask, allow("s3:*"))) == {
        "eval_action_name",
        "eval_resource_name",
        "eval_decision",
        "matched_statements",
        "missing_context_values",
    }


def test_every_action_has_a_result_in_the_order_asked(ask: Do) -> None:
    actions = ["s3:PutObject", "iam:CreateUser", "s3:GetObject"]
    answer = ask("simulate_custom_policy", policy_input_list=[allow("s3:*")], action_names=actions)
    assert [(one["eval_action_name"], one["eval_decision"]) for one in answer["evaluation_results"]] == [
        ("s3:PutObject", "allowed"),
        ("iam:CreateUser", "implicitDeny"),
        ("s3:GetObject", "allowed"),
    ]


def test_nothing_is_done(ask: Do) -> None:
    simulate(ask, allow("iam:*"), action="iam:CreateUser", resource_arns=[ME])
    assert ask("list_users")["users"] == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
            {"line": 1, "column": 38},
            {"line": 1, "column": 84},
        ),
        (
            '{\n  "Version":"2012-10-17",\n  "Statement":{\n    "Effect":"Allow",\n    "Action":"s3:*",\n'
            '    "Resource":"*"\n  }\n}',
            {"line": 3, "column": 16},
            {"line": 7, "column": 4},
        ),
        (
            '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n'
            '      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
            {"line": 3, "column": 17},
            {"line": 8, "column": 6},
        ),
    ],
)
def test_a_statement_starts_where_the_parser_stood_before_it(
    ask: Do, text: str, start: dict[str, int], end: dict[str, int]
) -> None:
    (statement,) = simulate(ask, text)["matched_statements"]
    assert (statement["start_position"], statement["end_position"]) == (start, end)


def test_a_later_statement_starts_where_the_one_before_it_ends(ask: Do) -> None:
    both = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}] * 2
    text = json.dumps({"Version": "2012-10-17", "Statement": both}, indent=2)
    first, second = simulate(ask, text)["matched_statements"]
    assert second["start_position"] == first["end_position"]


def test_each_resource_has_a_result_of_its_own(ask: Do) -> None:
    result = simulate(ask, allow("s3:GetObject", f"{BUCKET}/*"), resource_arns=[OBJECT, "arn:aws:s3:::other/x"])
    assert [
        (one["eval_resource_name"], one["eval_resource_decision"]) for one in result["resource_specific_results"]
    ] == [
        (OBJECT, "allowed"),
        ("arn:aws:s3:::other/x", "implicitDeny"),
    ]


def test_over_all_resources_the_most_restrictive_decision_counts(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), deny("s3:*", f"{BUCKET}/*"), resource_arns=["arn:aws:s3:::other/x", OBJECT])
    assert (result["eval_resource_name"], result["eval_decision"]) == ("*", "explicitDeny")
    assert sources(result) == [("PolicyInputList.2", "IAM Policy")]


def test_a_single_resource_is_named_at_the_top_too(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), resource_arns=[OBJECT])
    assert result["eval_resource_name"] == OBJECT
    (only,) = result["resource_specific_results"]
    assert only["matched_statements"] == result["matched_statements"] != []


def test_details_are_there_and_empty_inside_an_account(ask: Do) -> None:
    result = simulate(ask, allow("s3:*"), resource_arns=[OBJECT])
    assert result["eval_decision_details"] == {}
    assert "eval_decision_details" not in result["resource_specific_results"][0]


def test_an_arn_is_an_arn(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="ResourceNames are not in a valid ARN format: reports"):
        simulate(ask, allow("s3:*"), resource_arns=["reports"])


def test_keys_that_nobody_gave_are_named(ask: Do) -> None:
    policy = allow("s3:*", f"{BUCKET}/${{aws:username}}/*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    result = simulate(ask, policy, resource_arns=[f"{BUCKET}/bob/x"])
    assert result["eval_decision"] == "implicitDeny"
    assert sorted(result["missing_context_values"]) == ["aws:SourceIp", "aws:username"]
    assert sorted(result["resource_specific_results"][0]["missing_context_values"]) == [
        "aws:SourceIp",
        "aws:username",
    ]


def test_keys_that_are_given_decide(ask: Do) -> None:
    policy = allow("s3:*", f"{BUCKET}/${{aws:username}}/*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    context = [entry("AWS:sourceip", "ip", "10.1.2.3"), entry("aws:username", "string", "bob")]
    result = simulate(ask, policy, resource_arns=[f"{BUCKET}/bob/x"], context_entries=context)
    assert (result["eval_decision"], result["missing_context_values"]) == ("allowed", [])


@pytest.mark.parametrize(
    ("operator", "wanted", "kind", "given"),
    [
        ("StringLike", "a*", "string", ["abc"]),
        ("ForAllValues:StringEquals", ["a", "b"], "stringList", ["b", "a"]),
        ("ForAnyValue:StringEquals", "a", "stringList", ["a"]),
        ("NumericLessThan", "10", "numeric", ["9.5"]),
        ("ForAllValues:NumericLessThan", "10", "numericList", ["9", "8"]),
        ("Bool", "true", "boolean", ["true"]),
        ("ForAnyValue:Bool", "true", "booleanList", ["false", "true"]),
        ("IpAddress", "2001:db8::/32", "ip", ["2001:db8::1"]),
        ("ForAnyValue:IpAddress", "10.0.0.0/8", "ipList", ["10.0.0.1", "192.168.0.1"]),
        ("BinaryEquals", "QmluZGVyeQ==", "binary", ["QmluZGVyeQ=="]),
        ("ForAnyValue:BinaryEquals", "AAE=", "binaryList", ["AAE=", "AAI="]),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "date", ["2026-06-01T00:00:00Z"]),
        ("ForAllValues:DateLessThan", "2026-01-01", "dateList", ["2025-01-01", "1577836800"]),
    ],
)
def test_each_type_of_value_is_taken(ask: Do, operator: str, wanted: Any, kind: str, given: list[str]) -> None:
    policy = allow("s3:*", Condition={operator: {"app:key": wanted}})
    result = simulate(ask, policy, context_entries=[entry("app:key", kind, *given)])
    assert result["eval_decision"] == "allowed"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("numeric", "ten"),
        ("boolean", "yes"),
        ("ip", "10.0.0.300"),
        ("binary", "%"),
        ("date", "tomorrow"),
        ("numericList", "x"),
    ],
)
def test_a_value_of_another_type_is_refused(ask: Do, kind: str, given: str) -> None:
    with pytest.raises(InvalidInput, match=f"{given} is not a valid {kind} for app:key"):
        simulate(ask, allow("s3:*"), context_entries=[entry("app:key", kind, given)])


def test_an_entry_without_a_value_is_refused(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="Invalid Context Entry"):
        simulate(ask, allow("s3:*"), context_entries=[entry("app:key", "string")])


@pytest.mark.parametrize("action", ["GetObject", "s3:Get*", "s3:", "s3:Get Object", "*:*"])
def test_an_action_is_one_action_with_its_service(ask: Do, action: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid Input Action"):
        simulate(ask, allow("s3:*"), action=action)


@pytest.mark.parametrize("operation", ["simulate_custom_policy", "get_context_keys_for_custom_policy"])
def test_a_malformed_policy_is_named(ask: Do, operation: str) -> None:
    more = {"action_names": ["s3:GetObject"]} if operation.startswith("simulate") else {}
    with pytest.raises(InvalidInput, match=r"PolicyInputList\.2 is malformed: Syntax errors in policy\."):
        ask(operation, policy_input_list=[allow("s3:*"), "{"], **more)


def test_a_resource_policy_has_no_place_among_identity_policies(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="should not specify a principal"):
        simulate(ask, trusting(ME))


def test_a_resource_policy_names_somebody(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="ResourcePolicy is malformed"):
        simulate(ask, allow("s3:*"), resource_policy=allow("s3:*"), caller_arn=ME)


def test_the_caller_is_no_session(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="Invalid Entity Arn"):
        simulate(ask, allow("s3:*"), caller_arn="arn:aws:sts::123456789012:assumed-role/deployer/session")


INSTANCE = [
    f"arn:aws:ec2:us-east-1:123456789012:{kind}/x"
    for kind in ("instance", "image", "security-group", "network-interface", "volume")
]


def test_a_scenario_with_all_its_resources_is_simulated(ask: Do) -> None:
    asked = {"action": "ec2:RunInstances", "resource_arns": INSTANCE, "resource_handling_option": "EC2-VPC-EBS"}
    assert simulate(ask, allow("ec2:*"), **asked)["eval_decision"] == "allowed"


@pytest.mark.parametrize(
    ("scenario", "words"), [("EC2-VPC-EBS-Subnet", "missing: subnet"), ("EC2-Nowhere", "EC2-Nowhere is none of")]
)
def test_a_scenario_wants_its_resources(ask: Do, scenario: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        simulate(ask, allow("ec2:*"), resource_arns=INSTANCE, resource_handling_option=scenario)


ACTIONS = tuple(f"s3:Action{number}" for number in range(7))


def test_pages_follow_each_other_in_the_order_asked(ask: Do) -> None:
    seen: list[str] = []
    answer: dict[str, Any] = {"is_truncated": True}
    while answer["is_truncated"]:
        answer = ask(
            "simulate_custom_policy",
            policy_input_list=[allow("s3:*")],
            action_names=ACTIONS,
            max_items=3,
            marker=answer.get("marker"),
        )
        seen += [one["eval_action_name"] for one in answer["evaluation_results"]]
    assert tuple(seen) == ACTIONS


def test_a_page_ends_early_where_there_is_too_much_to_decide(ask: Do) -> None:
    arns = [f"{BUCKET}/{number}" for number in range(20_000)]
    asked = {"policy_input_list": [allow("s3:*")], "action_names": ACTIONS, "resource_arns": arns}
    answer = ask("simulate_custom_policy", **asked)
    assert (len(answer["evaluation_results"]), answer["is_truncated"]) == (2, True)


def test_what_would_hold_everybody_up_is_refused(ask: Do) -> None:
    with pytest.raises(InvalidInput, match="too much to simulate at once"):
        simulate(ask, allow("s3:*"), resource_arns=[f"{BUCKET}/{number}" for number in range(50_000)])


@pytest.mark.parametrize("marker", ["x", *map(make_marker, ("bob", "-1", "2", "", "0" * 12))])
def test_a_marker_of_somebody_else_s_is_refused(ask: Do, marker: str) -> None:
    with pytest.raises(ValidationError, match="Invalid Marker"):
        simulate(ask, allow("s3:*"), marker=marker)


def test_keys_of_conditions_and_variables_are_listed_once(ask: Do) -> None:
    one = allow("s3:*", f"{BUCKET}/${{aws:username}}", Condition={"Bool": {"aws:SecureTransport": "true"}})
    two = deny("s3:*", Condition={"BoolIfExists": {"AWS:SecureTransport": "false"}, "Null": {"s3:prefix": "true"}})
    answer = ask("get_context_keys_for_custom_policy", policy_input_list=[one, two])
    assert sorted(answer["context_key_names"]) == ["aws:SecureTransport", "aws:username", "s3:prefix"]
