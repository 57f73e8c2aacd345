"""Reports in the console: the dashboard and the credential report."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from adapter.errors import ReportExpired
from tests.documents import ADMINISTRATOR, allow
from tests.web.conftest import Do
from tests.web.visitor import Visitor, text
from web.console.reports.bars import WIDTH, bars
from web.console.reports.findings import administrator_findings, key_ages, root_findings, user_findings
from web.console.reports.roll import Roll
from web.console.reports.rolls import Rolls

DASHBOARD = "/console/dashboard"
REPORT = "/console/credential-report"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
_HEADER = "user,arn,user_creation_time\n"


def at(month: int) -> str:
    return f"2026-{month:02}-01T00:00:00+00:00"


def line(user: str = "bob", **columns: str) -> str:
    """A line of the report; what is not given is N/A or false."""
    names = ["password_enabled", "password_used", "password_changed", "next", "mfa"]
    names += [f"key{number}_{what}" for number in (1, 2) for what in ("active", "rotated", "used", "region", "service")]
    plain = {"password_enabled": "false", "mfa": "false", "key1_active": "false", "key2_active": "false"}
    values = [columns.get(name, plain.get(name, "N/A")) for name in names]
    return ",".join([user, f"arn:aws:iam::123456789012:user/{user}", at(1), *values, "false", "N/A", "false", "N/A"])


def roll(*lines: str) -> Roll:
    return Roll.read((_HEADER + "\n".join(lines)).encode())


def titles(*lines: str) -> list[str]:
    found = roll(*lines)
    return [each.title for each in (*root_findings(found), *user_findings(found, NOW))]


def made(visitor: Visitor, path: str) -> str:
    """What a page says once the report has been made."""
    for _ in range(100):
        page = text(visitor.get(path))
        if "is being made" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("the report is never there")


def test_a_report_that_is_not_there_is_made(bob: Visitor) -> None:
    assert "The credential report is being made" in text(bob.get(REPORT))
    page = made(bob, REPORT)
    assert "Root user" in page
    assert "joy Set" in page


def test_the_file_is_the_report_byte_by_byte(bob: Visitor, do: Do) -> None:
    made(bob, REPORT)
    response = bob.get(f"{REPORT}.csv")
    assert response.data == do("get_credential_report")["content"]
    assert response.headers["Content-Disposition"].startswith('attachment; filename="credential-report-123456789012')


def test_without_a_report_the_file_leads_to_the_page(bob: Visitor) -> None:
    assert bob.get(f"{REPORT}.csv").status_code == 302


def test_parts_and_names_are_chosen(bob: Visitor) -> None:
    assert "joy" in made(bob, f"{REPORT}?only=mfa")
    assert "Nobody: there is nothing to do here." in text(bob.get(f"{REPORT}?only=old&days=30"))
    found = text(bob.get(f"{REPORT}?q=JO"))
    assert "job Set" in found
    assert "ray Set" not in found
    assert "Nobody here has “nothing”" in text(bob.get(f"{REPORT}?q=nothing"))


def test_nobody_sees_reports_without_the_right(visitor: Visitor) -> None:
    visitor.sign_in("job")
    assert "iam:GetCredentialReport" in text(visitor.get(REPORT))
    page = text(visitor.get(DASHBOARD))
    assert "You may not see all of it." in page
    assert "iam:GetCredentialReport" in page


def test_who_may_read_but_not_make_a_report_is_told(visitor: Visitor, do: Do) -> None:
    do("put_user_policy", user_name="job", policy_name="own", policy_document=allow("iam:GetCredentialReport"))
    visitor.sign_in("job")
    assert "iam:GenerateCredentialReport" in text(visitor.get(REPORT))


def test_the_dashboard_tells_what_to_do(bob: Visitor) -> None:
    page = made(bob, DASHBOARD)
    assert "The root user signs in without a second factor" in page
    assert "5 users sign in without a second factor" in page
    assert "The account has no password policy of its own" in page
    assert "Administrators (2) alice, bob" in page


def test_the_dashboard_counts_what_the_account_has(bob: Visitor) -> None:
    page = made(bob, DASHBOARD)
    assert "5 Users" in page
    assert "3 Groups" in page


def test_administrators_are_found_through_groups_and_directly(bob: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="joy", policy_arn=ADMINISTRATOR)
    assert "Administrators (3) alice, bob, joy" in text(bob.get(DASHBOARD))


def test_a_password_without_a_second_factor_is_found() -> None:
    assert titles(line(password_enabled="true", password_changed=at(11))) == ["1 user signs in without a second factor"]
    assert titles(line(password_enabled="true", password_changed=at(11), mfa="true")) == []


def test_a_key_that_is_old_but_used_is_to_be_replaced() -> None:
    key = {"key1_active": "true", "key1_rotated": at(2), "key1_used": at(11)}
    assert titles(line(**key)) == ["1 user has an active access key older than 90 days"]


def test_a_key_that_nobody_uses_is_to_go() -> None:
    key = {"key2_active": "true", "key2_rotated": at(2), "key2_used": at(3)}
    assert "1 user has an active access key that was not used for 90 days" in titles(line(**key))


def test_a_new_key_that_was_not_used_yet_is_let_be() -> None:
    assert titles(line(key1_active="true", key1_rotated=at(11))) == []


def test_an_inactive_key_is_let_be() -> None:
    assert titles(line(key1_rotated=at(2))) == []


def test_a_password_that_nobody_uses_is_to_go() -> None:
    unused = line("old", password_enabled="true", password_used=at(3), password_changed=at(2), mfa="true")
    assert titles(unused) == ["1 user has a password that was not used for 90 days"]


def test_where_no_sign_in_is_taken_down_nothing_is_said_of_unused_passwords() -> None:
    silent = line("silent", password_enabled="true", password_changed=at(2), mfa="true")
    assert titles(silent) == []


def test_several_users_are_told_as_several() -> None:
    lines = [line(f"user{number}", password_enabled="true", password_changed=at(11)) for number in range(7)]
    (finding,) = user_findings(roll(*lines), NOW)
    assert finding.title == "7 users sign in without a second factor"
    assert (len(finding.names), finding.count) == (5, 7)


def test_the_root_user_s_keys_and_missing_factor_come_apart_from_users() -> None:
    root = line("<root_account>", password_enabled="true", key1_active="true", key1_rotated=at(11))
    assert titles(root) == [
        "The root user signs in without a second factor",
        "The root user has active access keys",
    ]


@pytest.mark.parametrize(("count", "kind"), [(0, "bad"), (1, "none"), (2, None), (6, "warn")])
def test_too_few_and_too_many_administrators_are_told(count: int, kind: str | None) -> None:
    found = administrator_findings(tuple(f"admin{number}" for number in range(count)))
    assert [each.kind for each in found] == ([kind] if kind else [])


def test_key_ages_are_counted() -> None:
    keys = [line(f"u{month}", key1_active="true", key1_rotated=at(month), key1_used=at(11)) for month in (11, 9, 7, 2)]
    assert key_ages(roll(*keys), NOW) == [1, 1, 1, 1]


def test_a_bar_s_parts_fill_it_and_none_is_lost() -> None:
    parts = bars((("a", 1, "good"), ("b", 0, "fair"), ("c", 99_999, "bad")))
    assert [part.width for part in parts][1] == 0
    assert parts[0].width >= 6
    assert WIDTH - 8 <= parts[-1].x + parts[-1].width <= WIDTH


def test_every_row_of_a_long_report_is_found_at_its_place() -> None:
    people = [f"user{number:04}" for number in range(1203)]
    found = roll(*(line(name) for name in people))
    assert [row.user for row in found.rows(range(found.size))] == people
    assert [row.user for row in found.rows([0, 499, 500, 1202])] == [people[place] for place in (0, 499, 500, 1202)]


def test_rows_are_found_by_a_part_of_the_name_whatever_its_case() -> None:
    with_comma = line("comma").replace("comma,", '"an,na",', 1)
    found = roll(line("Anna"), line("hannah"), line("bob"), with_comma, line("ANNANN"))
    assert found.named("aNN") == [0, 1, 4]
    assert found.named("n,n") == [3]
    assert found.named("a\nh") == []
    assert found.named("") == [0, 1, 2, 3, 4]


def test_a_part_has_those_of_whom_it_could_be_said_by_then() -> None:
    keys = [line(f"u{month}", key1_active="true", key1_rotated=at(month)) for month in (2, 5, 8)]
    found = roll(*keys, line("<root_account>", key1_active="true", key1_rotated=at(1)))
    assert found.part("old", datetime(2026, 6, 1, tzinfo=UTC)) == [0, 1]
    assert found.part("old", datetime(2026, 5, 1, tzinfo=UTC)) == [0]


def test_a_report_is_taken_apart_once_until_there_is_another() -> None:
    rolls, readings = Rolls(), list[str]()

    def reading(name: str) -> bytes:
        readings.append(name)
        return (_HEADER + line(name)).encode()

    for made, name in ((at(1), "anna"), (at(1), "anna"), (at(2), "bob")):
        found = rolls.of("123456789012", datetime.fromisoformat(made), lambda name=name: reading(name)).result()
        assert [row.user for row in found.rows([0])] == [name]
    assert readings == ["anna", "bob"]


def test_a_report_that_could_not_be_read_is_read_again() -> None:
    rolls = Rolls()

    def fail() -> bytes:
        raise ReportExpired("gone")

    with pytest.raises(ReportExpired):
        rolls.of("123456789012", NOW, fail).result()
    assert rolls.of("123456789012", NOW, (_HEADER + line()).encode).result().users == 1
