"""What the console's pages have in common: commands, refusals, files for spreadsheets, long work, navigation."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from adapter.errors import AccessDenied, LimitExceeded, ServiceUnavailable
from web.console.components import command
from web.console.groups.forms import name_from
from web.console.jobs import Job
from web.console.navigation import SECTIONS, Entry
from web.console.refusals import attempt, explain
from web.console.spreadsheets import FORMULA_STARTS, csv_text

USERS = Entry("Users", "console.users", "person", ("/console/create-user",))
ARN = "arn:aws:iam::123456789012:user"
WHO = f"User: {ARN}/ray is not authorized to perform: iam:GetUser on resource: {ARN}/x"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"user_name": "bob"}, "--user-name bob"),
        ({"user_name": "it's"}, "--user-name 'it'\"'\"'s'"),
        ({"user_name": "NAME"}, "--user-name NAME"),
        ({"path": None, "tags": []}, ""),
        ({"tags": ["Key=a,Value=b c"]}, "--tags 'Key=a,Value=b c'"),
        ({"password_reset_required": True}, "--password-reset-required"),
        ({"password_reset_required": False}, ""),
    ],
)
def test_a_command_can_be_pasted_into_a_shell(options: dict[str, object], text: str) -> None:
    assert command("iam", "x", **options) == f"aws iam x {text}".strip()


@given(st.text(min_size=1))
def test_a_shell_takes_any_value_for_one_word(value: str) -> None:
    assert shlex.split(command("iam", "x", value=value))[4:] == [value]


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("because no identity-based policy allows the iam:GetUser action", "No identity-based policy that reaches you"),
        ("because no permissions boundary allows the iam:GetUser action", "No permissions boundary that reaches you"),
        ("with an explicit deny in an identity-based policy", "explicit deny in an identity-based policy"),
        ("", "No policy that reaches you"),
    ],
)
def test_a_refusal_names_the_action_the_resource_and_the_missing_kind_of_policy(
    app: Flask, tail: str, reason: str
) -> None:
    with app.test_request_context():
        denial = explain(AccessDenied(f"{WHO} {tail}".strip())).denial
    assert denial is not None
    assert (denial.action, denial.resource) == ("iam:GetUser", f"{ARN}/x")
    assert reason in denial.reason


def test_another_refusal_says_how_to_mend_it() -> None:
    problem = explain(LimitExceeded("Cannot exceed quota for GroupsPerUser: 10"))
    assert problem.denial is None
    assert "no longer needed" in problem.mend
    assert problem.status == 409


def test_a_failure_of_ours_is_no_refusal() -> None:
    def fail() -> None:
        raise ServiceUnavailable("no answer")

    with pytest.raises(ServiceUnavailable):
        attempt(fail)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_cell_of_a_file_begins_like_a_formula(cells: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["h"] * len(cells), [cells]), newline="")))
    assert len(rows) == 2
    assert not any(cell.startswith(FORMULA_STARTS) for cell in rows[1])
    assert [cell.removeprefix("'") for cell in rows[1]] == [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize(
    ("words", "name"),
    [("Development personnel", "DevelopmentPersonnel"), ("ops", "Ops"), ("a  b-c", "AB-c"), ("测试", ""), ("", "")],
)
def test_a_group_name_is_made_of_words(words: str, name: str) -> None:
    assert name_from(words) == name


@pytest.mark.parametrize(
    ("path", "is_at"),
    [
        ("/console/users", True),
        ("/console/users/bob", True),
        ("/console/create-user", True),
        ("/console/usersx", False),
        ("/console/groups", False),
    ],
)
def test_a_page_belongs_to_its_entry_in_the_navigation(path: str, is_at: bool) -> None:
    assert USERS.is_at(path, "/console/users") is is_at


def test_home_is_not_above_everything() -> None:
    home = next(entry for section in SECTIONS for entry in section.entries if entry.endpoint == "console.home")
    assert home.is_at("/console/", "/console/")
    assert not home.is_at("/console/users", "/console/")


def _job() -> Job:
    return Job(owner="arn", title="t", header=("a",), total=2, back="/")


def test_long_work_leaves_its_results() -> None:
    job = _job()
    job.run(iter([("1",), ("2",)]))
    assert (job.results, job.failure) == ([("1",), ("2",)], None)
    assert job.ended_at is not None


def test_long_work_that_fails_keeps_what_was_done_and_tells_no_details(caplog: pytest.LogCaptureFixture) -> None:
    def steps() -> Iterator[tuple[str, ...]]:
        yield ("1",)
        raise KeyError("secret detail")

    job = _job()
    job.run(steps())
    assert job.results == [("1",)]
    assert job.failure
    assert "secret detail" not in job.failure
    assert "long work failed" in caplog.text
