"""The policy editor: by choices and as JSON, without JavaScript and with it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import allow, document
from tests.web.conftest import Do
from tests.web.people import follow
from tests.web.visitor import Visitor, text
from web.console.policies.visual import VisualStatement, from_document, to_document

CREATE = "/console/policies/create"
CHECK = "/console/policies/check"
OWN = "arn:aws:iam::123456789012:policy/Deploy"
EDIT = f"/console/policies/policy/edit?arn={OWN}"
SERVERS = {"s0-effect": "Allow", "s0-was": "ecs", "s0-service": "ecs", "s0-action": ["ListServers", "StartServers"]}
VISUAL = {"mode": "visual", "statement": "0"}


def stored(do: Do, version: str = "v1") -> Any:
    found = do("get_policy_version", policy_arn=OWN, version_id=version)
    return json.loads(unquote(found["policy_version"]["document"]))


def saved(bob: Visitor, fields: dict[str, Any]) -> str:
    sent = {"act": "save", "policy_name": "Deploy", "path": "/"} | fields
    return follow(bob, bob.submit(CREATE, sent))


def test_a_policy_is_made_by_choices(bob: Visitor, do: Do) -> None:
    assert "The policy Deploy has been created" in saved(bob, VISUAL | SERVERS)
    assert stored(do)["Statement"] == [
        {"Effect": "Allow", "Action": ["ecs:ListServers", "ecs:StartServers"], "Resource": "*"}
    ]


def test_choosing_a_service_shows_its_actions(bob: Visitor) -> None:
    fields = VISUAL | {"act": "service-0", "s0-was": "", "s0-service": "ecs"}
    page = text(bob.submit(CREATE, fields))
    assert "List 0 of" in page
    assert "StartServers" in page


def test_another_service_drops_the_actions_of_the_one_before(bob: Visitor) -> None:
    fields = VISUAL | SERVERS | {"act": "service-0", "s0-service": "s3"}
    page = bob.submit(CREATE, fields).get_data(as_text=True)
    assert 'value="ListBucket"' in page
    assert "StartServers" not in page


def test_regions_become_a_condition(bob: Visitor, do: Do) -> None:
    saved(bob, VISUAL | SERVERS | {"s0-region": ["eu-central-1", "cn-north-1"]})
    condition = {"StringEquals": {"aws:RequestedRegion": ["eu-central-1", "cn-north-1"]}}
    assert stored(do)["Statement"][0]["Condition"] == condition


def test_conditions_patterns_and_resources_are_taken_line_by_line(bob: Visitor, do: Do) -> None:
    more = {
        "s0-more": "Get*\nDescribe*",
        "s0-resources": "arn:aws:ecs:*:*:server/a,b\r\narn:aws:ecs:*:*:server/c",
        "s0-c0-key": "aws:SourceIp",
        "s0-c0-operator": "IpAddress",
        "s0-c0-values": "192.0.2.0/24\n198.51.100.0/24",
    }
    saved(bob, VISUAL | SERVERS | more)
    (statement,) = stored(do)["Statement"]
    assert statement["Action"] == ["ecs:ListServers", "ecs:StartServers", "ecs:Get*", "ecs:Describe*"]
    assert statement["Resource"] == ["arn:aws:ecs:*:*:server/a,b", "arn:aws:ecs:*:*:server/c"]
    assert statement["Condition"] == {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}


def test_all_actions_take_the_place_of_single_ones(bob: Visitor, do: Do) -> None:
    saved(bob, VISUAL | SERVERS | {"s0-action": ["*", "ListServers"]})
    assert stored(do)["Statement"][0]["Action"] == "ecs:*"


def test_statements_are_added_duplicated_and_removed(bob: Visitor) -> None:
    added = bob.submit(CREATE, VISUAL | SERVERS | {"act": "add"})
    assert "Statement 2" in text(added)
    doubled = bob.submit(CREATE, VISUAL | SERVERS | {"act": "copy-0"})
    assert text(doubled).count("Allow · ECS") == 2
    removed = bob.submit(CREATE, VISUAL | SERVERS | {"act": "remove-0"})
    assert "Choose a service" in text(removed)


def test_an_unknown_service_is_written_as_json_within_the_choices(bob: Visitor, do: Do) -> None:
    raw = json.dumps({"Effect": "Deny", "NotAction": "acm:*", "Resource": "*"})
    saved(bob, VISUAL | SERVERS | {"statement": ["0", "1"], "s1-raw": raw})
    assert stored(do)["Statement"][1] == json.loads(raw)


def test_json_that_is_none_is_told_where_it_stands(bob: Visitor) -> None:
    response = bob.submit(CREATE, VISUAL | {"act": "save", "policy_name": "Deploy", "s0-raw": "{nonsense"})
    assert response.status_code == 422
    assert "The document has errors that have to be mended first" in text(response)


def test_a_policy_is_made_as_json(bob: Visitor, do: Do) -> None:
    saved(bob, {"mode": "json", "document": allow("s3:ListBucket")})
    assert stored(do)["Statement"][0]["Action"] == "s3:ListBucket"


def test_json_and_choices_are_two_views_of_one_document(bob: Visitor) -> None:
    as_json = bob.submit(CREATE, VISUAL | SERVERS | {"act": "json"})
    assert '"ecs:StartServers"' in text(as_json)
    back = bob.submit(CREATE, {"mode": "json", "act": "visual", "document": allow("ecs:StartServers")})
    assert 'value="StartServers" checked' in back.get_data(as_text=True)


@pytest.mark.parametrize("broken", ["{", "[]", '{"Id": "x", "Statement": []}', "[" * 50_000])
def test_a_document_that_choices_can_not_show_stays_json(bob: Visitor, broken: str) -> None:
    page = text(bob.submit(CREATE, {"mode": "json", "act": "visual", "document": broken}))
    assert "The visual editor cannot show this document" in page


def test_errors_are_told_beside_what_was_entered(bob: Visitor) -> None:
    fields = {"mode": "json", "act": "save", "document": allow("nonsense"), "description": "kept"}
    response = bob.submit(CREATE, fields)
    assert response.status_code == 422
    page = text(response)
    assert "Enter a name for the policy" in page
    assert "must be prefaced by a vendor" in page
    assert 'value="kept"' in response.get_data(as_text=True)


def test_a_name_that_is_taken_is_told(bob: Visitor, do: Do) -> None:
    do("create_policy", policy_name="Deploy", policy_document=allow("s3:*"))
    fields = {"mode": "json", "act": "save", "policy_name": "deploy", "document": allow("s3:*")}
    response = bob.submit(CREATE, fields)
    assert response.status_code == 409
    assert "already exists" in text(response)


def test_nobody_creates_a_policy_without_the_right(visitor: Visitor, do: Do) -> None:
    visitor.sign_in("job")
    fields = {"mode": "json", "act": "save", "policy_name": "Deploy", "document": allow("*")}
    response = visitor.submit(CREATE, fields)
    assert response.status_code == 403
    assert "iam:CreatePolicy" in text(response)


def test_a_new_version_comes_into_force_if_wanted(bob: Visitor, do: Do) -> None:
    do("create_policy", policy_name="Deploy", policy_document=allow("ecs:ListServers"))
    assert 'value="ListServers" checked' in bob.get(EDIT).get_data(as_text=True)
    fields = {"mode": "json", "act": "save", "document": allow("ecs:*")}
    assert "is kept, and not in force yet" in follow(bob, bob.submit(EDIT, fields))
    assert "is in force now" in follow(bob, bob.submit(EDIT, fields | {"set_default": "y"}))
    assert do("get_policy", policy_arn=OWN)["policy"]["default_version_id"] == "v3"


def test_a_sixth_version_takes_the_place_of_one_that_is_chosen(bob: Visitor, do: Do) -> None:
    do("create_policy", policy_name="Deploy", policy_document=allow("ecs:ListServers"))
    for _ in range(4):
        do("create_policy_version", policy_arn=OWN, policy_document=allow("ecs:*"))
    assert "Version to delete first" in text(bob.get(EDIT))
    follow(bob, bob.submit(EDIT, {"mode": "json", "act": "save", "document": allow("s3:*"), "drop": "v2"}))
    kept = [each["version_id"] for each in do("list_policy_versions", policy_arn=OWN)["versions"]]
    assert sorted(kept) == ["v1", "v3", "v4", "v5", "v6"]


def test_findings_are_answered_while_one_types(bob: Visitor) -> None:
    answer = bob.submit(CHECK, {"mode": "json", "document": allow("iam:PassRole")}, page=CREATE)
    found = answer.get_json()
    assert [each["label"] for each in found["findings"]] == ["Security warning"]
    assert found["size"] < found["limit"] == 6144
    assert found["gives"][0]["words"].startswith("IAM: ")


def test_findings_on_choices_come_with_the_document(bob: Visitor) -> None:
    answer = bob.submit(CHECK, VISUAL | SERVERS | {"act": "keep"}, page=CREATE).get_json()
    assert "ecs:StartServers" in answer["document"]


def test_a_statement_of_nothing_but_brackets_harms_nobody(bob: Visitor) -> None:
    answer = bob.submit(CHECK, VISUAL | {"act": "keep", "s0-raw": "[" * 50_000}, page=CREATE)
    assert answer.get_json()["findings"][0]["label"] == "Error"


def test_trust_policies_are_checked_as_such(bob: Visitor) -> None:
    fields = {"mode": "json", "kind": "trust", "document": allow("sts:AssumeRole")}
    answer = bob.submit(CHECK, fields, page=CREATE).get_json()
    assert any("Principal" in each["message"] for each in answer["findings"])


def test_findings_are_for_those_who_are_signed_in_and_send_the_token(bob: Visitor, another_visitor: Visitor) -> None:
    assert bob.post(CHECK, {"mode": "json", "document": "{}"}).status_code == 400
    assert another_visitor.post(CHECK, {"mode": "json", "document": "{}"}).status_code in (302, 400)
    assert bob.submit(CHECK, {"kind": "nonsense", "document": "{}"}, page=CREATE).status_code == 400


def test_a_statement_about_several_services_becomes_one_for_each() -> None:
    text_of_it = document({"Sid": "Both", "Effect": "Allow", "Action": ["iam:Get*", "sts:*"], "Resource": "*"})
    shown = from_document(text_of_it)
    assert shown is not None
    assert [(one.service, one.sid, one.actions) for one in shown] == [
        ("iam", "Both", ("Get*",)),
        ("sts", "BothSts", ("*",)),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "*"},
        {"Effect": "Allow", "Action": "*:Get", "Resource": "*"},
        {"Effect": "Perhaps", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": "none"},
        "nonsense",
    ],
)
def test_what_choices_can_not_show_is_kept_as_it_is(statement: Any) -> None:
    shown = from_document(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert shown is not None
    assert json.loads(to_document(shown))["Statement"] == [statement]


NAMES = st.sampled_from(["ListServers", "StartServers", "Get*", "*"])
STATEMENTS = st.builds(
    VisualStatement,
    sid=st.sampled_from(["", "One"]),
    allows=st.booleans(),
    service=st.sampled_from(["ecs", "s3", "unknown"]),
    actions=st.lists(NAMES, min_size=1, unique=True).map(tuple).filter(lambda names: "*" not in names),
    resources=st.lists(st.sampled_from(["*", "arn:aws:s3:::a/*"]), min_size=1, unique=True).map(tuple),
    regions=st.lists(st.sampled_from(["us-east-1", "cn-north-1"]), unique=True).map(tuple),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=4))
def test_choices_become_json_and_choices_again(statements: list[VisualStatement]) -> None:
    assert from_document(to_document(statements)) == tuple(statements)
