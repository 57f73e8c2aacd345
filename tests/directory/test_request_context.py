"""The context keys of real calls: a policy asks for each of them, at the door, on a real directory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext
from adapter.errors import AccessDenied
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import allow

NOON = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
CONTEXT = RequestContext(
    source_ip="10.1.2.3", user_agent="aws-cli/2.31.0 md/prompt#off", secure=True, region="eu-central-1", now=NOON
)
Passes = Callable[..., bool]


@pytest.fixture(scope="module")
def bob(shared: Any, ask: Do) -> Caller:
    door, directory = shared
    tags = [{"key": "team", "value": "Blue"}]
    ask("create_user", user_name="bob", path="/staff/", tags=tags)
    ask("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    return sign_in(door, directory.account_id, "bob", DEMO_PASSWORD)


@pytest.fixture
def passes(shared: Any, ask: Do, bob: Caller) -> Passes:
    """Whether bob may list users when the one policy that allows it has this condition."""
    iam: Iam = shared[0]

    def question(operator: str, key: str, value: Any, caller: Caller = bob, context: RequestContext = CONTEXT) -> bool:
        policy = allow("iam:ListUsers", Condition={operator: {key: value}})
        ask("put_user_policy", user_name="bob", policy_name="p", policy_document=policy)
        try:
            iam.execute(caller, "list_users", context=context)
        except AccessDenied:
            return False
        return True

    return question


@pytest.mark.parametrize(
    ("operator", "key", "matching", "other"),
    [
        ("StringEquals", "aws:username", "bob", "alice"),
        ("StringEquals", "aws:PrincipalType", "User", "AssumedRole"),
        ("StringEquals", "aws:PrincipalAccount", "123456789012", "999999999999"),
        ("StringEquals", "aws:ResourceAccount", "123456789012", "999999999999"),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:user/staff/bob", "arn:aws:iam::*:user/bob"),
        ("StringEquals", "aws:PrincipalTag/team", "Blue", "blue"),
        ("StringEquals", "aws:principaltag/Team", "Blue", "Red"),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "192.168.0.0/16"),
        ("NotIpAddress", "aws:SourceIp", "192.168.0.0/16", "10.1.0.0/16"),
        ("DateGreaterThan", "aws:CurrentTime", "2026-11-20T11:59:59Z", "2026-11-20T12:00:00Z"),
        ("DateLessThan", "aws:CurrentTime", "2026-11-20T12:00:01Z", "2026-11-20T13:00:00+01:00"),
        ("NumericLessThan", "aws:EpochTime", "1795176001", "1795176000"),
        ("DateLessThan", "aws:EpochTime", "2026-11-20T12:00:01Z", "2026-11-20T12:00:00Z"),
        ("Bool", "aws:SecureTransport", "true", "false"),
        ("StringLike", "aws:UserAgent", "aws-cli/*", "Boto3/*"),
        ("StringEquals", "aws:RequestedRegion", ["us-east-1", "eu-central-1"], "us-east-1"),
        ("Bool", "aws:ViaAWSService", "false", "true"),
        ("Bool", "aws:PrincipalIsAWSService", "false", "true"),
    ],
)
def test_a_condition_decides(passes: Passes, operator: str, key: str, matching: Any, other: Any) -> None:
    assert passes(operator, key, matching)
    assert not passes(operator, key, other)


def test_the_caller_s_unique_id_is_known(passes: Passes, ask: Do) -> None:
    user_id = ask("get_user", user_name="bob")["user"]["user_id"]
    assert passes("StringEquals", "aws:userid", user_id)
    assert not passes("StringEquals", "aws:userid", "AIDAAAAAAAAAAAAAAAAAA")


def test_a_call_on_the_server_itself_comes_from_nowhere(passes: Passes) -> None:
    local = replace(CONTEXT, source_ip="", user_agent="")
    assert not passes("IpAddress", "aws:SourceIp", "0.0.0.0/0", context=local)
    assert passes("Null", "aws:UserAgent", "true", context=local)


def test_ipv6_addresses_are_told_apart_from_ipv4(passes: Passes) -> None:
    v6 = replace(CONTEXT, source_ip="2001:db8::1")
    assert passes("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "2001:db8::/32"], context=v6)
    assert not passes("IpAddress", "aws:SourceIp", "0.0.0.0/0", context=v6)


def test_without_tls_a_policy_can_refuse(passes: Passes) -> None:
    assert not passes("Bool", "aws:SecureTransport", "true", context=replace(CONTEXT, secure=False))


def test_a_second_factor_is_present_once_it_was_given(passes: Passes, bob: Caller) -> None:
    assert not passes("Bool", "aws:MultiFactorAuthPresent", "true")
    strong = replace(bob, mfa_time=NOON - timedelta(minutes=5))
    assert passes("Bool", "aws:MultiFactorAuthPresent", "true", caller=strong)


@pytest.mark.parametrize(("limit", "allowed"), [("301", True), ("300", False)])
def test_a_second_factor_grows_old(passes: Passes, bob: Caller, limit: str, allowed: bool) -> None:
    strong = replace(bob, mfa_time=NOON - timedelta(minutes=5))
    assert passes("NumericLessThan", "aws:MultiFactorAuthAge", limit, caller=strong) is allowed


def test_without_a_second_factor_there_is_no_age(passes: Passes) -> None:
    assert passes("Null", "aws:MultiFactorAuthAge", "true")


@pytest.mark.parametrize(("operator", "allowed"), [("Bool", False), ("BoolIfExists", True)])
def test_a_long_term_key_tells_nothing_of_a_second_factor(
    passes: Passes, bob: Caller, operator: str, allowed: bool
) -> None:
    signed = replace(bob, access_key_id="AKIAIOSFODNN7EXAMPLE")
    assert passes(operator, "aws:MultiFactorAuthPresent", "true", caller=signed) is allowed
    assert not passes("Bool", "aws:MultiFactorAuthPresent", "false", caller=signed)


def test_keys_that_a_call_does_not_have_are_absent(passes: Passes) -> None:
    for key in ("sts:ExternalId", "iam:PassedToService", "iam:AWSServiceName", "aws:TagKeys", "aws:RequestTag/team"):
        assert passes("Null", key, "true")
