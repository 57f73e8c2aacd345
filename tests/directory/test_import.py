"""Importing people, groups and memberships: preview, result file, resuming, and what files do to it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter.cli import cli
from adapter.installation.accounts import create_account
from tests.conftest import Directory
from tests.directory.conftest import Do

PEOPLE = (
    "user_name,display_name,email,mobile_phone,remarks,path\r\n"
    'anna,"Berg, Anna",anna@example.org,\'+49 123,Likes tea,/design/\r\n'
    "wei,王伟,wei@example.org,,,\r\n"
    "zoë,Zoë,,,,\r\n"
    "bruno,Bruno,,,,\r\n"
)
GROUPS = "group_name;display_name;remarks\nwriters;Those who write;\nreaders;;They read\n"
MEMBERSHIPS = "group_name,user_name\nwriters,anna\nwriters,wei\nreaders,nobody-known\n"
LDIF = """version: 1

# people
dn: ou=people,o=old
objectClass: organizationalUnit
ou: people

dn: uid=anna,ou=people,o=old
objectClass: inetOrgPerson
uid: anna
cn: Anna Berg
sn: Berg
mail: anna@example.org
mobile: +49 123
userPassword:: e1NTSEF9eHh4

dn: cn=Wei\\, 王,ou=people,o=old
objectClass: inetOrgPerson
uid: wei
cn:: 546L5Lyf
sn: Wei

dn: cn=writers,ou=groups,o=old
objectClass: groupOfNames
cn: writers
description: Those who
  write
member: uid=anna,ou=people,o=old
member: CN=wei\\2c 王, ou=people,o=old
member: cn=gone,ou=people,o=old

dn: cn=unix,ou=groups,o=old
objectClass: posixGroup
cn: unix
gidNumber: 5000
memberUid: anna

dn: cn=uniques,ou=groups,o=old
objectClass: groupOfUniqueNames
cn: uniques
uniqueMember: uid=anna,ou=people,o=old
"""

Run = Callable[..., Result]


@pytest.fixture
def run(directory: Directory, tmp_path: Path) -> Run:
    """`bindery import` of a text."""

    def imported(name: str, text: str | bytes, *options: str) -> Result:
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(cli, ["import", str(file), "--data", str(directory.data), *options])

    return imported


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))[1:]


def names(do: Do) -> set[str]:
    return {user["user_name"] for user in do("list_users")["users"]}


def members(do: Do, group: str) -> set[str]:
    return {user["user_name"] for user in do("get_group", group_name=group)["users"]}


def test_a_preview_counts_and_changes_nothing(run: Run, do: Do) -> None:
    do("create_user", user_name="anna")
    result = run("people.csv", PEOPLE)
    assert result.exit_code == 3
    assert "2 people to import, 1 are there" in result.output
    assert "line 4: zoë: " in result.output
    assert "Nothing has been changed" in result.output
    assert names(do) == {"anna"}


def test_people_are_made_with_their_details(run: Run, do: Do) -> None:
    assert run("people.csv", PEOPLE, "--apply", "--yes").exit_code == 3
    anna = do("get_user", user_name="anna")["user"]
    details = {"display_name": "Berg, Anna", "email": "anna@example.org", "mobile_phone": "+49 123"}
    assert anna | details | {"remarks": "Likes tea", "path": "/design/"} == anna
    assert do("get_user", user_name="wei")["user"]["display_name"] == "王伟"


def test_the_result_file_tells_of_each_line(run: Run, do: Do, tmp_path: Path) -> None:
    do("create_user", user_name="bruno")
    run("people.csv", PEOPLE, "--apply", "--yes")
    told = {row["name"]: (row["line"], row["kind"], row["outcome"]) for row in rows(tmp_path / "people.csv.result.csv")}
    assert told == {
        "zoë": ("4", "", "failed"),
        "anna": ("2", "person", "created"),
        "wei": ("3", "person", "created"),
        "bruno": ("5", "person", "exists"),
    }


def test_groups_and_memberships_follow(run: Run, do: Do, tmp_path: Path) -> None:
    run("people.csv", PEOPLE, "--apply", "--yes")
    assert run("groups.csv", GROUPS, "--apply", "--yes").exit_code == 0
    assert run("memberships.csv", MEMBERSHIPS, "--apply", "--yes").exit_code == 3
    assert members(do, "writers") == {"anna", "wei"}
    failed = [row for row in rows(tmp_path / "memberships.csv.result.csv") if row["outcome"] == "failed"]
    assert [(row["name"], "cannot be found" in row["message"]) for row in failed] == [("readers/nobody-known", True)]


def test_what_is_there_stays_as_it_is_unless_it_is_to_be_updated(run: Run, do: Do) -> None:
    do("create_user", user_name="wei", display_name="As it was")
    run("people.csv", PEOPLE, "--apply", "--yes")
    assert do("get_user", user_name="wei")["user"]["display_name"] == "As it was"
    assert (
        "1 updated"
        in run("again.csv", "user_name,display_name,path\nwei,New,/a/\n", "--apply", "--yes", "--update").output
    )
    wei = do("get_user", user_name="wei")["user"]
    assert (wei["display_name"], wei["path"]) == ("New", "/a/")


def test_everything_of_another_directory_s_ldif_is_taken(run: Run, do: Do) -> None:
    result = run("old.ldif", LDIF, "--apply", "--yes")
    assert result.exit_code == 3
    assert "line 23: writers/cn=gone,ou=people,o=old: the member is nobody of this file" in result.output
    assert "1 passwords are not taken over" in result.output
    assert do("get_user", user_name="anna")["user"]["display_name"] == "Anna Berg"
    assert do("get_user", user_name="wei")["user"]["display_name"] == "王伟"
    assert members(do, "writers") == {"anna", "wei"}
    assert members(do, "unix") == members(do, "uniques") == {"anna"}


def test_only_the_kinds_that_are_named_are_taken(run: Run, do: Do) -> None:
    run("old.ldif", LDIF, "--people", "--apply", "--yes")
    assert names(do) == {"anna", "wei"}
    assert [group["group_name"] for group in do("list_groups")["groups"]] == ["admin"]


def test_it_is_repeated_without_harm(run: Run, do: Do) -> None:
    run("old.ldif", LDIF, "--apply", "--yes")
    again = run("old.ldif", LDIF, "--apply", "--yes", "--json")
    assert json.loads(again.stdout)["outcomes"]["created"] == 0
    assert names(do) == {"anna", "wei"}


def test_who_is_a_member_already_is_neither_announced_nor_counted_as_new(run: Run) -> None:
    run("old.ldif", LDIF, "--apply", "--yes")
    table = "group_name,user_name\nwriters,anna\nnewcomers,anna\n"
    found = json.loads(run("members.csv", table, "--json").stdout)
    assert (found["new"]["memberships"], found["there"]["memberships"]) == (1, 1)
    done = json.loads(run("members.csv", table, "--apply", "--yes", "--json").stdout)
    assert (done["outcomes"]["exists"], done["outcomes"]["created"]) == (1, 0)


def test_an_operator_s_import_stands_in_the_event_history(run: Run, do: Do) -> None:
    run("people.csv", PEOPLE, "--apply", "--yes")
    events = do("lookup_events", event_name="iam:CreateUser")["events"]
    assert {event["resources"][0].rpartition("/")[2] for event in events} >= {"anna", "wei", "bruno"}


def of_many(directory: Directory, folder: Path, count: int) -> tuple[Path, list[str]]:
    """A file of so many people: where its results will stand, and the program that imports it."""
    file = folder / "many.csv"
    file.write_text("user_name\n" + "".join(f"person{number}\n" for number in range(count)))
    options = ["--data", str(directory.data), "--apply", "--yes"]
    return folder / "many.csv.result.csv", [sys.executable, "-m", "adapter.cli", "import", str(file), *options]


def test_it_goes_on_where_it_was_killed(directory: Directory, do: Do, tmp_path: Path) -> None:
    result, program = of_many(directory, tmp_path, 400)
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: result.exists() and result.read_bytes().count(b"created") > 20)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    before = len(rows(result))
    assert 20 < before < 400
    with result.open("a") as stream:
        stream.write("77,person,cut o")
    done = subprocess.run([*program, "--json"], capture_output=True, text=True, check=True)
    outcomes = json.loads(done.stdout)["outcomes"]
    assert outcomes["done_before"] >= before - 1
    assert outcomes["created"] + outcomes["exists"] + outcomes["done_before"] == 400
    assert sorted(row["name"] for row in rows(result)) == sorted(f"person{number}" for number in range(400))
    assert do("search_users")["total"] == 400


def test_ctrl_c_is_an_interruption_and_no_failure(directory: Directory, tmp_path: Path) -> None:
    result, program = of_many(directory, tmp_path, 2000)
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: result.exists() and result.read_bytes().count(b"created") > 20)
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run it again to go on" in words
    assert "Traceback" not in words


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_result_of_another_file_is_not_gone_on_with(run: Run, tmp_path: Path) -> None:
    result = str(tmp_path / "result.csv")
    run("people.csv", PEOPLE, "--apply", "--yes", "--result", result)
    again = run("groups.csv", GROUPS, "--apply", "--yes", "--result", result)
    assert (again.exit_code, "no result of this file" in again.output) == (1, True)


def test_a_file_that_is_no_result_is_left_alone(run: Run, tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("my thesis\n")
    again = run("groups.csv", GROUPS, "--apply", "--yes", "--result", str(precious))
    assert (again.exit_code, precious.read_text()) == (1, "my thesis\n")


def test_no_answer_is_no(run: Run, do: Do) -> None:
    assert run("people.csv", PEOPLE, "--apply").exit_code == 1
    assert names(do) == set()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "The file is empty"),
        ("a.csv", "first,last\n", "The first line has to name the columns"),
        ("a.csv", "user_name,shoe_size\n", "The columns of a person are"),
        ("a.csv", "user_name,user_name\n", "each at most once"),
        ("a.csv", b"user_name\n\xff\n", "not text in UTF-8"),
        ("a.csv", "user_name\nbob\0\n", "no text file"),
        ("a.csv", 'user_name\n"bob\n', "line 2"),
        ("a.csv", f"user_name\n{'x' * 10_001}\n", "more than 10,000 characters"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_as_a_whole(run: Run, name: str, text: Any, words: str) -> None:
    result = run(name, text)
    assert (result.exit_code, words in result.output) == (1, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dn: uid=a,o=b\nnonsense\n", "line 1: : the entry can't be read"),
        ("objectClass: inetOrgPerson\n", "the entry can't be read"),
        ("dn: uid=a,o=b\njpegPhoto:< file:///etc/shadow\n", "refers to a file"),
        ("dn: uid=a,o=b\nchangetype: delete\n", "a change and not an entry"),
        ("dn: uid=a b,o=b\nobjectClass: person\nuid: a b\n", "line 1: a b: "),
    ],
)
def test_an_entry_that_can_not_be_read_is_left_out_alone(run: Run, do: Do, text: str, words: str) -> None:
    good = "\ndn: uid=good,o=b\nobjectClass: inetOrgPerson\nuid: good\n"
    result = run("a.ldif", f"{text}{good}", "--apply", "--yes")
    assert (result.exit_code, words in result.output) == (3, True)
    assert names(do) == {"good"}


def test_a_row_with_too_few_cells_is_left_out_alone(run: Run, do: Do) -> None:
    assert "1 cells in place of 2" in run("a.csv", "user_name,email\nbob\nann,\n", "--apply", "--yes").output
    assert names(do) == {"ann"}


def test_a_further_account_is_filled_by_its_number(run: Run, do: Do, directory: Directory) -> None:
    create_account(directory.settings, email="root@workshop.example", account_id="210987654321")
    assert run("people.csv", "user_name\nkim\n", "--apply", "--yes", "--account", "210987654321").exit_code == 0
    assert names(do) == set()
    dn = "uid=kim,ou=people,o=210987654321,dc=example,dc=org"
    assert "uid: kim" in directory.ldap("ldapsearch", "-LLL", "-b", dn, "-s", "base").stdout


def test_two_imports_of_one_file_do_not_mix(run: Run, directory: Directory, tmp_path: Path) -> None:
    result, program = of_many(directory, tmp_path, 2000)
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: result.exists() and result.read_bytes().count(b"created") > 2)
        os.kill(process.pid, signal.SIGSTOP)
        second = subprocess.run(program, capture_output=True, text=True, check=False)
        process.kill()
    assert (second.returncode, "Another import is writing" in second.stderr) == (1, True)
