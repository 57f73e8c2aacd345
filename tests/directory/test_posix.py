"""Users and groups on Unix systems: numbers that are given once, and what LDAP programs of such systems look for."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapter import Iam
from adapter.errors import InvalidInput, NoSuchEntity
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.directory.test_races import race

SUFFIX = "dc=example,dc=org"
PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
RACERS = 8


def found(directory: Directory, base: str, condition: str, *attributes: str) -> list[dict[str, list[str]]]:
    text = directory.ldap("ldapsearch", "-LLL", "-b", base, condition, *attributes).stdout
    entries: list[dict[str, list[str]]] = []
    for block in filter(None, text.split("\n\n")):
        entry: dict[str, list[str]] = {}
        for line in block.splitlines():
            name, _, value = line.partition(": ")
            entry.setdefault(name, []).append(value)
        entries.append(entry)
    return entries


def numbers(directory: Directory) -> list[int]:
    """Every number that a user has, and every one of a group."""
    users = [int(each["uidNumber"][0]) for each in found(directory, PEOPLE, "(uidNumber=*)", "uidNumber")]
    return users + [int(each["gidNumber"][0]) for each in found(directory, GROUPS, "(gidNumber=*)", "gidNumber")]


def settings(do: Do) -> dict[str, Any]:
    return dict(do("get_posix_settings")["posix_settings"])


def wait_until_all_have_one(do: Do) -> None:
    deadline = time.monotonic() + 60
    while (now := settings(do))["numbered_users"] < now["users"] or now["numbered_groups"] < now["groups"]:
        assert time.monotonic() < deadline, now


def test_nobody_gets_a_number_unless_the_account_wants_it(directory: Directory, do: Do) -> None:
    do("create_user", user_name="bob")
    assert settings(do)["enabled"] is False
    assert numbers(directory) == []
    with pytest.raises(NoSuchEntity):
        do("assign_posix_numbers")


def test_a_new_user_is_a_posix_account_with_the_account_s_home_and_shell(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True, home_directory="/srv/home/%u", login_shell="/bin/sh")
    do("create_user", user_name="bob")
    (bob,) = found(directory, PEOPLE, "(&(objectClass=posixAccount)(uid=bob))")
    (group,) = found(directory, GROUPS, "(&(objectClass=posixGroup)(cn=posix-users))")
    assert {"inetOrgPerson", "posixAccount", "shadowAccount"} <= set(bob["objectClass"])
    assert (bob["homeDirectory"], bob["loginShell"]) == (["/srv/home/bob"], ["/bin/sh"])
    assert bob["gidNumber"] == group["gidNumber"]
    assert int(bob["uidNumber"][0]) >= 10_000


def test_who_is_there_already_gets_numbers_too(directory: Directory, do: Do) -> None:
    for number in range(5):
        do("create_user", user_name=f"user{number}")
    do("update_posix_settings", enabled=True)
    wait_until_all_have_one(do)
    given = numbers(directory)
    assert len(set(given)) == len(given) == 5 + 2


def test_groups_are_posix_groups_with_their_members(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True)
    do("create_user", user_name="bob")
    do("create_group", group_name="Developers")
    do("add_user_to_group", group_name="Developers", user_name="bob")
    (group,) = found(directory, GROUPS, "(&(objectClass=posixGroup)(cn=Developers))")
    assert group["member"] == [f"uid=bob,{PEOPLE}"]
    assert {"groupOfNames", "posixGroup"} <= set(group["objectClass"])


def test_of_users_made_at_once_no_two_have_one_number(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True)
    made = [("create_user", {"user_name": f"user{number}"}) for number in range(RACERS)]
    assert race(directory, made) == {"ok": RACERS}
    given = numbers(directory)
    assert len(set(given)) == len(given) == RACERS + 2


def test_switched_on_by_several_at_once_everybody_gets_one_number(directory: Directory, do: Do) -> None:
    for number in range(RACERS):
        do("create_user", user_name=f"user{number}")
    do("update_posix_settings", enabled=True)
    race(directory, [("assign_posix_numbers", {})] * 4)
    wait_until_all_have_one(do)
    given = numbers(directory)
    assert len(set(given)) == len(given) == RACERS + 2


def test_a_number_that_another_tool_has_given_is_passed_over(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True, first_number=20_000)
    taken = settings(do)["next_number"] + 1
    directory.ldap(
        "ldapadd",
        stdin=f"dn: uid=eve,{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: eve\ncn: e\nsn: e\n"
        f"uidNumber: {taken}\ngidNumber: {taken}\nhomeDirectory: /home/eve\n",
    )
    for name in ("bob", "joy", "ray"):
        do("create_user", user_name=name)
    given = numbers(directory)
    assert len(set(given)) == len(given)


def test_numbers_do_not_begin_where_some_have_been_given(do: Do, directory: Directory) -> None:
    do("update_posix_settings", enabled=True, first_number=20_000)
    do("create_user", user_name="bob")
    with pytest.raises(InvalidInput, match="have been given already"):
        do("update_posix_settings", enabled=True, first_number=15_000)


def test_switched_off_nothing_is_taken_away_and_nothing_is_given(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True)
    do("create_user", user_name="bob")
    wait_until_all_have_one(do)
    before = numbers(directory)
    do("update_posix_settings", enabled=False)
    do("create_user", user_name="joy")
    assert numbers(directory) == before
    do("update_posix_settings", enabled=True)
    wait_until_all_have_one(do)
    assert set(before) < set(numbers(directory))


def test_home_and_shell_of_one_user_are_changed(directory: Directory, do: Do) -> None:
    do("create_user", user_name="joy")
    with pytest.raises(NoSuchEntity):
        do("update_posix_user", user_name="joy", login_shell="/bin/zsh")
    do("update_posix_settings", enabled=True)
    do("create_user", user_name="bob")
    do("update_posix_user", user_name="bob", home_directory="/data/bob", login_shell="/bin/zsh")
    (bob,) = found(directory, PEOPLE, "(uid=bob)", "homeDirectory", "loginShell")
    assert (bob["homeDirectory"], bob["loginShell"]) == (["/data/bob"], ["/bin/zsh"])


def test_a_renamed_user_keeps_number_and_home(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True)
    do("create_user", user_name="bob")
    (before,) = found(directory, PEOPLE, "(uid=bob)", "uidNumber", "homeDirectory")
    do("update_user", user_name="bob", new_user_name="robert")
    (after,) = found(directory, PEOPLE, "(uid=robert)", "uidNumber", "homeDirectory")
    assert (after["uidNumber"], after["homeDirectory"]) == (before["uidNumber"], before["homeDirectory"])


def test_everybody_who_signs_in_may_read_numbers_and_nobody_else(directory: Directory, do: Do) -> None:
    do("update_posix_settings", enabled=True)
    for name in ("bob", "joy"):
        do("create_user", user_name=name)
    do("create_login_profile", user_name="joy", password="A-password-of-joy-1")
    reading = ("ldapsearch", "-LLL", "-b", f"uid=bob,{PEOPLE}")
    seen = directory.ldap_as("joy", "A-password-of-joy-1", *reading).stdout
    assert "uidNumber: " in seen
    assert "homeDirectory: /home/bob" in seen
    assert directory.ldap(*reading, "-x", check=False).stdout == ""


@pytest.mark.parametrize("path", ["home", "/ho me", "/h:x", "", "/" + "x" * 255])
def test_what_can_not_be_a_path_is_refused(do: Do, path: str, iam: Iam) -> None:
    with pytest.raises(Exception, match="home"):
        do("update_posix_settings", enabled=True, home_directory=path)
    assert settings(do)["enabled"] is False
