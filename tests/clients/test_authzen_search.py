"""Searches in the scenario that decision points are tried with: records of departments, and who may do what with them.

Source: OpenID AuthZEN working group, interoperability scenario "Search".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from adapter.cli import cli
from tests.clients.conftest import Api
from tests.clients.decision_point import DecisionPoint, action, record, user
from tests.documents import document

USERS: Final = {
    "alice": ("manager", "Sales"),
    "bob": ("employee", "Legal"),
    "carol": ("contractor", "Legal"),
    "dan": ("manager", "Finance"),
    "erin": ("employee", "Finance"),
    "felix": ("contractor", "Accounting"),
}
_DEPARTMENTS: Final = {"L": "Legal", "A": "Accounting", "S": "Sales", "F": "Finance"}
_LETTERS: Final = "LLLALASLASALSAFLLALA"
RECORDS: Final = {
    str(number): (_DEPARTMENTS[letter], list(USERS)[(number - 101) % len(USERS)])
    for number, letter in enumerate(_LETTERS, start=101)
}
"""Department and owner by the id of the record: every sixth record is the same person's."""
ANY: Final = "arn:aws:record::123456789012:record/*"
OWN: Final = {"StringEquals": {"resource:owner": "${aws:username}"}}
OF_THE_DEPARTMENT: Final = {"StringEquals": {"resource:department": "${aws:PrincipalTag/department}"}}
MANAGER: Final = {"aws:PrincipalTag/role": "manager"}


def _allow(actions: list[str], condition: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": ANY, "Condition": condition}


POLICY: Final = document(
    _allow(["record:view", "record:edit", "record:delete"], OWN),
    _allow(["record:view"], OF_THE_DEPARTMENT),
    _allow(["record:view"], {"StringEquals": MANAGER}),
    _allow(["record:edit"], {"StringEquals": MANAGER | OF_THE_DEPARTMENT["StringEquals"]}),
)


def _may(name: str, what: str, which: str) -> bool:
    """The scenario's rules, said once more."""
    role, own = USERS[name]
    department, owner = RECORDS[which]
    rules = {
        "view": owner == name or department == own or role == "manager",
        "edit": owner == name or (role == "manager" and department == own),
        "delete": owner == name,
    }
    return rules[what]


@pytest.fixture(scope="module")
def point(api: Api, tmp_path_factory: pytest.TempPathFactory) -> DecisionPoint:
    iam = api.client("iam")
    policy = iam.create_policy(PolicyName="records", PolicyDocument=POLICY)["Policy"]["Arn"]
    for name, (role, department) in USERS.items():
        tags = [{"Key": "role", "Value": role}, {"Key": "department", "Value": department}]
        iam.create_user(UserName=name, Tags=tags)
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    known = [
        {"type": "record", "id": number, "properties": {"department": department, "owner": owner}}
        for number, (department, owner) in RECORDS.items()
    ]
    definition: dict[str, Any] = {"prefix": "record", "title": "Records", "resources": known}
    definition["actions"] = {name: {} for name in ("view", "edit", "delete")}
    definition["resource_types"] = {"record": {"arns": ["arn:${Partition}:record::${Account}:record/${Id}"]}}
    file: Path = tmp_path_factory.mktemp("records") / "records.json"
    file.write_text(json.dumps(definition))
    done = CliRunner().invoke(cli, ["service", "register", str(file), "--data", str(api.directory.data)])
    assert done.exit_code == 0, done.output
    return DecisionPoint(api, api.root_key)


@pytest.mark.parametrize("what", ["view", "edit", "delete"])
def test_who_may_do_that_with_a_record(point: DecisionPoint, what: str) -> None:
    for number in RECORDS:
        found = point.search("subject", subject={"type": "user"}, action=action(what), resource=record(number))
        assert found["results"] == [user(name) for name in USERS if _may(name, what, number)], number


@pytest.mark.parametrize("what", ["view", "edit", "delete"])
def test_which_records_may_somebody_do_that_with(point: DecisionPoint, what: str) -> None:
    for name in USERS:
        found = point.search("resource", subject=user(name), action=action(what), resource={"type": "record"})
        assert found["results"] == [record(number) for number in RECORDS if _may(name, what, number)], name


def test_what_may_somebody_do_with_a_record(point: DecisionPoint) -> None:
    for name in USERS:
        for number in RECORDS:
            found = point.search("action", subject=user(name), resource=record(number))
            expected = [{"name": what} for what in ("delete", "edit", "view") if _may(name, what, number)]
            assert found["results"] == expected, (name, number)


def test_a_question_about_a_known_record_needs_no_properties(point: DecisionPoint) -> None:
    assert point.evaluate(user("bob"), action("edit"), record("102"))["decision"] is True
    assert point.evaluate(user("bob"), action("edit"), record("101"))["decision"] is False


def test_among_several_questions_each_known_record_has_its_own_properties(point: DecisionPoint) -> None:
    asked = ["101", "unknown", "102", "101", "also unknown", "102"]
    answers = point.evaluate_all(
        subject=user("bob"), action=action("edit"), evaluations=[{"resource": record(number)} for number in asked]
    )
    assert [one["decision"] for one in answers["evaluations"]] == [False, False, True, False, False, True]


def test_nobody_s_records_are_none(point: DecisionPoint) -> None:
    found = point.search("resource", subject=user("zoe"), action=action("view"), resource={"type": "record"})
    assert found["results"] == []


def test_an_action_that_nobody_knows_finds_nobody(point: DecisionPoint) -> None:
    found = point.search("subject", subject={"type": "user"}, action=action("burn"), resource=record("101"))
    assert found["results"] == []
