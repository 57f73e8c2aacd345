"""The credential report: AWS's bytes, shared by every host, good for four hours."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext, open_iam
from adapter.errors import ReportExpired, ReportInProgress, ReportNotPresent
from adapter.ldap import ACCESS_KEY, REPORT, Set, Store
from adapter.models import Report
from tests.conftest import Directory
from tests.directory.authenticator import enrolled, new_device
from tests.directory.conftest import Do, sign_in
from tests.x509 import issue

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
Row = dict[str, str]
At = Callable[[str, timedelta], dict[str, Any]]


@pytest.fixture
def at(iam: Iam, root: Caller) -> At:
    """Calls an operation as the root user some time from now."""

    def call(operation: str, later: timedelta) -> dict[str, Any]:
        return iam.execute(root, operation, {}, RequestContext(now=datetime.now(UTC) + later))

    return call


def generated(do: Do) -> None:
    """Waits until there is a report."""
    deadline = time.monotonic() + 30
    while do("generate_credential_report")["state"] != "COMPLETE":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def report(do: Do) -> dict[str, Row]:
    """The report's rows by user."""
    generated(do)
    text = do("get_credential_report")["content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(text))}


def test_there_is_no_report_until_one_is_generated(do: Do) -> None:
    with pytest.raises(ReportNotPresent) as caught:
        do("get_credential_report")
    assert (caught.value.code, caught.value.status) == ("ReportNotPresent", 410)


def test_the_first_call_starts_and_a_later_one_finds_it_complete(do: Do) -> None:
    first = do("generate_credential_report")
    assert first == {"state": "STARTED", "description": "No report exists. Starting a new report generation task"}
    generated(do)
    assert do("generate_credential_report") == {"state": "COMPLETE"}


def test_the_report_is_csv_as_aws_writes_it(do: Do) -> None:
    do("create_user", user_name="bob", path="/eng/")
    do("create_user", user_name="Alice")
    generated(do)
    answer = do("get_credential_report")
    assert answer["report_format"] == "text/csv"
    header, root, alice, bob = answer["content"].decode().split("\n")
    assert header == HEADER
    assert root.startswith("<root_account>,arn:aws:iam::123456789012:root,")
    assert alice.startswith("Alice,")
    created = do("get_user", user_name="bob")["user"]["create_date"].strftime("%Y-%m-%dT%H:%M:%S+00:00")
    nothing = "false,N/A,N/A,N/A,N/A"
    assert bob == (
        f"bob,arn:aws:iam::123456789012:user/eng/bob,{created},false,N/A,N/A,N/A,false,{nothing},{nothing},"
        "false,N/A,false,N/A"
    )


def test_the_root_user_has_a_password_that_never_has_to_be_rotated(do: Do) -> None:
    root = report(do)["<root_account>"]
    assert (root["password_enabled"], root["password_next_rotation"]) == ("true", "not_supported")
    assert root["access_key_1_active"] == "true"
    assert datetime.fromisoformat(root["password_last_changed"]).tzinfo is not None


def test_a_password_is_told_with_its_next_rotation(do: Do) -> None:
    do("update_account_password_policy", max_password_age=90)
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Correct-horse-1")
    bob = report(do)["bob"]
    assert (bob["password_enabled"], bob["password_last_used"]) == ("true", "no_information")
    changed, due = (datetime.fromisoformat(bob[f"password_{name}"]) for name in ("last_changed", "next_rotation"))
    assert due - changed == timedelta(days=90)


def test_a_password_that_was_taken_away_is_not_told(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Correct-horse-1")
    do("delete_login_profile", user_name="bob")
    assert report(do)["bob"]["password_enabled"] == "false"
    assert report(do)["bob"]["password_last_changed"] == "N/A"


def test_keys_are_told_in_the_order_of_their_ids(do: Do) -> None:
    do("create_user", user_name="bob")
    keys = [do("create_access_key", user_name="bob")["access_key"] for _ in range(2)]
    _, second = sorted(key["access_key_id"] for key in keys)
    do("update_access_key", user_name="bob", access_key_id=second, status="Inactive")
    bob = report(do)["bob"]
    assert (bob["access_key_1_active"], bob["access_key_2_active"]) == ("true", "false")
    assert bob["access_key_2_last_rotated"] != "N/A"
    assert (bob["access_key_1_last_used_date"], bob["access_key_1_last_used_service"]) == ("N/A", "N/A")


def test_the_last_use_of_a_key_is_told(do: Do, directory: Directory) -> None:
    do("create_user", user_name="bob")
    key_id = do("create_access_key", user_name="bob")["access_key"]["access_key_id"]
    store = Store.open(directory.settings)
    [account] = store.accounts()
    key = store.get(ACCESS_KEY, account, key_id)
    assert key
    used = datetime(2026, 11, 20, 7, 15, tzinfo=UTC)
    changes = (Set("last_used_at", used), Set("last_used_service", "s3"), Set("last_used_region", "eu-west-1"))
    store.change(ACCESS_KEY, account, key, *changes)
    store.close()
    bob = report(do)["bob"]
    assert bob["access_key_1_last_used_date"] == "2026-11-20T07:15:00+00:00"
    assert (bob["access_key_1_last_used_region"], bob["access_key_1_last_used_service"]) == ("eu-west-1", "s3")


def test_a_device_is_told_once_it_is_enabled(do: Do) -> None:
    for name in ("bob", "eve"):
        do("create_user", user_name=name)
    enrolled(do, "bob")
    new_device(do, "spare")
    rows = report(do)
    assert {name: rows[name]["mfa_active"] for name in ("bob", "eve")} == {"bob": "true", "eve": "false"}


def test_signing_certificates_are_told(do: Do) -> None:
    do("create_user", user_name="bob")
    made = do("upload_signing_certificate", user_name="bob", certificate_body=issue().pem)["certificate"]
    do("update_signing_certificate", user_name="bob", certificate_id=made["certificate_id"], status="Inactive")
    bob = report(do)["bob"]
    assert (bob["cert_1_active"], bob["cert_2_active"], bob["cert_2_last_rotated"]) == ("false", "false", "N/A")
    assert datetime.fromisoformat(bob["cert_1_last_rotated"]).tzinfo is not None


def test_a_namesake_does_not_inherit_the_keys_of_a_user_who_was_removed(do: Do, directory: Directory) -> None:
    do("create_user", user_name="bob")
    do("create_access_key", user_name="bob")
    directory.ldap("ldapdelete", f"uid=bob,ou=people,{directory.suffix}")
    do("create_user", user_name="bob")
    assert report(do)["bob"]["access_key_1_active"] == "false"


@pytest.mark.parametrize("name", ["a,b", "=cmd", "+1", "@sum", "-2"])
def test_names_with_marks_stay_the_names_they_are(do: Do, name: str) -> None:
    do("create_user", user_name=name)
    rows = report(do)
    assert rows[name]["arn"].endswith(f":user/{name}")
    assert None not in rows[name]


def test_a_person_that_another_tool_wrote_is_in_the_report(do: Do, directory: Directory) -> None:
    entry = f"dn: uid=eve,ou=people,{directory.suffix}\nobjectClass: inetOrgPerson\nuid: eve\ncn: Eve\nsn: E\n"
    directory.ldap("ldapadd", stdin=entry)
    do("create_access_key", user_name="eve")
    assert report(do)["eve"]["access_key_1_active"] == "true"


def test_a_good_report_stays_as_it_is_whatever_changes(do: Do) -> None:
    generated(do)
    before = do("get_credential_report")
    do("create_user", user_name="late")
    assert do("generate_credential_report") == {"state": "COMPLETE"}
    assert do("get_credential_report") == before


def test_after_four_hours_it_expires_and_a_new_one_takes_its_place(do: Do, at: At) -> None:
    generated(do)
    do("create_user", user_name="late")
    with pytest.raises(ReportExpired) as caught:
        at("get_credential_report", timedelta(hours=4, minutes=1))
    assert caught.value.status == 410
    later = timedelta(hours=4, minutes=2)
    assert at("generate_credential_report", later) == {"state": "STARTED"}
    while at("generate_credential_report", later)["state"] != "COMPLETE":
        time.sleep(0.02)
    assert b"\nlate," in at("get_credential_report", later)["content"]


def test_every_process_hands_out_the_same_bytes(do: Do, directory: Directory) -> None:
    generated(do)
    other = open_iam(directory.settings)
    caller = sign_in(other, directory.account_id, None, directory.root_password)
    assert other.execute(caller, "get_credential_report") == do("get_credential_report")
    other.close()


def test_while_somebody_makes_it_others_are_told_so(do: Do, directory: Directory) -> None:
    now = datetime.now(UTC)
    claim(directory, now)
    assert do("generate_credential_report") == {"state": "INPROGRESS"}
    with pytest.raises(ReportInProgress) as caught:
        do("get_credential_report")
    assert caught.value.status == 404


def test_a_maker_that_was_stopped_does_not_hold_up_others_for_long(do: Do, directory: Directory) -> None:
    claim(directory, datetime.now(UTC) - timedelta(minutes=11))
    assert do("generate_credential_report")["state"] == "STARTED"
    generated(do)


def test_of_earlier_reports_nothing_stays(do: Do, at: At, directory: Directory, iam: Iam) -> None:
    generated(do)
    at("generate_credential_report", timedelta(hours=5))
    while at("generate_credential_report", timedelta(hours=5))["state"] != "COMPLETE":
        time.sleep(0.02)
    iam.close()
    store = Store.open(directory.settings)
    names = store.names(REPORT, store.accounts()[0])
    store.close()
    assert len(names) == 2


def claim(directory: Directory, started_at: datetime) -> None:
    """Says in the directory that somebody is making a report."""
    store = Store.open(directory.settings)
    entry = Report(report_name="credential-report", create_date=started_at)
    store.add(REPORT, store.accounts()[0], replace(entry, started_at=started_at))
    store.close()
