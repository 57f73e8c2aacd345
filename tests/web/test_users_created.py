"""Creating users: the wizard's pages, what they refuse, the file of credentials, and many users from a file."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import Do
from tests.web.people import DOCUMENT, READ_ONLY, SYSTEM, hidden, secret_on, wizard
from tests.web.visitor import Visitor, text

DETAILS = {"user_name": "developer01", "display_name": "Developer", "path": "/", "console": "y", "how": "generated"}
GROUPS = {"way": "groups", "groups": ["DevelopmentPersonnel"]}
FILE = "/console/create-users"


def upload(visitor: Visitor, content: str | bytes) -> TestResponse:
    """Sends a file as the page would."""
    raw = content if isinstance(content, bytes) else content.encode()
    token = hidden(visitor.get(FILE), "csrf_token")
    return visitor.post(FILE, {"csrf_token": token, "file": (io.BytesIO(raw), "people.csv")})


def start(visitor: Visitor, page: TestResponse) -> str:
    """Creates what the preview shows; what the page of results says when it is over."""
    fields = {"csrf_token": hidden(page, "csrf_token"), "lines": hidden(page, "lines")}
    response = visitor.post(f"{FILE}/start", fields)
    assert response.status_code == 302, text(response)
    return watch(visitor, response.location)


def watch(visitor: Visitor, address: str) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page = text(visitor.get(address))
        if "Working:" not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the work does not end")


def downloaded(visitor: Visitor, page: TestResponse) -> list[list[str]]:
    """The file that a page offers."""
    fields = {name: hidden(page, name) for name in ("csrf_token", "content", "filename")}
    response = visitor.post("/console/credentials.csv", fields)
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "\r\n" in response.get_data(as_text=True)
    return list(csv.reader(io.StringIO(response.get_data(as_text=True), newline="")))


def test_a_user_is_created_in_a_group_and_signs_in(bob: Visitor, another_visitor: Visitor) -> None:
    response = wizard(bob, DETAILS | {"must_change": ""}, GROUPS, {})
    assert "The user developer01 has been created" in text(response)
    assert response.headers["Cache-Control"] == "no-store"
    password = secret_on(response, "Password")
    assert another_visitor.sign_in("developer01", password).location == "/console/"
    assert "Group DevelopmentPersonnel" in text(another_visitor.get("/console/"))


def test_the_file_holds_what_the_page_shows(bob: Visitor) -> None:
    response = wizard(bob, DETAILS | {"key": "y"}, GROUPS, {})
    header, line = downloaded(bob, response)
    assert header[:2] == ["User name", "Password"]
    assert line[0] == "developer01"
    assert line[1] == secret_on(response, "Password")
    assert line[3] == secret_on(response, "Secret access key")
    assert line[4] == "http://localhost/console/sign-in?account=123456789012"


def test_a_name_like_a_formula_is_made_harmless_in_the_file(bob: Visitor) -> None:
    response = wizard(bob, DETAILS | {"user_name": "=cmd"}, GROUPS, {})
    assert downloaded(bob, response)[1][0] == "'=cmd"


def test_a_file_that_no_page_of_ours_made_is_not_given_out(bob: Visitor) -> None:
    response = wizard(bob, DETAILS, GROUPS, {})
    fields = {"csrf_token": hidden(response, "csrf_token"), "filename": "a.csv", "content": "forged.text"}
    assert bob.post("/console/credentials.csv", fields).status_code == 400
    fields = {"csrf_token": hidden(response, "csrf_token"), "content": hidden(response, "content")}
    assert bob.post("/console/credentials.csv", fields | {"filename": 'x";.csv'}).status_code == 400


def test_an_application_needs_no_password(bob: Visitor, do: Do) -> None:
    response = wizard(bob, {"user_name": "builder", "path": "/apps/", "key": "y"}, {"way": "groups"}, {})
    page = text(response)
    assert "Secret access key" in page
    assert "Password" not in page
    assert do("get_user", user_name="builder")["user"]["arn"].endswith(":user/apps/builder")


def test_permissions_are_copied_with_groups_policies_inline_and_boundary(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="job", policy_arn=READ_ONLY)
    do("put_user_policy", user_name="job", policy_name="lists", policy_document=DOCUMENT)
    do("put_user_permissions_boundary", user_name="job", permissions_boundary=f"{SYSTEM}PowerUserAccess")
    review = wizard(bob, DETAILS, {"way": "copy", "copy_from": "job"})
    assert "As job has them now" in text(review)
    assert "lists (inline)" in text(review)
    wizard(bob, DETAILS, {"way": "copy", "copy_from": "job"}, {})
    found = do("list_policies_for_user", user_name="developer01")
    assert {each["group_name"] for each in found["groups"]} == {"DevelopmentPersonnel", "TestPersonnel"}
    own = {each["policy_name"] for each in found["policies"] if each["via"] == "directly"}
    assert own == {"ReadOnlyAccess", "lists"}
    assert found["boundary"]["policy_name"] == "PowerUserAccess"


def test_copying_from_nobody_is_refused_on_its_page(bob: Visitor) -> None:
    response = wizard(bob, DETAILS, {"way": "copy", "copy_from": "stranger"})
    assert response.status_code == 422
    assert "stranger cannot be found" in text(response)


def test_policies_are_attached_directly_within_a_boundary_and_tagged(bob: Visitor, do: Do) -> None:
    pages = {"way": "attach", "policies": [READ_ONLY], "boundary": f"{SYSTEM}PowerUserAccess"}
    wizard(bob, DETAILS, pages, {"tags-0-key": "team", "tags-0-value": "payroll"})
    found = do("get_user", user_name="developer01")["user"]
    assert found["tags"] == [{"key": "team", "value": "payroll"}]
    assert found["permissions_boundary"]["permissions_boundary_arn"].endswith("PowerUserAccess")
    assert do("list_attached_user_policies", user_name="developer01")["attached_policies"]


def test_ways_that_were_not_chosen_count_for_nothing(bob: Visitor, do: Do) -> None:
    wizard(bob, DETAILS, GROUPS | {"way": "attach", "policies": [READ_ONLY]}, {})
    assert do("list_groups_for_user", user_name="developer01")["groups"] == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"user_name": ""}, "Enter a user name"),
        ({"user_name": "two words"}, "letters, digits and"),
        ({"user_name": "x" * 65}, "at most 64 characters"),
        ({"path": "nowhere"}, "begins and ends with /"),
        ({"email": "nowhere"}, "Enter an e-mail address"),
    ],
)
def test_wrong_details_keep_what_was_typed(bob: Visitor, fields: dict[str, Any], told: str) -> None:
    response = wizard(bob, DETAILS | fields)
    assert response.status_code == 422
    assert told in text(response)
    assert 'value="Developer"' in response.get_data(as_text=True)


def test_going_back_keeps_what_was_entered(bob: Visitor) -> None:
    response = wizard(bob, DETAILS, GROUPS | {"go": "back"})
    assert 'value="developer01"' in response.get_data(as_text=True)
    again = wizard(bob, DETAILS, GROUPS, {"go": "back"})
    assert 'value="DevelopmentPersonnel" checked' in again.get_data(as_text=True)


def test_a_name_that_is_taken_is_told_on_the_last_page(bob: Visitor) -> None:
    response = wizard(bob, DETAILS | {"user_name": "JOB"}, GROUPS, {})
    assert response.status_code == 409
    assert "already exists" in text(response)


def test_a_password_of_ones_choice_is_asked_for_last_and_never_carried(bob: Visitor, another_visitor: Visitor) -> None:
    own = DETAILS | {"how": "own", "must_change": ""}
    response = wizard(bob, own, GROUPS, {"password": "Chosen-by-bob-1"})
    assert "has been created" in text(response)
    assert another_visitor.sign_in("developer01", "Chosen-by-bob-1").location == "/console/"


@pytest.mark.parametrize(
    ("password", "told"),
    [("", "Enter a password"), ("x", "at least"), ("=Formula-22", "take it for a formula")],
)
def test_a_password_that_will_not_do_leaves_no_user_behind(bob: Visitor, do: Do, password: str, told: str) -> None:
    response = wizard(bob, DETAILS | {"how": "own"}, GROUPS, {"password": password})
    assert response.status_code == 422
    assert told in text(response)
    assert all(each["user_name"] != "developer01" for each in do("list_users")["users"])
    assert not password or f'value="{password}"' not in response.get_data(as_text=True)


def test_what_was_entered_can_not_be_changed_on_the_way(bob: Visitor, do: Do) -> None:
    response = wizard(bob, DETAILS, GROUPS)
    token = hidden(response, "csrf_token")
    answer = bob.post("/console/create-user", {"csrf_token": token, "state": "forged", "step": "review", "go": "next"})
    assert "The form was out of date" in text(answer)
    assert len(do("list_users")["users"]) == 5


def test_what_may_not_be_given_is_told_and_the_user_stays(visitor: Visitor, do: Do) -> None:
    document = DOCUMENT.replace('"s3:List*"', '["iam:CreateUser","iam:CreateLoginProfile","iam:ListGroups"]')
    do("put_user_policy", user_name="ray", policy_name="hire", policy_document=document)
    visitor.sign_in("ray")
    page = text(wizard(visitor, DETAILS, GROUPS, {}))
    assert "The user is there, without" in page
    assert "Group DevelopmentPersonnel: you may not iam:AddUserToGroup" in page


def test_a_reader_is_refused_at_the_end_with_the_reason(visitor: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    response = wizard(visitor, DETAILS, GROUPS, {})
    assert response.status_code == 403
    assert "Action iam:CreateUser" in text(response)


def test_many_users_are_created_from_a_file(bob: Visitor, another_visitor: Visitor, do: Do) -> None:
    people = (
        "user_name,display_name,groups,console,tags\r\n"
        "anna,Anna Ünal,DevelopmentPersonnel;TestPersonnel,yes,team=a;site=b\r\nbuild,,,no,\r\njob,,,yes,\r\n"
    )
    preview = upload(bob, people)
    assert "3 of 3 lines can be created" in text(preview)
    page = start(bob, preview)
    assert "Done: 3 of 3" in page
    assert "job Not created: User with name job already exists" in page
    assert len(do("list_groups_for_user", user_name="anna")["groups"]) == 2
    assert len(do("list_user_tags", user_name="anna")["tags"]) == 2
    assert do("get_user", user_name="build")


def test_the_result_file_holds_the_passwords_and_the_page_does_not(bob: Visitor, another_visitor: Visitor) -> None:
    preview = upload(bob, "user_name,console\nanna,yes\n")
    fields = {"csrf_token": hidden(preview, "csrf_token"), "lines": hidden(preview, "lines")}
    address = bob.post(f"{FILE}/start", fields).location
    page = watch(bob, address)
    line = downloaded(bob, bob.get(address))[1]
    assert line[2] not in page
    assert another_visitor.sign_in("anna", line[2]).location == "/console/new-password"


def test_nobody_else_sees_the_results(bob: Visitor, another_visitor: Visitor) -> None:
    preview = upload(bob, "user_name\nanna\n")
    fields = {"csrf_token": hidden(preview, "csrf_token"), "lines": hidden(preview, "lines")}
    address = bob.post(f"{FILE}/start", fields).location
    another_visitor.sign_in("alice")
    assert another_visitor.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"name\nanna\n", "has to be user_name"),
        (b"user_name,shoe size\nanna,1\n", "no column called shoe_size"),
        (b'user_name\n"anna\n', "no CSV"),
        (b"user_name\n" + b"a\n" * 1001, "more than 1,000 users"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(bob: Visitor, content: bytes, told: str) -> None:
    response = upload(bob, content)
    assert response.status_code == 422
    assert told in text(response)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("two words,,", "without spaces"),
        ("anna,Nowhere,", "There is no group Nowhere"),
        ("anna,,perhaps", "console has to be yes or no"),
        ("anna,,yes,more", "more cells than the first line"),
    ],
)
def test_a_line_with_a_fault_says_which(bob: Visitor, line: str, told: str) -> None:
    page = text(upload(bob, f"user_name,groups,console\n{line}\nother,,\n"))
    assert "1 of 2 lines can be created" in page
    assert told in page


def test_a_name_that_stands_twice_is_found(bob: Visitor) -> None:
    assert "stands in the file twice" in text(upload(bob, "user_name\nanna\nANNA\n"))


def test_lines_that_no_page_of_ours_made_are_not_created(bob: Visitor, do: Do) -> None:
    token = hidden(bob.get(FILE), "csrf_token")
    assert bob.post(f"{FILE}/start", {"csrf_token": token, "lines": "forged"}).status_code == 302
    assert len(do("list_users")["users"]) == 5
