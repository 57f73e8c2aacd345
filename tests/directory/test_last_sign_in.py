"""When somebody last signed in at the console."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, Owed, Proof, RequestContext, SignInRefused, open_iam
from adapter.ldap import USER, Set, Store
from adapter.usage.credentials import CredentialUsage
from tests.conftest import Directory
from tests.directory.authenticator import enrolled
from tests.directory.conftest import Do, sign_in

ACCOUNT, PASSWORD, OTHER = "123456789012", "Bindery-demo-1", "Another-one-22"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def root(iam: Iam, directory: Directory) -> Caller:
    """Has signed in, which these tests look for."""
    return sign_in(iam, directory.account_id, None, directory.root_password)


@pytest.fixture
def bob(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)


@pytest.fixture
def told(do: Do) -> Callable[[], datetime | None]:
    """When bob signed in last, as GetUser tells it."""
    return lambda: do("get_user", user_name="bob")["user"].get("password_last_used")


def wait_for(fact: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while (found := fact()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def at(moment: datetime) -> RequestContext:
    return RequestContext(now=moment)


def test_a_sign_in_is_told_by_get_user_list_users_and_the_credential_report(
    iam: Iam, do: Do, bob: None, told: Callable[[], datetime | None]
) -> None:
    assert told() is None
    iam.login.begin(ACCOUNT, "bob", PASSWORD, at(NOON))
    assert wait_for(told) == NOON
    assert [user.get("password_last_used") for user in do("list_users")["users"]] == [NOON]
    do("generate_credential_report")
    deadline = time.monotonic() + 30
    while do("generate_credential_report")["state"] != "COMPLETE" and time.monotonic() < deadline:
        time.sleep(0.01)
    report = csv.DictReader(io.StringIO(do("get_credential_report")["content"].decode()))
    rows = {row["user"]: row["password_last_used"] for row in report}
    assert rows["bob"] == "2026-11-20T12:00:00+00:00"
    assert rows["<root_account>"] not in {"N/A", "no_information"}


def test_the_root_user_is_told_its_own(iam: Iam, do: Do, directory: Any) -> None:
    assert wait_for(lambda: do("get_user")["user"].get("password_last_used")) is not None


def test_what_is_not_a_finished_sign_in_leaves_no_trace(
    iam: Iam, do: Do, bob: None, told: Callable[[], datetime | None]
) -> None:
    enrolled(do, "bob")
    later = at(datetime.now(UTC) + timedelta(minutes=2))
    with pytest.raises(SignInRefused):
        iam.login.begin(ACCOUNT, "bob", "wrong", later)
    attempt = iam.login.begin(ACCOUNT, "bob", PASSWORD, later)
    assert attempt.owed == {Owed.CODE}
    assert attempt.half_done is not None
    iam.close()  # writes what is waiting
    assert told() is None


def test_a_second_factor_and_a_new_password_finish_it(
    iam: Iam, do: Do, bob: None, told: Callable[[], datetime | None]
) -> None:
    app = enrolled(do, "bob")
    do("update_login_profile", user_name="bob", password=OTHER, password_reset_required=True)
    later = at((datetime.now(UTC) + timedelta(minutes=2)).replace(microsecond=0))
    half_done = iam.login.begin(ACCOUNT, "bob", OTHER, later).half_done
    assert half_done is not None
    proven = iam.login.prove(half_done, Proof(code=app.code(later.now)), later)
    assert told() is None
    iam.login.renew_password(ACCOUNT, "bob", OTHER, "Yet-another-33", later, proven.half_done)
    assert wait_for(told) == later.now


def test_it_is_written_once_in_a_quarter_of_an_hour(directory: Any, bob: None, do: Do) -> None:
    for minutes, expected in ((0, 0), (14, 0), (15, 15)):
        door = open_iam(directory.settings)  # another process, which remembers nothing
        door.login.begin(ACCOUNT, "bob", PASSWORD, at(NOON + timedelta(minutes=minutes)))
        door.close()
        used = do("get_user", user_name="bob")["user"]["password_last_used"]
        assert used == NOON + timedelta(minutes=expected)


def test_it_is_written_although_the_entry_has_changed_meanwhile(store: Store, bob: None) -> None:
    account = store.accounts()[0]
    before = store.get(USER, account, "bob")
    assert before is not None
    store.change(USER, account, before, Set("display_name", "Bob"))
    usage = CredentialUsage(store)
    usage.note_password(account, before, NOON)
    usage.close()
    after = store.get(USER, account, "bob")
    assert after is not None
    assert (after.display_name, after.password_last_used) == ("Bob", NOON)


def test_a_namesake_that_was_made_meanwhile_has_not_signed_in(store: Store, bob: None, do: Do) -> None:
    account = store.accounts()[0]
    before = store.get(USER, account, "bob")
    assert before is not None
    do("delete_login_profile", user_name="bob")
    do("delete_user", user_name="bob")
    do("create_user", user_name="bob")
    usage = CredentialUsage(store)
    usage.note_password(account, before, NOON)
    usage.close()
    after = store.get(USER, account, "bob")
    assert after is not None
    assert after.password_last_used is None


def test_sign_ins_do_not_make_other_writes_fail(directory: Any, iam: Iam, do: Do, bob: None) -> None:
    door = open_iam(directory.settings)
    for number in range(20):
        door.login.begin(ACCOUNT, "bob", PASSWORD, at(NOON + timedelta(minutes=15 * number)))
        do("update_user", user_name="bob", new_path=f"/team-{number}/")
    door.close()
    user = do("get_user", user_name="bob")["user"]
    assert user["path"] == "/team-19/"
    assert user["password_last_used"] == NOON + timedelta(minutes=15 * 19)
