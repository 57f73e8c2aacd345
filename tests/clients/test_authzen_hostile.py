"""What is sent to the decision point by those who mean it ill, or have read the specification to its last word.

Source: OpenID Authorization API 1.0, "Pagination", "Error responses", "Request identification", "JSON payload
considerations"; RFC 7493 (I-JSON).
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter.crypto.sealing import Keyring
from adapter.crypto.tokens import issue, open_token
from tests.clients.conftest import Api
from tests.clients.decision_point import DecisionPoint, action, record, user
from tests.documents import TRUST, allow

GOOD = {"subject": user("alice"), "action": action("read"), "resource": record("record-1")}
SEARCH = {"subject": {"type": "user"}, "action": action("read"), "resource": record("record-1")}
EVALUATION = "/access/v1/evaluation"
METADATA = "/.well-known/authzen-configuration"


@pytest.fixture(scope="module")
def point(api: Api) -> DecisionPoint:
    iam = api.client("iam")
    for name in ("alice", "bob", "carol"):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="records", PolicyDocument=allow("record:read"))
    return DecisionPoint(api, api.root_key)


@pytest.fixture(scope="module")
def other(api: Api) -> DecisionPoint:
    """Another service that may ask everything."""
    api.client("iam").create_user(UserName="other")
    policy = allow(["bindery:*", "iam:List*"])
    api.client("iam").put_user_policy(UserName="other", PolicyName="asks", PolicyDocument=policy)
    return DecisionPoint(api, api.key_of("other"))


def _page(point: DecisionPoint, **page: Any) -> Any:
    return point.search("subject", **SEARCH, page=page)


def test_a_page_of_nothing_says_whether_there_is_something(point: DecisionPoint) -> None:
    empty = _page(point, limit=0)
    assert (empty["results"], empty["page"]["count"]) == ([], 0)
    assert empty["page"]["next_token"]


def test_more_than_there_can_be_on_a_page_may_be_asked_for(point: DecisionPoint) -> None:
    assert _page(point, limit=10**30)["results"] == [user("alice"), user("bob"), user("carol")]


def test_the_page_comes_before_its_results(point: DecisionPoint) -> None:
    assert list(_page(point)) == ["page", "results"]


def test_a_page_goes_on_with_the_limit_of_the_one_before(point: DecisionPoint) -> None:
    first = _page(point, limit=1)
    assert _page(point, token=first["page"]["next_token"])["results"] == [user("bob")]


@pytest.mark.parametrize(
    "change",
    [
        {"page": {"limit": 2}},
        {"action": action("write")},
        {"action": action("read", soft=True)},
        {"resource": record("record-2")},
        {"subject": {"type": "role"}},
        {"context": {"time": "now"}},
    ],
    ids=lambda change: str(*change),
)
def test_a_token_is_good_for_its_own_search_alone(point: DecisionPoint, change: dict[str, Any]) -> None:
    token = _page(point, limit=1)["page"]["next_token"]
    body = {**SEARCH, **change, "page": {"token": token, **change.get("page", {})}}
    assert point.post("/access/v1/search/subject", body).status == 400


def test_a_token_is_good_for_another_search_of_the_same_words_neither(point: DecisionPoint) -> None:
    token = _page(point, limit=1)["page"]["next_token"]
    assert point.post("/access/v1/search/action", {**GOOD, "page": {"token": token}}).status == 400


def test_a_token_is_good_for_nobody_else(point: DecisionPoint, other: DecisionPoint) -> None:
    token = _page(point, limit=1)["page"]["next_token"]
    assert _page(other, limit=1)["results"] == [user("alice")]
    assert other.post("/access/v1/search/subject", {**SEARCH, "page": {"token": token}}).status == 400


def test_a_token_names_nobody(point: DecisionPoint) -> None:
    token = _page(point, limit=1)["page"]["next_token"]
    assert b"alice" not in base64.urlsafe_b64decode(token)


@pytest.mark.parametrize("at", [0, 20, -2])
def test_a_token_that_was_changed_is_refused(point: DecisionPoint, at: int) -> None:
    token = list(_page(point, limit=1)["page"]["next_token"])
    token[at] = "A" if token[at] != "A" else "B"
    assert point.post("/access/v1/search/subject", {**SEARCH, "page": {"token": "".join(token)}}).status == 400


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(GOOD).replace("record-1", "\\ud800").encode(),
        json.dumps(GOOD).replace("record-1", "arn:aws:record::123456789012:record/\\uDFFF").encode(),
        json.dumps(GOOD).replace("alice", "\\uD83D").encode(),
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD).encode("utf-8-sig"),
        json.dumps({**GOOD, "context": {"size": 0}}).replace(": 0", ": 1e999").encode(),
        json.dumps({**GOOD, "context": {"size": 0}}).replace(": 0", f": {'9' * 5000}").encode(),
        b'{"subject":' * 900 + b"1" + b"}" * 900,
    ],
    ids=["half", "half-arn", "half-user", "utf-16", "mark", "infinite", "endless", "deep"],
)
def test_what_others_would_read_differently_is_refused(point: DecisionPoint, body: bytes) -> None:
    assert point.post(EVALUATION, body).status == 400


def test_a_character_in_two_halves_is_one(point: DecisionPoint) -> None:
    body = json.dumps({**GOOD, "resource": record("\N{PANDA FACE}")}).encode()
    assert b"\\ud83d" in body
    assert point.post(EVALUATION, body).body["decision"] is True


@pytest.mark.parametrize("semantic", [[], {}, 5, "", "EXECUTE_ALL"])
def test_a_semantic_that_is_none_is_refused(point: DecisionPoint, semantic: Any) -> None:
    body = {"evaluations": [GOOD], "options": {"evaluations_semantic": semantic}}
    assert point.post("/access/v1/evaluations", body).status == 400


def test_of_a_common_part_nothing_but_the_type_fills_a_gap(point: DecisionPoint) -> None:
    body = {**GOOD, "subject": user("alice", team="a"), "evaluations": [{"subject": {"type": "user"}}, {"action": {}}]}
    told = [one["context"]["error"]["message"] for one in point.evaluate_all(**body)["evaluations"]]
    assert told == ["subject.id is missing.", "action.name is missing."]


@pytest.mark.parametrize("path", [EVALUATION, METADATA, "/access/v1/nowhere", "/oidc/123456789012/x"])
@pytest.mark.parametrize("request_id", ["mine 1", "x" * 4000])
def test_the_request_id_comes_back_whole_whatever_is_answered(api: Api, path: str, request_id: str) -> None:
    for method in ("GET", "POST"):
        assert api.http(method=method, path=path, X_Request_ID=request_id)[1]["x-request-id"] == request_id


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", EVALUATION, "POST"), ("PUT", "/access/v1/search/user".replace("user", "subject"), "POST")]
    + [(method, METADATA, "GET, HEAD") for method in ("POST", "DELETE")],
)
def test_another_method_is_refused_and_told_which_will_do(api: Api, method: str, path: str, allowed: str) -> None:
    status, headers, _ = api.http(method=method, path=path)
    assert (status, headers["allow"]) == (405, allowed)


@pytest.fixture(scope="module")
def stranger(api: Api) -> DecisionPoint:
    """A service that may ask everything and read nothing."""
    api.client("iam").create_user(UserName="stranger")
    policy = allow("bindery:Evaluate")
    api.client("iam").put_user_policy(UserName="stranger", PolicyName="asks", PolicyDocument=policy)
    return DecisionPoint(api, api.key_of("stranger"))


@pytest.mark.parametrize("kind", ["user", "role"])
def test_who_may_not_list_people_does_not_learn_who_there_is(api: Api, stranger: DecisionPoint, kind: str) -> None:
    iam = api.client("iam")
    there = {"user": "stranger", "role": "there"}[kind]
    if kind == "role":
        iam.create_role(RoleName=there, AssumeRolePolicyDocument=TRUST)
    elsewhere = {"resource": {"type": "record", "id": "arn:aws:record::999999999999:record/1"}}
    searches = [("search/action", {}), ("search/resource", {})]
    for path, more in [("evaluation", {}), ("evaluations", {}), ("evaluation", elsewhere), *searches]:
        told = [
            stranger.post(f"/access/v1/{path}", {**GOOD, **more, "subject": {"type": kind, "id": name}})
            for name in (
                there,
                "nobody",
                f"arn:aws:iam::123456789012:{kind}/nobody",
                f"arn:aws:iam::9{'0' * 11}:{kind}/x",
            )
        ]
        assert [reply.status for reply in told] == [200] * 4
        assert [reply.body for reply in told] == [told[0].body] * 4


def test_what_bindery_knows_of_a_session_no_service_tells_otherwise(api: Api, point: DecisionPoint) -> None:
    role = api.client("iam").create_role(RoleName="visitors", AssumeRolePolicyDocument=TRUST)["Role"]
    own = {"StringEquals": {"idp.example.org:sub": "kim"}}
    policy = allow("record:read", Condition=own)
    api.client("iam").put_role_policy(RoleName="visitors", PolicyName="kims", PolicyDocument=policy)
    api.client("iam").put_user_policy(UserName="carol", PolicyName="role", PolicyDocument=allow("sts:AssumeRole"))
    sts = api.client("sts", api.key_of("carol"))
    begun = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="visitor")["Credentials"]
    keyring = Keyring.from_text(api.directory.settings.read_master_key())
    session = open_token(keyring, begun["AccessKeyId"], begun["SessionToken"]).session
    made = issue(keyring, replace(session, keys=(("idp.example.org:sub", "lee"),)))
    who = {"type": "session", "id": made.access_key_id, "properties": {"session_token": made.session_token}}
    for name in ("idp.example.org:sub", "IDP.example.org:SUB"):
        answer = point.evaluate(who, action("read"), record("record-1"), context={name: "kim"})
        assert (answer["decision"], answer["context"]["effect"]) == (False, "ImplicitlyDenied")


def _asked_in_a_session(point: DecisionPoint, credentials: Credentials) -> int:
    body = json.dumps(GOOD).encode()
    request = AWSRequest(
        "POST", f"{point.api.url}{EVALUATION}", data=body, headers={"Content-Type": "application/json"}
    )
    SigV4Auth(credentials, "bindery", "us-east-1").add_auth(request)
    status: int = point.api.http(body, path=EVALUATION, **dict(request.headers))[0]
    return status


def test_a_service_may_ask_in_a_session_within_its_limits(api: Api, other: DecisionPoint) -> None:
    assert other.key
    sts = api.client("sts", other.key)
    policies = {"Name": "service", "DurationSeconds": 900}
    api.client("iam").put_user_policy(
        UserName="other", PolicyName="sessions", PolicyDocument=allow("sts:GetFederationToken")
    )
    for policy, expected in ((allow("bindery:Evaluate"), 200), (allow("bindery:Evaluate", "arn:aws:s3:::*"), 403)):
        made = sts.get_federation_token(**policies, Policy=policy)["Credentials"]
        keys = made["AccessKeyId"], made["SecretAccessKey"]
        assert _asked_in_a_session(other, Credentials(*keys, made["SessionToken"])) == expected
        assert _asked_in_a_session(other, Credentials(*keys)) == 401
        assert _asked_in_a_session(other, Credentials(*keys, made["SessionToken"][:-4] + "AAAA")) == 401


def test_a_token_that_is_no_text_is_refused(point: DecisionPoint) -> None:
    for kind, status in (("user", 200), ("session", 400)):
        who = {"type": kind, "id": "alice", "properties": {"session_token": ["x"]}}
        assert point.post(EVALUATION, {**GOOD, "subject": who}).status == status


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_ENTITY = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["user", "role", "session", "record", "iam:user", "ecs:server", "a b", ""]) | _JSON,
        "id": st.sampled_from(["alice", "arn:aws:iam::123456789012:user/alice", "arn:x", "cn=x,dc=y", "*", ""]) | _JSON,
        "name": st.sampled_from(["read", "ecs:Read", "iam:*", ":", ""]) | _JSON,
        "properties": st.dictionaries(st.sampled_from(["session_token", "a", ""]), _JSON, max_size=2) | _JSON,
    },
)
_CONTEXT = st.dictionaries(st.sampled_from(["aws:SourceIp", "aws:RequestedRegion", "aws:username", "x"]), _JSON)
_QUESTION: dict[str, Any] = dict.fromkeys(("subject", "action", "resource"), _ENTITY | _JSON)
_QUESTION["context"] = _CONTEXT | _JSON
_BODY = st.fixed_dictionaries(
    {},
    optional=_QUESTION
    | {
        "evaluations": st.lists(st.fixed_dictionaries({}, optional=_QUESTION) | _JSON, max_size=3) | _JSON,
        "options": st.fixed_dictionaries({}, optional={"evaluations_semantic": _JSON}) | _JSON,
        "page": st.fixed_dictionaries({}, optional={"token": _JSON, "limit": _JSON}) | _JSON,
        "headers": _JSON,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["evaluation", "evaluations", "signer", "search/subject", "search/resource", "search/action"]),
    body=_BODY,
)
def test_whatever_is_asked_is_answered_or_refused(point: DecisionPoint, path: str, body: dict[str, Any]) -> None:
    reply = point.post(f"/access/v1/{path}", body)
    assert reply.status in {200, 400}, reply
    assert isinstance(reply.body, dict if reply.status == 200 else str)
