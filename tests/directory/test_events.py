"""The account's events: who may look them up, what is found, and whether the chain is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext, SignInRefused
from adapter.errors import AccessDenied, NoSuchEntity, ValidationError
from adapter.installation.accounts import create_account
from tests.conftest import Directory
from tests.directory.conftest import Do, sign_in

READER = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bindery:LookupEvents","Resource":"*"}]}'


def names(found: dict[str, Any]) -> list[str]:
    return [event["event_name"] for event in found["events"]]


@pytest.fixture
def root(iam: Iam, directory: Directory) -> Caller:
    """Has signed in, which is in the trail."""
    return sign_in(iam, directory.account_id, None, directory.root_password)


@pytest.fixture
def story(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_group", group_name="crew")
    do("add_user_to_group", user_name="bob", group_name="crew")
    with pytest.raises(Exception, match="already exists"):
        do("create_user", user_name="bob")


@pytest.mark.usefixtures("story")
def test_the_newest_event_comes_first_with_who_and_what(do: Do, directory: Directory) -> None:
    event, *_ = do("lookup_events", event_name="AddUser")["events"]
    assert event["actor"] == f"arn:aws:iam::{directory.account_id}:root"
    assert event["event_name"] == "iam:AddUserToGroup"
    assert event["resources"] == [f"arn:aws:iam::{directory.account_id}:group/crew"]
    assert (event["outcome"], event["kind"], event["factor"]) == ("ok", "Succeeded", "password")
    assert names(do("lookup_events"))[:2] == ["iam:CreateUser", "iam:AddUserToGroup"]


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("sought", "count"),
    [
        ({"actor": ":ROOT"}, 5),
        ({"actor": "nobody"}, 0),
        ({"event_name": "createuser"}, 2),
        ({"outcome": "Failed"}, 1),
        ({"outcome": "Denied"}, 0),
        ({"resource": "group/CREW"}, 2),
        ({"resource": "user/bob", "outcome": "Succeeded"}, 1),
        ({"start_time": datetime.now(UTC) + timedelta(hours=1)}, 0),
        ({"end_time": datetime(2020, 1, 1, tzinfo=UTC)}, 0),
    ],
)
def test_events_are_found_by_each_of_their_sides(do: Do, sought: dict[str, Any], count: int) -> None:
    assert len(do("lookup_events", **sought)["events"]) == count


def test_events_are_found_by_where_they_came_from(iam: Iam, directory: Directory, do: Do) -> None:
    with pytest.raises(SignInRefused):
        iam.login.begin(directory.account_id, None, "wrong", RequestContext(source_ip="192.0.2.7"))
    assert names(do("lookup_events", source_ip="192.0.2.")) == ["ConsoleLogin"]


@pytest.mark.usefixtures("story")
def test_pages_follow_each_other(do: Do) -> None:
    whole = names(do("lookup_events"))
    found, marker = [], None
    while True:
        page = do("lookup_events", max_items=2, marker=marker)
        found += names(page)
        marker = page.get("marker")
        if marker is None:
            break
    assert found == whole


@pytest.mark.parametrize("marker", ["x", "5", "1-", "((", "1-1;"])
def test_a_marker_of_somebody_else_is_refused(do: Do, marker: str) -> None:
    with pytest.raises(ValidationError):
        do("lookup_events", marker=marker)


def test_a_time_without_a_zone_is_refused(do: Do) -> None:
    with pytest.raises(ValidationError):
        do("lookup_events", start_time="yesterday")


def test_looking_events_up_leaves_no_event(do: Do) -> None:
    before = names(do("lookup_events"))
    for operation in ("verify_events", "describe_sign_ins", "search_users", "lookup_events"):
        do(operation)
    assert names(do("lookup_events")) == before


@pytest.mark.usefixtures("story")
def test_an_event_is_described_with_its_parameters_and_its_place_in_the_chain(do: Do) -> None:
    found = do("lookup_events", event_name="AddUserToGroup")["events"][0]
    event = do("describe_event", event_id=found["event_id"])["event"]
    assert event["params"] == {"user_name": "bob", "group_name": "crew"}
    assert event["follows"] is True
    assert event["file"] == "audit.jsonl"


def test_secrets_do_not_show_in_an_event(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Canary-7-bird")
    found = do("lookup_events", event_name="CreateLoginProfile")["events"][0]
    event = do("describe_event", event_id=found["event_id"])["event"]
    assert event["params"]["password"] == "(hidden)"
    assert "Canary" not in json.dumps(event, default=str)


@pytest.mark.parametrize("event_id", ["1-1", "9-0", "1-999999999"])
def test_an_event_that_is_not_there_is_not_found(do: Do, event_id: str) -> None:
    with pytest.raises(NoSuchEntity):
        do("describe_event", event_id=event_id)


def test_an_event_id_is_held_to_its_form(do: Do) -> None:
    with pytest.raises(ValidationError):
        do("describe_event", event_id="../../etc/passwd")


def test_events_are_for_those_who_may_look_them_up(as_user: Callable[[str], Do], do: Do) -> None:
    bob = as_user("bob")
    for operation, params in {
        "lookup_events": {},
        "describe_event": {"event_id": "1-0"},
        "describe_sign_ins": {},
        "verify_events": {},
    }.items():
        with pytest.raises(AccessDenied):
            bob(operation, **params)
    do("put_user_policy", user_name="bob", policy_name="events", policy_document=READER)
    assert bob("lookup_events")["events"]
    with pytest.raises(AccessDenied):
        bob("verify_events")


def test_a_denied_look_is_an_event(as_user: Callable[[str], Do], do: Do) -> None:
    with pytest.raises(AccessDenied):
        as_user("bob")("lookup_events")
    assert names(do("lookup_events", outcome="Denied")) == ["bindery:LookupEvents"]


@pytest.mark.usefixtures("story")
def test_an_account_sees_its_own_events_alone(iam: Iam, directory: Directory, do: Do) -> None:
    other = create_account(directory.settings, email="root@other.example", account_id="210987654321")
    caller = sign_in(iam, other.account_id, None, other.root_password)
    found = iam.execute(caller, "lookup_events")
    assert names(found) == ["ConsoleLogin", "CreateAccount"]
    foreign = do("lookup_events")["events"][0]["event_id"]
    with pytest.raises(NoSuchEntity):
        iam.execute(caller, "describe_event", {"event_id": foreign})
    assert sum(day["succeeded"] for day in iam.execute(caller, "describe_sign_ins")["days"]) == 1
    assert "CreateAccount" not in names(do("lookup_events"))


def test_sign_ins_of_thirty_days_are_counted(iam: Iam, directory: Directory, do: Do) -> None:
    before = do("describe_sign_ins")["days"]
    with pytest.raises(SignInRefused):
        iam.login.begin(directory.account_id, None, "wrong", RequestContext())
    after = do("describe_sign_ins")["days"]
    assert len(after) == 30
    assert after[-1]["refused"] == before[-1]["refused"] + 1
    assert after[-1]["succeeded"] == 1


@pytest.mark.usefixtures("story")
def test_a_trail_that_nobody_touched_is_whole(do: Do) -> None:
    (file,) = do("verify_events")["files"]
    assert file["is_whole"]
    assert file["name"] == "audit.jsonl"
    assert file["lines"] >= 5


@pytest.mark.usefixtures("story")
def test_a_changed_line_is_named(do: Do, directory: Directory) -> None:
    path = directory.data / "audit.jsonl"
    path.write_text(path.read_text().replace('"user_name":"bob","group_name"', '"user_name":"eve","group_name"'))
    (file,) = do("verify_events")["files"]
    lines = path.read_text().splitlines()
    changed = next(number for number, line in enumerate(lines, start=1) if '"user_name":"eve"' in line)
    assert file["faults"] == (changed + 1,)
    following = do("lookup_events", outcome="Failed")["events"][0]["event_id"]
    assert do("describe_event", event_id=following)["event"]["follows"] is False


def test_the_chain_is_followed_file_by_file(do: Do, directory: Directory) -> None:
    (directory.data / "audit.jsonl").rename(directory.data / "audit-000001.jsonl")
    do("create_user", user_name="bob")
    first = do("verify_events")
    assert ([file["name"] for file in first["files"]], first["remaining"]) == (["audit.jsonl"], 1)
    second = do("verify_events", marker=first["marker"])
    assert [file["name"] for file in second["files"]] == ["audit-000001.jsonl"]
    assert all(file["is_whole"] for file in (*first["files"], *second["files"]))
    with pytest.raises(ValidationError):
        do("verify_events", marker="x")


def test_what_the_trail_can_not_take_stands_whole_in_the_log(
    directory: Directory, do: Do, caplog: pytest.LogCaptureFixture
) -> None:
    trail = directory.settings.data / "audit.jsonl"
    trail.unlink(missing_ok=True)
    trail.mkdir()
    do("create_user", user_name="eve", tags=[{"key": "team", "value": "blue"}])
    said = next(each.getMessage() for each in caplog.records if each.levelname == "CRITICAL")
    record = json.loads(said.partition("so here: ")[2])
    assert (record["event"], record["params"]["user_name"]) == ("iam:CreateUser", "eve")
