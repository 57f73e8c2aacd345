"""The decision point as the OpenID Authorization API has it, in the scenario that decision points are certified by.

Source: OpenID AuthZEN working group, "Authorization API 1.0: certification scenario".
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.conftest import Api
from tests.clients.decision_point import DecisionPoint, Reply, action, record, user
from tests.documents import document

RECORDS = "arn:aws:record::123456789012:record/*"
ARCHIVED = {"resource:status": "archived"}


def _statement(actions: str | list[str], **conditions: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": RECORDS}
    return {**found, "Condition": conditions} if conditions else found


ALICE = document(
    _statement("record:read"),
    _statement("record:write", StringNotEquals=ARCHIVED),
    _statement("record:delete", Bool={"action:soft": "true"}),
)
BOB = document(_statement("record:read"), _statement("record:write", StringEquals=ARCHIVED | {"subject:role": "admin"}))


@pytest.fixture(scope="module")
def point(api: Api) -> DecisionPoint:
    iam = api.client("iam")
    for name, text in (("alice", ALICE), ("bob", BOB)):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="records", PolicyDocument=text)
    return DecisionPoint(api, api.root_key)


@pytest.mark.parametrize(
    ("who", "what", "which", "expected"),
    [
        (user("alice"), action("read"), record("record-1"), True),
        (user("alice"), action("write"), record("record-1"), True),
        (user("bob"), action("read"), record("record-1"), True),
        (user("bob"), action("write"), record("record-1"), False),
        (user("alice"), action("write"), record("record-2", status="archived"), False),
        (user("bob", role="admin"), action("write"), record("record-2", status="archived"), True),
        (user("bob"), action("write"), record("record-2", status="archived"), False),
        (user("alice"), action("delete", soft=True), record("record-1"), True),
        (user("alice"), action("delete", soft=False), record("record-1"), False),
        (user("alice", department="Sales"), action("read", method="GET"), record("record-1", owner="bob"), True),
    ],
)
def test_a_question_is_answered(point: DecisionPoint, who: Any, what: Any, which: Any, expected: bool) -> None:
    assert point.evaluate(who, what, which)["decision"] is expected


def test_an_answer_says_which_statement_decided(point: DecisionPoint) -> None:
    told = point.evaluate(user("alice"), action("read"), record("record-1"))["context"]
    assert told == {
        "effect": "Allowed",
        "reason": "record:read on arn:aws:record::123456789012:record/record-1 is allowed by statement 1 of policy "
        "records (via directly).",
        "statement": {"policy": "records", "index": 0},
    }


def test_context_and_fields_that_nobody_knows_change_nothing(point: DecisionPoint) -> None:
    more = {"context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}, "foo": "bar", "later": {"nested": True}}
    assert point.evaluate(user("alice"), action("read"), record("record-1"), **more)["decision"] is True


def test_somebody_who_does_not_exist_is_denied(point: DecisionPoint) -> None:
    answer = point.evaluate(user("nobody"), action("read"), record("record-1"))
    assert answer == {
        "decision": False,
        "context": {"error": {"status": 404, "message": "The user 'nobody' cannot be found."}},
    }


GOOD = {"subject": user("alice"), "action": action("read"), "resource": record("record-1")}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"subject": None}, "subject is missing."),
        ({"action": None}, "action is missing."),
        ({"resource": None}, "resource is missing."),
        ({"subject": {"id": "alice"}}, "subject.type is missing."),
        ({"subject": {"type": "user"}}, "subject.id is missing."),
        ({"action": {}}, "action.name is missing."),
        ({"resource": {"id": "record-1"}}, "resource.type is missing."),
        ({"resource": {"type": "record"}}, "resource.id is missing."),
        ({"subject": "alice"}, "subject is not an object."),
        ({"action": {"name": 123}}, "action.name is not a text."),
        ({"context": []}, "context is not an object."),
        ({"subject": user("alice") | {"properties": "x"}}, "subject.properties is not an object."),
        ({"subject": {"type": "robot", "id": "x"}}, "subject.type has to be one of user, role, session."),
        ({"action": {"name": "no blanks"}}, "action.name 'no blanks' does not make an action that a policy can name."),
        ({"context": {"aws:username": "bob"}}, "context: aws:username is not for the asking service to tell."),
        ({"context": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, "context:a/b/c/d is nested too deeply."),
    ],
)
def test_a_question_that_is_not_written_right_says_where(point: DecisionPoint, change: Any, told: str) -> None:
    body = {name: value for name, value in (GOOD | change).items() if value is not None}
    reply = point.post("/access/v1/evaluation", body)
    assert (reply.status, reply.body) == (400, told)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a":1,"a":2}', b'{"a":NaN}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_refused(point: DecisionPoint, body: bytes) -> None:
    assert point.post("/access/v1/evaluation", body).status == 400


def test_another_content_type_is_refused(point: DecisionPoint) -> None:
    assert point.post("/access/v1/evaluation", GOOD, content_type="text/plain").status == 400


def test_the_request_id_comes_back(point: DecisionPoint) -> None:
    assert point.post("/access/v1/evaluation", GOOD, X_Request_ID="mine 1").headers["x-request-id"] == "mine 1"


def test_a_request_without_an_id_is_given_one(point: DecisionPoint) -> None:
    assert point.post("/access/v1/evaluation", GOOD).headers["x-request-id"]


def _decisions(answer: Any) -> list[bool]:
    return [one["decision"] for one in answer["evaluations"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {
                "subject": user("bob"),
                "resource": record("record-1"),
                "evaluations": [{"action": action("read")}, {"action": action("write")}],
            },
            [True, False],
        ),
        (
            {
                "subject": user("alice"),
                "action": action("write"),
                "evaluations": [
                    {"resource": record("record-1", status="active")},
                    {"resource": record("record-2", status="archived")},
                ],
            },
            [True, False],
        ),
        (
            {
                "action": action("write"),
                "resource": record("record-2", status="archived"),
                "evaluations": [{"subject": user("alice")}, {"subject": user("bob", role="admin")}],
            },
            [False, True],
        ),
        (
            {
                "subject": user("alice"),
                "action": action("write"),
                "resource": {"type": "record"},
                "evaluations": [
                    {"resource": {"id": "record-1", "properties": {"status": "active"}}},
                    {"resource": record("record-2", status="archived")},
                ],
            },
            [True, False],
        ),
        ({"evaluations": [GOOD, GOOD | {"subject": user("bob"), "action": action("write")}]}, [True, False]),
    ],
)
def test_several_questions_share_what_they_have_in_common(point: DecisionPoint, body: Any, expected: Any) -> None:
    assert _decisions(point.evaluate_all(**body)) == expected


def test_what_is_wrong_with_one_question_concerns_no_other(point: DecisionPoint) -> None:
    answers = point.evaluate_all(subject=user("alice"), action=action("read"), evaluations=[GOOD, {}, GOOD])
    assert _decisions(answers) == [True, False, True]
    assert answers["evaluations"][1]["context"] == {"error": {"status": 400, "message": "resource is missing."}}


@pytest.mark.parametrize("evaluations", [{}, {"evaluations": []}])
def test_without_a_list_one_question_is_answered(point: DecisionPoint, evaluations: Any) -> None:
    assert point.evaluate_all(**GOOD, **evaluations)["decision"] is True


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("execute_all", [False, True, False]),
        ("deny_on_first_deny", [False]),
        ("permit_on_first_permit", [False, True]),
    ],
)
def test_the_semantic_says_when_to_stop(point: DecisionPoint, semantic: str, expected: list[bool]) -> None:
    items = [{"action": action(name)} for name in ("write", "read", "write")]
    body = {"subject": user("bob"), "resource": record("record-1"), "evaluations": items}
    assert _decisions(point.evaluate_all(**body, options={"evaluations_semantic": semantic})) == expected


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"evaluations": {}}, "evaluations is not an array."),
        ({"evaluations": [{}] * 1001}, "evaluations has more than 1000 items."),
        (
            {"evaluations": [{}], "options": {"evaluations_semantic": "some"}},
            "options.evaluations_semantic has to be one of execute_all, deny_on_first_deny, permit_on_first_permit.",
        ),
    ],
)
def test_a_list_that_is_not_written_right_is_refused_whole(point: DecisionPoint, change: Any, told: str) -> None:
    reply = point.post("/access/v1/evaluations", GOOD | change)
    assert (reply.status, reply.body) == (400, told)


def test_a_subject_search_finds_who_may(point: DecisionPoint) -> None:
    found = point.search("subject", subject={"type": "user"}, action=action("read"), resource=record("record-1"))
    assert found == {"results": [user("alice"), user("bob")], "page": {"next_token": "", "count": 2}}


def test_a_subject_search_minds_properties(point: DecisionPoint) -> None:
    which = record("record-1", status="active")
    found = point.search("subject", subject={"type": "user"}, action=action("write"), resource=which)
    assert found["results"] == [user("alice")]


def test_an_action_search_finds_what_may_be_done(point: DecisionPoint) -> None:
    found = point.search("action", subject=user("alice"), resource=record("record-1"))
    assert found["results"] == [{"name": "read"}, {"name": "write"}]


def test_a_resource_search_finds_entries_of_the_directory(point: DecisionPoint, api: Api, name: str) -> None:
    iam = api.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    policy = document({"Effect": "Allow", "Action": "iam:GetUser", "Resource": arn})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
    found = point.search("resource", subject=user(name), action=action("iam:GetUser"), resource={"type": "iam:user"})
    iam.delete_user_policy(UserName=name, PolicyName="own")
    iam.delete_user(UserName=name)
    assert found["results"] == [{"type": "iam:user", "id": arn}]


def test_a_search_goes_on_where_the_page_before_ended(point: DecisionPoint) -> None:
    body = {"subject": {"type": "user"}, "action": action("read"), "resource": record("record-1")}
    first = point.search("subject", **body, page={"limit": 1})
    second = point.search("subject", **body, page={"limit": 1, "token": first["page"]["next_token"]})
    assert [first["results"], second["results"]] == [[user("alice")], [user("bob")]]
    assert second["page"]["next_token"] == ""


def test_a_search_about_nobody_finds_nothing(point: DecisionPoint) -> None:
    assert point.search("action", subject=user("nobody"), resource=record("record-1"))["results"] == []


@pytest.mark.parametrize(
    "page", [{"limit": -1}, {"limit": "5"}, {"limit": True}, {"token": 5}, {"token": "garbage!"}, []]
)
def test_a_page_that_makes_no_sense_is_refused(point: DecisionPoint, page: Any) -> None:
    reply = point.post("/access/v1/search/action", {**GOOD, "page": page})
    assert reply.status == 400


def test_the_metadata_says_where_everything_is(api: Api) -> None:
    found = DecisionPoint(api, None).api.http(method="GET", path="/.well-known/authzen-configuration")
    assert found[0] == 200
    assert f'"policy_decision_point":"{api.url}"'.encode() in found[2]
    for path in ("evaluation", "evaluations", "search/subject", "search/resource", "search/action"):
        assert f'"{api.url}/access/v1/{path}"'.encode() in found[2]


def _asks(point: DecisionPoint, **more: Any) -> Reply:
    return point.post("/access/v1/evaluation", GOOD, **more)


def test_nobody_asks_without_a_signature(api: Api) -> None:
    reply = _asks(DecisionPoint(api, None))
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("AWS4-HMAC-SHA256")


def test_a_signature_for_another_service_is_refused(point: DecisionPoint) -> None:
    assert _asks(point, service="iam").status == 401


def test_a_service_asks_only_about_what_it_may(api: Api, point: DecisionPoint, name: str) -> None:
    iam = api.client("iam")
    iam.create_user(UserName=name)
    only = {"Effect": "Allow", "Action": "bindery:Evaluate", "Resource": RECORDS}
    only["Condition"] = {"StringEquals": {"bindery:Action": "record:write"}}
    iam.put_user_policy(UserName=name, PolicyName="asks", PolicyDocument=document(only))
    service = DecisionPoint(api, api.key_of(name))
    refused = _asks(service)
    assert (refused.status, "bindery:Evaluate" in refused.body) == (403, True)
    answer = service.evaluate(user("alice"), action("write"), record("record-1"))
    assert answer == {
        "decision": True,
        "context": {
            "effect": "Allowed",
            "reason": "record:write on arn:aws:record::123456789012:record/record-1 is allowed.",
        },
    }
    search = {"subject": {"type": "user"}, "action": action("write"), "resource": record("record-1")}
    assert service.post("/access/v1/search/subject", search).status == 403
    iam.delete_user_policy(UserName=name, PolicyName="asks")


def test_other_addresses_and_methods_are_refused(api: Api, point: DecisionPoint) -> None:
    assert point.post("/access/v1/elsewhere", GOOD).status == 404
    assert api.http(method="GET", path="/access/v1/evaluation")[0] == 405
