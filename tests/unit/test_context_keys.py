"""Context keys as policies see them, without a directory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from adapter.authorize import global_keys
from adapter.caller import Caller, CallerKind, RequestContext
from adapter.graph import Principal
from adapter.models import Tag, User
from adapter.operations.resources import request_keys

NOW = datetime(2026, 11, 20, 12, 0, 0, 999_999, tzinfo=UTC)
ROOT = Caller(
    kind=CallerKind.ROOT,
    account_id="123456789012",
    arn="arn:aws:iam::123456789012:root",
    unique_id="123456789012",
    name="root@example.org",
    dn="cn=root,ou=iam,dc=example,dc=org",
)


def test_the_root_user_has_no_user_name_and_is_its_account() -> None:
    keys = global_keys(Principal(caller=ROOT, user=None), RequestContext(now=NOW))
    assert "aws:username" not in keys
    assert keys["aws:PrincipalType"] == "Account"
    assert keys["aws:userid"] == keys["aws:PrincipalAccount"] == "123456789012"


def test_time_is_told_in_whole_seconds_of_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    keys = global_keys(Principal(caller=ROOT, user=None), RequestContext(now=elsewhere))
    assert keys["aws:CurrentTime"] == "2026-11-20T12:00:00Z"
    assert keys["aws:EpochTime"] == "1795176000"


def test_circumstances_that_are_unknown_are_absent() -> None:
    keys = global_keys(Principal(caller=ROOT, user=None), RequestContext(now=NOW))
    assert not {"aws:SourceIp", "aws:UserAgent", "aws:MultiFactorAuthAge"} & keys.keys()


def test_the_user_s_tags_keep_the_case_of_their_keys() -> None:
    user = User(
        user_name="bob",
        user_id="AIDAAAAAAAAAAAAAAAAAA",
        arn="arn:aws:iam::123456789012:user/bob",
        create_date=NOW,
        tags=(Tag(key="Team", value="a=b"), Tag(key="empty", value="")),
    )
    keys = global_keys(Principal(caller=ROOT, user=user), RequestContext(now=NOW))
    assert keys["aws:PrincipalTag/Team"] == "a=b"
    assert keys["aws:PrincipalTag/empty"] == ""


def test_tags_in_the_request_are_keys_with_their_values_and_a_list_of_their_keys() -> None:
    tags = [{"key": "team", "value": "a"}, {"key": "cost", "value": ""}]
    assert request_keys({"tags": tags}, {}) == {
        "aws:RequestTag/team": "a",
        "aws:RequestTag/cost": "",
        "aws:TagKeys": ("team", "cost"),
    }


def test_tags_that_are_to_go_are_listed_by_key() -> None:
    assert request_keys({"tag_keys": ["team"]}, {}) == {"aws:TagKeys": ("team",)}


def test_a_parameter_becomes_a_key_where_it_is_given() -> None:
    named = {"policy_arn": "iam:PolicyARN", "permissions_boundary": "iam:PermissionsBoundary"}
    assert request_keys({"policy_arn": "arn:aws:iam::aws:policy/X", "tags": []}, named) == {
        "iam:PolicyARN": "arn:aws:iam::aws:policy/X"
    }
