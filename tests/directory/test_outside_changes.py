"""Changes that others make with LDAP tools: written down once, with who, where and what, and never a value."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from adapter import Iam, open_iam
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.following import followers

SUFFIX = "dc=example,dc=org"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
BOB, EVE = f"uid=bob,{PEOPLE}", f"uid=eve,{PEOPLE}"
ADAPTER = f"cn=adapter,ou=iam,{SUFFIX}"
PASSWORD, NEW = "A-password-of-bob-1", "Another-password-of-bob-2"
EVENT = "bindery:OutsideChange"
PERSON = f"dn: {EVE}\nobjectClass: inetOrgPerson\nuid: eve\ncn: Eve\nsn: Stone\nmail: eve@example.org\n"
Event = dict[str, Any]
Lines = list[tuple[str, str, tuple[str, ...]]]


@pytest.fixture(autouse=True)
def following(directory: Directory, iam: Iam) -> None:
    """The server's own process has begun to follow."""
    iam.start()
    wait_until_following(directory)


def wait_until_following(directory: Directory) -> None:
    """Waits until a change is told: those that were made before somebody followed for the first time are not."""
    keep = f"cn=.keep,ou=roles,ou=iam,{SUFFIX}"

    def is_told() -> bool:
        change(directory, keep, "replace: description", f"description: {time.monotonic()}")
        return any(event["params"]["dn"] == keep for event in events(directory))

    wait_for(is_told)


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def events(directory: Directory) -> list[Event]:
    path = directory.data / "audit.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [event for event in map(json.loads, lines) if event["event"] == EVENT]


def told(directory: Directory, dn: str, count: int = 1) -> Lines:
    """What is written down of an entry: the kind of change, who made it, which attributes; once there is that much."""

    def found() -> list[Event]:
        return [event for event in events(directory) if event["params"]["dn"].casefold() == dn.casefold()]

    wait_for(lambda: len(found()) >= count)
    return [(each["params"]["change"], each["actor"], tuple(each["params"]["attributes"])) for each in found()]


def change(directory: Directory, dn: str, *lines: str) -> None:
    directory.ldap("ldapmodify", stdin="\n".join((f"dn: {dn}", "changetype: modify", *lines, "")))


def everything_is_told(directory: Directory) -> None:
    """Waits until a change made now is written down, and so all before it."""
    name = f"mark{time.monotonic_ns()}"
    mark = f"cn={name},{GROUPS}"
    directory.ldap("ldapadd", stdin=f"dn: {mark}\nobjectClass: groupOfNames\ncn: {name}\n")
    told(directory, mark)


def test_an_entry_s_life_is_told_with_the_names_of_attributes(directory: Directory) -> None:
    directory.ldap("ldapadd", stdin=PERSON)
    ((kind, by, attributes),) = told(directory, EVE)
    assert (kind, by) == ("added", ADAPTER)
    assert {"cn", "mail", "sn", "uid"} <= set(attributes)
    change(directory, EVE, "replace: mail", "mail: e@example.org", "-", "add: displayName", "displayName: Eve Stone")
    assert told(directory, EVE, 2)[1] == ("modified", ADAPTER, ("displayName", "mail"))
    directory.ldap("ldapdelete", EVE)
    assert told(directory, EVE, 3)[2] == ("deleted", "unknown", ())


def test_a_new_name_is_told_with_the_former_one(directory: Directory) -> None:
    directory.ldap("ldapadd", stdin=PERSON)
    told(directory, EVE)
    directory.ldap("ldapmodrdn", "-r", EVE, "uid=evelyn")
    new = f"uid=evelyn,{PEOPLE}"
    assert told(directory, new)[0][0] == "renamed"
    (event,) = [event for event in events(directory) if event["params"]["dn"] == new]
    assert event["params"]["former_dn"] == EVE


def test_a_group_s_members_are_told_as_such(directory: Directory) -> None:
    change(directory, f"cn=admin,{GROUPS}", "add: member", f"member: {EVE}")
    assert told(directory, f"cn=admin,{GROUPS}") == [("modified", ADAPTER, ("member",))]


def test_no_value_stands_in_the_trail(directory: Directory) -> None:
    directory.ldap("ldapadd", stdin=PERSON + "mobile: +49 555 1234\nuserPassword: A-very-secret-word-1\n")
    told(directory, EVE)
    everything_is_told(directory)
    for file in directory.data.glob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert not any(word in content for word in (b"A-very-secret-word-1", b"+49 555 1234", b"eve@example.org")), file


def test_who_changes_the_own_password_with_a_tool_is_named(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)
    everything_is_told(directory)
    time_of_change = len(events(directory))
    directory.ldap_as("bob", PASSWORD, "ldappasswd", "-a", PASSWORD, "-s", NEW)
    wait_for(lambda: len(events(directory)) > time_of_change)
    assert told(directory, BOB) == [("modified", BOB, ("userPassword",))]


def test_what_bindery_does_itself_is_no_outside_change(directory: Directory, do: Do, as_user: Any) -> None:
    do("update_account_password_policy", allow_users_to_change_password=True)
    do("create_user", user_name="bob")
    do("create_group", group_name="Developers")
    do("add_user_to_group", user_name="bob", group_name="Developers")
    do("update_user", user_name="bob", new_user_name="robert", email="r@example.org")
    made = do("create_service_specific_credential", user_name="robert", service_name="gitea")
    number = made["service_specific_credential"]["service_specific_credential_id"]
    do("delete_service_specific_credential", user_name="robert", service_specific_credential_id=number)
    do("remove_user_from_group", user_name="robert", group_name="Developers")
    do("delete_user", user_name="robert")
    as_user("joy")("change_password", old_password="Bindery-demo-1", new_password=NEW)
    everything_is_told(directory)
    names = {event["params"]["dn"] for event in events(directory)}
    assert all(name.startswith(("cn=mark", "cn=.keep,ou=roles")) for name in names), [
        event for event in events(directory) if "mark" not in event["params"]["dn"]
    ][1:]


def test_signing_in_is_no_change(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)
    for password in (PASSWORD, "Not-the-password-1"):
        directory.ldap_as("bob", password, "ldapwhoami", check=False)
    everything_is_told(directory)
    assert not [event for event in events(directory) if event["params"]["dn"] == BOB]


def test_a_change_is_told_though_slapd_has_put_its_own_name_on_the_entry(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=PASSWORD)
    everything_is_told(directory)
    change(directory, BOB, "replace: title", "title: Boss")
    directory.ldap_as("bob", PASSWORD, "ldapwhoami")
    ((kind, by, attributes),) = told(directory, BOB)
    assert (kind, attributes) == ("modified", ("title",))
    assert by in {ADAPTER, "unknown"}


def test_what_happens_while_nobody_follows_is_told_later(directory: Directory, iam: Iam) -> None:
    directory.ldap("ldapadd", stdin=PERSON)
    told(directory, EVE)
    iam.close()
    change(directory, EVE, "replace: mail", "mail: other@example.org")
    directory.ldap("ldapadd", stdin=PERSON.replace("eve", "adam"))
    directory.ldap("ldapdelete", f"cn=admin,{GROUPS}")
    again = open_iam(directory.settings)
    again.start()
    assert told(directory, EVE, 2)[1] == ("modified", ADAPTER, ("mail",))
    assert told(directory, f"uid=adam,{PEOPLE}")[0][0] == "added"
    assert told(directory, f"cn=admin,{GROUPS}")[0][0] == "deleted"
    again.close()


def test_after_a_restart_nothing_is_told_twice(directory: Directory, iam: Iam) -> None:
    directory.ldap("ldapadd", stdin=PERSON)
    told(directory, EVE)
    iam.close()
    again = open_iam(directory.settings)
    again.start()
    everything_is_told(directory)
    assert len(told(directory, EVE)) == 1
    again.close()


def test_after_a_crash_what_bindery_itself_puts_right_is_no_outside_change(directory: Directory) -> None:
    pid = directory.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not directory.server.is_running)
    directory.server.start()
    everything_is_told(directory)
    assert not [event for event in events(directory) if "ou=keys" in event["params"]["dn"]]


def test_it_goes_on_after_the_directory_was_away(directory: Directory) -> None:
    directory.server.stop()
    directory.server.start()
    directory.ldap("ldapadd", stdin=PERSON)
    assert told(directory, EVE)[0][0] == "added"


def test_of_several_processes_one_writes_each_line(directory: Directory) -> None:
    with followers(directory.settings, 3):
        directory.ldap("ldapadd", stdin=PERSON)
        told(directory, EVE)
        everything_is_told(directory)
        assert len(told(directory, EVE)) == 1


def test_another_process_takes_over_when_the_one_that_follows_is_killed(directory: Directory, iam: Iam) -> None:
    iam.close()
    with followers(directory.settings, 1) as (first,):
        directory.ldap("ldapadd", stdin=PERSON)
        told(directory, EVE)
        with followers(directory.settings, 1):
            first.kill()
            change(directory, EVE, "replace: mail", "mail: other@example.org")
            assert told(directory, EVE, 2)[1] == ("modified", ADAPTER, ("mail",))
            everything_is_told(directory)


def test_it_stands_in_the_event_history(directory: Directory, do: Do) -> None:
    directory.ldap("ldapadd", stdin=PERSON)
    told(directory, EVE)
    (event,) = do("lookup_events", event_name="OutsideChange", resource="uid=eve")["events"]
    assert (event["actor"], event["resources"], event["outcome"]) == (ADAPTER, [EVE], "ok")
    details = do("describe_event", event_id=event["event_id"])["event"]
    assert details["params"]["change"] == "added"
    assert details["follows"] is True


def test_applications_see_what_others_change_of_users_and_groups(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob", email="bob@example.org")
    do("create_group", group_name="Developers")
    do("create_service_specific_credential", user_name="bob", service_name="gitea")
    base = f"ou=gitea,ou=apps,ou=iam,{SUFFIX}"

    def shown(text: str) -> bool:
        return text in directory.ldap("ldapsearch", "-LLL", "-b", base, "(uid=*)", "mail", "memberOf", "uid").stdout

    everything_is_told(directory)
    change(directory, BOB, "replace: mail", "mail: b@example.org")
    wait_for(lambda: shown("mail: b@example.org"))
    change(directory, f"cn=Developers,{GROUPS}", "add: member", f"member: {BOB}")
    wait_for(lambda: shown("memberOf: cn=developers"))
    change(directory, f"cn=Developers,{GROUPS}", "delete: member", f"member: {BOB}")
    wait_for(lambda: not shown("memberOf"))
