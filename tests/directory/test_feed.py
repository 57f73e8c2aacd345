"""Changes that others make hold by themselves; while nobody tells of changes, nothing that was kept is trusted.

How soon they hold, the benchmark tells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import ldap3
import pytest

from adapter import Caller, Iam, open_iam
from adapter.errors import AccessDenied, ServiceUnavailable
from adapter.ldap import Feed, Store
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in

ADMIN = "cn=admin,ou=groups,dc=example,dc=org"
BOB = "uid=bob,ou=people,dc=example,dc=org"


class Ear:
    """Hears what a feed tells."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, str]] = Queue()
        self.forgotten = threading.Event()

    def entry_changed(self, at: str, entry_uuid: str = "") -> None:
        if entry_uuid:  # by the feed, not by the store itself
            self.heard.put((at, entry_uuid))

    def forget_everything(self) -> None:
        self.forgotten.set()

    def next_person(self) -> tuple[str, str]:
        """The next change below ou=people; that somebody signed in is written down elsewhere meanwhile."""
        while True:
            at, entry_uuid = self.heard.get(timeout=5)
            if ",ou=people," in at:
                return at, entry_uuid


def until_up(feed: Feed) -> None:
    for _ in range(500):
        if feed.is_up:
            return
        time.sleep(0.01)
    raise AssertionError("the feed does not come up")


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def feed(directory: Any, ear: Ear) -> Iterator[Feed]:
    store = Store.open(directory.settings)
    feed = store.follow(ear)
    until_up(feed)
    yield feed
    feed.stop()
    store.close()


@pytest.mark.usefixtures("feed")
def test_creating_changing_renaming_and_removing_are_told_with_one_uuid(directory: Any, do: Do, ear: Ear) -> None:
    do("create_user", user_name="bob")
    created = ear.next_person()
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nreplace: sn\nsn: B\n")
    changed = ear.next_person()
    directory.ldap("ldapmodrdn", "-r", BOB, "uid=rob")
    renamed = ear.next_person()
    directory.ldap("ldapdelete", BOB.replace("bob", "rob"))
    removed = ear.next_person()
    assert {created[1], changed[1], renamed[1], removed[1]} == {created[1]}
    assert (created[0], renamed[0]) == (BOB, BOB.replace("bob", "rob"))


def test_what_happened_while_the_server_was_away_makes_listeners_forget(directory: Any, feed: Feed, ear: Ear) -> None:
    ear.forgotten.clear()
    directory.server.stop()
    assert ear.forgotten.wait(5)
    assert not feed.is_up
    directory.server.start()
    until_up(feed)


def test_a_quiet_directory_is_no_broken_feed(feed: Feed, ear: Ear) -> None:
    ear.forgotten.clear()
    time.sleep(3.5)
    assert feed.is_up
    assert not ear.forgotten.is_set()


@pytest.fixture
def bob(iam: Iam, directory: Any, do: Do) -> Caller:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    until_kept(iam, caller)
    return caller


def until_kept(iam: Iam, caller: Caller) -> None:
    """Calls until the caller's policies are kept."""
    for _ in range(100):
        iam.can(caller, "list_users")
        if len(iam._graph._kept) >= 2:
            return
        time.sleep(0.01)
    raise AssertionError("nothing is kept")


def test_changes_of_another_process_hold_without_another_word(iam: Iam, bob: Caller, directory: Any) -> None:
    other = ldap3.Connection(
        ldap3.Server(directory.server.ldapi_uri, get_info=ldap3.NONE),
        authentication=ldap3.SASL,
        sasl_mechanism="EXTERNAL",
        sasl_credentials="",
        auto_bind=True,
    )
    for round_number in range(100):
        joins = round_number % 2 == 0
        other.modify(ADMIN, {"member": [(ldap3.MODIFY_ADD if joins else ldap3.MODIFY_DELETE, [BOB])]})
        assert other.result["result"] == 0
        acknowledged = time.perf_counter()
        while iam.can(bob, "list_users") is not joins:
            assert time.perf_counter() - acknowledged < 5


def test_own_writes_hold_at_once(iam: Iam, bob: Caller, do: Do) -> None:
    for _ in range(100):
        do("add_user_to_group", group_name="admin", user_name="bob")
        assert iam.can(bob, "list_users")
        do("remove_user_from_group", group_name="admin", user_name="bob")
        assert not iam.can(bob, "list_users")


def test_every_kind_of_change_reaches_a_kept_principal(iam: Iam, bob: Caller, do: Do, directory: Any) -> None:
    other = open_iam(directory.settings)
    root = sign_in(other, directory.account_id, None, directory.root_password)

    def elsewhere(operation: str, **params: Any) -> None:
        other.execute(root, operation, params)
        time.sleep(0.05)

    document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:List*","Resource":"*"}}'
    nothing = document.replace("List", "Nothing")
    arn = "arn:aws:iam::123456789012:policy/p"
    elsewhere("create_policy", policy_name="p", policy_document=document)
    elsewhere("attach_user_policy", user_name="bob", policy_arn=arn)
    assert iam.can(bob, "list_users")
    elsewhere("create_policy_version", policy_arn=arn, policy_document=nothing, set_as_default=True)
    assert not iam.can(bob, "list_users")
    elsewhere("put_user_policy", user_name="bob", policy_name="q", policy_document=document)
    assert iam.can(bob, "list_users")
    elsewhere("put_user_permissions_boundary", user_name="bob", permissions_boundary=arn)
    assert not iam.can(bob, "list_users")
    elsewhere("set_default_policy_version", policy_arn=arn, version_id="v1")
    assert iam.can(bob, "list_users")
    elsewhere("update_user", user_name="bob", new_user_name="rob")
    assert not iam.can(bob, "list_users")
    other.close()


def test_while_the_feed_is_down_nothing_that_was_kept_is_trusted(iam: Iam, bob: Caller, do: Do, directory: Any) -> None:
    do("add_user_to_group", group_name="admin", user_name="bob")
    assert iam.execute(bob, "list_users")
    directory.server.stop()
    with pytest.raises(ServiceUnavailable):
        iam.execute(bob, "list_users")
    directory.server.start()
    directory.ldap("ldapmodify", stdin=f"dn: {ADMIN}\ndelete: member\nmember: {BOB}\n")
    with pytest.raises(AccessDenied):
        iam.execute(bob, "list_users")
