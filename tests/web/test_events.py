"""The event history in the console: the list, one event, files, and whether the trail is whole."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapter import Iam
from adapter.ldap.wire import Wire
from adapter.trail.audit import AuditRecord, AuditTrail
from tests.conftest import Directory
from tests.web.conftest import Do
from tests.web.people import follow
from tests.web.visitor import Visitor, text
from web.console.events.export import MOST
from web.console.events.filters import Filters
from web.console.events.picture import HEIGHT, WIDTH, draw
from web.console.events.words import Named, named

EVENTS = "/console/events"
PAGES = (EVENTS, f"{EVENTS}.csv", f"{EVENTS}.jsonl", f"{EVENTS}/verify", f"{EVENTS}/1-0")
ACCOUNT = "123456789012"


def first_event(visitor: Visitor, **sought: str) -> str:
    page = visitor.get(EVENTS, query_string=sought).get_data(as_text=True)
    found = re.search(r'class="row-link" href="([^"]+)"', page)
    assert found, page
    return found[1]


def next_page(response: TestResponse) -> str:
    found = re.search(r'href="([^"]+)" rel="next"', response.get_data(as_text=True))
    assert found, text(response)
    return found[1].replace("&amp;", "&")


def test_the_list_shows_who_did_what_and_how_it_was_decided(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="mia")
    page = text(bob.get(EVENTS))
    assert "iam:CreateUser just now" in page
    assert "rootRoot user Succeeded miaUser This server" in page
    assert "ConsoleLogin" in page
    assert "bobUser Succeeded — 127.0.0.1" in page


@pytest.mark.parametrize(
    ("sought", "shown", "hidden"),
    [
        ({"event": "creategroup"}, "crew", "mia"),
        ({"resource": "user/mia"}, "mia", "crew"),
        ({"outcome": "Failed"}, "EntityAlreadyExists", "Succeeded —"),
        ({"actor": "user/bob"}, "ConsoleLogin", "crew"),
        ({"address": "127."}, "ConsoleLogin", "crew"),
        ({"first": "2001-01-01", "event": "CreateGroup"}, "crew", "mia"),
        ({"outcome": "nonsense", "event": "CreateGroup"}, "crew", "mia"),
    ],
)
def test_the_list_is_searched_by_each_side_of_an_event(
    bob: Visitor, do: Do, sought: dict[str, str], shown: str, hidden: str
) -> None:
    do("create_user", user_name="mia")
    do("create_group", group_name="crew")
    with pytest.raises(Exception, match="already exists"):
        do("create_user", user_name="mia")
    page = text(bob.get(EVENTS, query_string=sought))
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("sought", ["*", "(", "\\", "'", "<script>", '","event":"'])
def test_what_nobody_is_called_finds_nothing(bob: Visitor, sought: str) -> None:
    response = bob.get(EVENTS, query_string={"actor": sought})
    assert "No event is like that" in text(response)
    assert "<script>alert" not in response.get_data(as_text=True)


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "9999-12-31", "20260101", "2026-1-1", "-"])
def test_a_day_that_is_none_is_said_beside_its_field(bob: Visitor, day: str) -> None:
    response = bob.get(EVENTS, query_string={"first": day})
    assert "Enter a day such as" in text(response)
    assert f'value="{day}"' in response.get_data(as_text=True)
    assert bob.get(f"{EVENTS}.csv", query_string={"first": day}).status_code == 400


def test_days_in_the_wrong_order_are_said(bob: Visitor) -> None:
    page = text(bob.get(f"{EVENTS}?first=2026-02-02&last=2026-02-01"))
    assert "The last day is before the first" in page


def test_the_last_day_belongs_to_the_search() -> None:
    params = Filters({"first": "2026-02-01", "last": "2026-02-01"}).params()
    assert params["end_time"] - params["start_time"] == timedelta(days=1)


def test_the_list_goes_page_by_page_with_its_search(bob: Visitor, do: Do) -> None:
    for number in range(30):
        do("create_user", user_name=f"clerk-{number:02}")
    bob.client.set_cookie("bindery-columns-events", "25.resource")
    first = bob.get(f"{EVENTS}?event=CreateUser")
    assert first.get_data(as_text=True).count('class="row-link"') == 25
    second = text(bob.get(next_page(first)))
    assert "Page 2" in second
    assert "clerk-04" in second
    assert "clerk-05" not in second


def test_a_marker_of_somebody_else_is_refused(bob: Visitor) -> None:
    assert bob.get(f"{EVENTS}?at=((").status_code == 400


def many(data: Any, count: int, **more: str) -> None:
    """Very many events, written at once."""
    path = data / "audit.jsonl"
    record = {"actor": "arn:aws:iam::1:user/x", "event": "iam:TagUser", "outcome": "ok", "account_id": ACCOUNT} | more
    start = datetime(2026, 1, 1, tzinfo=UTC)
    lines = (
        json.dumps(record | {"time": (start + timedelta(seconds=number)).isoformat(), "request_id": str(number)})
        for number in range(count)
    )
    path.write_text("\n".join(lines) + "\n" + path.read_text(), encoding="utf-8")


def test_a_look_back_that_takes_too_long_goes_on_with_the_next_page(bob: Visitor, demo_directory: Any) -> None:
    many(demo_directory.data, 40_000)
    found = bob.get(f"{EVENTS}?actor=nobody-at-all")
    assert "Nothing like that since" in text(found)
    assert bob.get(next_page(found)).status_code == 200


def test_a_page_takes_a_moment_however_long_the_trail_is(bob: Visitor, demo_directory: Any) -> None:
    many(demo_directory.data, 100_000)
    bob.get(EVENTS)
    started = time.process_time()
    assert bob.get(EVENTS).status_code == 200
    assert time.process_time() - started < 1


def test_sign_ins_are_drawn_and_told_in_a_table(bob: Visitor, another_visitor: Visitor) -> None:
    another_visitor.sign_in("job", "wrong-password")
    page = bob.get(EVENTS)
    assert "1 succeeded1 refused" in text(page)
    assert "1 succeeded, 1 refused</title>" in page.get_data(as_text=True)
    assert "Sign-ins over 30 days" not in text(bob.get(f"{EVENTS}?actor=bob"))


def test_an_event_shows_its_parameters_without_secrets(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="mia")
    do("create_login_profile", user_name="mia", password="Canary-7-bird")
    response = bob.get(first_event(bob, event="CreateLoginProfile"))
    assert '"user_name": "mia"' in text(response)
    assert '"password": "(hidden)"' in text(response)
    assert "Canary" not in response.get_data(as_text=True)


def test_an_event_says_whether_the_line_before_it_is_untouched(bob: Visitor, do: Do, demo_directory: Any) -> None:
    do("create_user", user_name="mia")
    do("create_group", group_name="crew")
    at = first_event(bob, event="CreateGroup")
    assert "The line before it is as it was" in text(bob.get(at))
    trail = demo_directory.data / "audit.jsonl"
    trail.write_text(trail.read_text().replace('"user_name":"mia"', '"user_name":"eve"'))
    assert "was changed or taken out" in text(bob.get(at))


def test_an_event_leads_to_those_like_it(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="mia")
    do("tag_user", user_name="mia", tags=[{"key": "team", "value": "a"}])
    page = bob.get(first_event(bob, event="TagUser")).get_data(as_text=True)
    found = re.search(r'href="([^"]*resource=[^"]*)"', page)
    assert found
    assert "iam:CreateUser" in text(bob.get(found[1].replace("&amp;", "&")))


@pytest.mark.parametrize("event_id", ["9-9", "1-1"])
def test_an_event_that_is_not_there_is_not_found(bob: Visitor, event_id: str) -> None:
    assert bob.get(f"{EVENTS}/{event_id}").status_code == 404


def test_what_somebody_typed_at_sign_in_stays_text(bob: Visitor, demo_directory: Any) -> None:
    record = AuditRecord(
        time=datetime.now(UTC),
        request_id="r",
        account_id=ACCOUNT,
        actor="<img src=x onerror=alert(1)>",
        event="=cmd()",
        outcome="wrong",
        user_agent="<b>bold</b>",
    )
    AuditTrail(demo_directory.data / "audit.jsonl").write(record)
    page = bob.get(EVENTS).get_data(as_text=True)
    assert "<img" not in page
    assert "<b>bold" not in bob.get(first_event(bob, event="=cmd")).get_data(as_text=True)
    assert "'=cmd()" in bob.get(f"{EVENTS}.csv").get_data(as_text=True)


def test_a_file_for_spreadsheets_holds_what_is_listed(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="mia")
    response = bob.get(f"{EVENTS}.csv?event=CreateUser")
    header, *rows = csv.reader(io.StringIO(response.get_data(as_text=True)))
    assert header[:3] == ["Time (UTC)", "Event", "Who"]
    assert [row[1] for row in rows] == ["iam:CreateUser"]
    assert re.search(r'attachment; filename="events-\w+\.csv"', response.headers["Content-Disposition"])


def test_a_file_for_programs_holds_an_event_a_line(bob: Visitor, do: Do) -> None:
    do("create_user", user_name="mia")
    (line,) = bob.get(f"{EVENTS}.jsonl?event=CreateUser").get_data(as_text=True).splitlines()
    event = json.loads(line)
    assert event["resources"] == [f"arn:aws:iam::{ACCOUNT}:user/mia"]
    assert datetime.fromisoformat(event["time"]).date() == datetime.now(UTC).date()


def test_a_file_says_that_there_would_be_more(bob: Visitor, demo_directory: Any) -> None:
    many(demo_directory.data, MOST + 2000)
    lines = bob.get(f"{EVENTS}.jsonl").get_data(as_text=True).splitlines()
    assert len(lines) == MOST + 1
    assert "more events than a file holds" in json.loads(lines[-1])["note"]


def test_the_trail_is_verified(bob: Visitor, do: Do, demo_directory: Any) -> None:
    do("create_user", user_name="mia")
    do("create_group", group_name="crew")
    assert "Whole" in text(bob.get(f"{EVENTS}/verify"))
    trail = demo_directory.data / "audit.jsonl"
    lines = trail.read_text().splitlines(keepends=True)
    trail.write_text("".join([lines[0].replace("ConsoleLogin", "Nothing"), *lines[1:]]))
    assert "Broken: the line before line 2 was changed or taken out" in text(bob.get(f"{EVENTS}/verify"))


def test_older_files_are_verified_as_long_work(bob: Visitor, demo_directory: Any) -> None:
    data = demo_directory.data
    (data / "audit.jsonl").rename(data / "audit-000001.jsonl")
    page = text(bob.get(EVENTS))
    assert "ConsoleLogin" in page
    bob.get(f"{EVENTS}/999-1")
    AuditTrail(data / "audit.jsonl").write(
        AuditRecord(time=datetime.now(UTC), request_id="", account_id="", actor="x", event="x", outcome="ok")
    )
    assert "There is one more file" in text(bob.get(f"{EVENTS}/verify"))
    response = bob.submit(f"{EVENTS}/verify", {})
    for _ in range(100):
        page = follow(bob, response)
        if "Done: 2 of 2" in page:
            break
        time.sleep(0.05)
    assert "audit-000001.jsonl" in page
    assert page.count("Whole") == 2


@pytest.mark.parametrize("path", PAGES)
def test_events_are_for_those_who_may_see_them(visitor: Visitor, path: str) -> None:
    visitor.sign_in("joy")
    response = visitor.get(path)
    assert response.status_code == 403
    assert "bindery:" in text(response)


def test_who_may_not_verify_sees_why(visitor: Visitor, do: Do) -> None:
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "bindery:Lookup*", "Resource": "*"}}
    do("put_user_policy", user_name="joy", policy_name="events", policy_document=json.dumps(document))
    visitor.sign_in("joy")
    assert "You may not bindery:VerifyEvents" in text(visitor.get(EVENTS))


def test_the_pages_take_few_questions(bob: Visitor, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    do("create_user", user_name="mia")
    at = first_event(bob, event="CreateUser")
    asked: list[Any] = []
    search = Wire.search
    monkeypatch.setattr(Wire, "search", lambda wire, *more: asked.append(more) or search(wire, *more))
    for path in (EVENTS, at, f"{EVENTS}/verify", f"{EVENTS}.csv"):
        asked.clear()
        assert bob.get(path).status_code == 200
        assert len(asked) <= 15, path


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::123456789012:user/eng/bob", Named("bob", "User")),
        ("arn:aws:iam::123456789012:root", Named("root", "Root user")),
        ("arn:aws:sts::123456789012:assumed-role/deploy/ci", Named("deploy/ci", "Role session")),
        ("arn:aws:iam::123456789012:sms-mfa/x", Named("x")),
        ("acme/bob", Named("acme/bob")),
        ("*", Named("Anything")),
        ("", Named("")),
    ],
)
def test_an_actor_is_named_by_the_end_of_the_arn(arn: str, name: Named) -> None:
    assert named(arn) == name


@pytest.mark.parametrize("most", [0, 1, 4, 9, 50, 51, 12_345])
def test_bars_lie_in_the_picture_however_many_sign_ins_there_are(most: int) -> None:
    days = [{"date": date(2026, 1, day), "succeeded": most if day == 9 else 0, "refused": 1} for day in range(1, 31)]
    picture = draw(days)
    assert len(picture.bars) == 30
    for bar in picture.bars:
        assert 0 <= bar.refused[0] <= bar.succeeded[0] <= HEIGHT
        assert bar.x + bar.width <= WIDTH
    assert max(count for _, count in picture.lines) > most


def test_a_change_by_another_tool_is_called_that(visitor: Visitor, iam: Iam, demo_directory: Directory) -> None:
    iam.start()
    visitor.sign_in("bob")
    deadline = time.monotonic() + 30
    while "Changed outside Bindery" not in (page := text(visitor.get("/console/events?event=OutsideChange"))):
        assert time.monotonic() < deadline
        change = "dn: uid=ray,ou=people,dc=example,dc=org\nchangetype: modify\nreplace: mail\nmail: "
        demo_directory.ldap("ldapmodify", stdin=f"{change}{time.monotonic_ns()}@example.org\n")
    assert "uid=ray,ou=people,dc=example,dc=org" in page
