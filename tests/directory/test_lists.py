"""Pages of lists, while others create and delete."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapter import Caller, Iam, open_iam
from adapter.ldap import Noun, Store
from adapter.ldap.rosters import Rosters
from tests.directory.conftest import Do, sign_in


def walk(iam: Iam, caller: Caller, size: int) -> list[str]:
    names: list[str] = []
    params: dict[str, Any] = {"max_items": size}
    while True:
        answer = iam.execute(caller, "list_users", params)
        names += [user["user_name"] for user in answer["users"]]
        if not answer["is_truncated"]:
            return names
        assert len(answer["users"]) == size
        params["marker"] = answer["marker"]


def add_people(directory: Any, count: int) -> list[str]:
    names = [f"user{n:04}" for n in range(count)]
    ldif = "".join(
        f"dn: uid={n},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {n}\ncn: {n}\nsn: {n}\n\n"
        for n in names
    )
    directory.ldap("ldapadd", stdin=ldif)
    return names


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_pages_of_any_size_are_the_whole_list(iam: Iam, root: Caller, directory: Any, size: int) -> None:
    names = add_people(directory, 50)
    assert walk(iam, root, size) == names


def test_a_page_of_very_many_has_everybody_once(iam: Iam, root: Caller, directory: Any) -> None:
    names = add_people(directory, 450)
    twice = f"dn: uid={names[0]},ou=people,{directory.suffix}\nadd: uid\nuid: {names[449]}x\n"
    directory.ldap("ldapmodify", stdin=twice)
    assert walk(iam, root, 1000) == names


def test_what_others_create_delete_and_rename_shows_in_the_next_list(iam: Iam, root: Caller, directory: Any) -> None:
    add_people(directory, 5)
    other = open_iam(directory.settings)
    walk(iam, root, 2)
    elsewhere = sign_in(other, directory.account_id, None, directory.root_password)
    other.execute(elsewhere, "create_user", {"user_name": "anna"})
    other.execute(elsewhere, "delete_user", {"user_name": "user0001"})
    other.execute(elsewhere, "update_user", {"user_name": "user0002", "new_user_name": "zoe"})
    other.close()
    expected = ["anna", "user0000", "user0003", "user0004", "zoe"]
    for _ in range(200):
        if walk(iam, root, 2) == expected:
            break
    assert walk(iam, root, 2) == expected


def test_own_changes_show_at_once(iam: Iam, root: Caller, do: Do) -> None:
    for number in range(30):
        do("create_user", user_name=f"u{number:02}")
        assert walk(iam, root, 1000)[-1] == f"u{number:02}"
    do("update_user", user_name="u29", new_user_name="v")
    assert walk(iam, root, 4)[-2:] == ["u28", "v"]
    do("delete_user", user_name="v")
    assert walk(iam, root, 4)[-1] == "u28"


def test_what_is_no_person_is_not_listed(iam: Iam, root: Caller, directory: Any) -> None:
    add_people(directory, 2)
    walk(iam, root, 1)
    classes = "objectClass: organizationalUnit\nobjectClass: uidObject\n"
    unit = f"dn: ou=contractors,ou=people,dc=example,dc=org\n{classes}uid: x\n"
    directory.ldap("ldapadd", stdin=unit)
    assert walk(iam, root, 1) == ["user0000", "user0001"]


def test_a_list_read_while_others_write_misses_nobody_who_stays_and_shows_nobody_twice(
    iam: Iam, root: Caller, directory: Any
) -> None:
    staying = add_people(directory, 400)
    stop = threading.Event()

    def churn(name: str) -> None:
        other = open_iam(directory.settings)
        caller = sign_in(other, directory.account_id, None, directory.root_password)
        while not stop.is_set():
            other.execute(caller, "create_user", {"user_name": name})
            other.execute(caller, "delete_user", {"user_name": name})
        other.close()

    threads = [threading.Thread(target=churn, args=(f"user{n:04}x",)) for n in (3, 200, 399)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            seen = walk(iam, root, 7)
            assert len(seen) == len(set(seen))
            assert set(staying) <= set(seen)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_list_works_while_the_feed_is_down(iam: Iam, root: Caller, directory: Any) -> None:
    names = add_people(directory, 20)
    walk(iam, root, 7)
    directory.server.stop()
    directory.server.start()
    assert walk(iam, root, 7) == names


@pytest.fixture
def names_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of which kinds of things all names were read, in order."""
    read: list[str] = []
    names = Store.names

    def noted(store: Store, noun: Noun[Any], *arguments: Any) -> list[str]:
        found = names(store, noun, *arguments)
        read.append(noun.label)
        return found

    monkeypatch.setattr(Store, "names", noted)
    return read


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def server(directory: Any, names_read: list[str]) -> Iterator[Iam]:
    """A door as a server opens it, which has read what it reads ahead."""
    opened = open_iam(directory.settings)
    opened.start()
    until(lambda: names_read == ["user", "group"])
    yield opened
    opened.close()


def test_a_server_has_read_the_names_before_anybody_asks_for_a_list(
    server: Iam, directory: Any, names_read: list[str]
) -> None:
    caller = sign_in(server, directory.account_id, None, directory.root_password)
    names = add_people(directory, 20)
    assert walk(server, caller, 7) == names
    assert names_read == ["user", "group"]


def test_names_are_read_again_when_the_directory_is_back(server: Iam, directory: Any, names_read: list[str]) -> None:
    caller = sign_in(server, directory.account_id, None, directory.root_password)
    directory.server.stop()
    directory.server.start()
    until(lambda: names_read == ["user", "group"] * 2)
    names = add_people(directory, 20)
    assert walk(server, caller, 7) == names
    assert names_read == ["user", "group"] * 2


def test_those_who_ask_while_names_are_being_read_wait_for_them() -> None:
    started, read_on = threading.Event(), threading.Event()
    rosters = Rosters()
    readings: list[int] = []

    def read() -> list[str]:
        readings.append(1)
        started.set()
        read_on.wait()
        return ["anna", "bob"]

    found: list[list[str]] = []
    askers = [
        threading.Thread(target=lambda: found.append(rosters.of("user", "ou=people", "uid", read).after(None, 2)))
        for _ in range(3)
    ]
    for asker in askers:
        asker.start()
    started.wait()
    read_on.set()
    for asker in askers:
        asker.join()
    assert found == [["anna", "bob"]] * 3
    assert readings == [1]
