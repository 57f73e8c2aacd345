"""`bindery doctor --sweep`: what LDAP tools left behind is found, and mended where there is one right way to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adapter.cli import cli
from adapter.server.process import answers
from tests.conftest import Directory
from tests.directory.conftest import Do
from tests.ports import free_port

SUFFIX = "dc=example,dc=org"
PEOPLE, GROUPS, IAM = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}", f"ou=iam,{SUFFIX}"
BOB = f"uid=bob,{PEOPLE}"
Row = tuple[str, str]


@pytest.fixture(autouse=True)
def bob(do: Do) -> None:
    do("create_user", user_name="bob", email="bob@example.org")


def run(directory: Directory, *options: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", "--data", str(directory.data), "--sweep", *options])


def found(directory: Directory, *options: str) -> set[Row]:
    """The kinds of problems and the entries that have them."""
    return {(each["kind"], each["dn"]) for each in rows(directory, *options)}


def rows(directory: Directory, *options: str) -> list[dict[str, Any]]:
    result = run(directory, "--json", *options)
    assert result.stdout.startswith("["), (result.output, result.exception)
    return list(json.loads(result.stdout))


def mended(directory: Directory) -> None:
    """Mends, and finds nothing more."""
    assert {each["outcome"] for each in rows(directory, "--mend")} == {"mended"}
    assert found(directory) == set()


def change(directory: Directory, dn: str, *lines: str) -> None:
    directory.ldap("ldapmodify", stdin="\n".join((f"dn: {dn}", "changetype: modify", *lines, "")))


def dump(directory: Directory) -> str:
    return directory.ldap("ldapsearch", "-LLL", "-b", SUFFIX, "*", "entryCSN").stdout


def test_in_a_directory_that_is_in_order_there_is_nothing(directory: Directory, do: Do) -> None:
    do("create_access_key", user_name="bob")
    do("create_service_specific_credential", user_name="bob", service_name="gitea")
    result = run(directory)
    assert (result.exit_code, result.output.strip()) == (0, "Nothing to mend.")


def test_without_mend_nothing_is_changed(directory: Directory, do: Do) -> None:
    do("create_access_key", user_name="bob")
    change(directory, f"cn=admin,{GROUPS}", "add: member", f"member: uid=gone,{PEOPLE}")
    directory.ldap("ldapdelete", BOB)
    before = dump(directory)
    assert run(directory).exit_code == 1
    assert dump(directory) == before


def test_members_who_are_gone_leave(directory: Directory) -> None:
    gone = f"uid=gone,{PEOPLE}"
    change(directory, f"cn=admin,{GROUPS}", "add: member", f"member: {gone}", f"member: {BOB}")
    assert found(directory) == {("dangling member", f"cn=admin,{GROUPS}")}
    mended(directory)
    group = directory.ldap("ldapsearch", "-LLL", "-b", f"cn=admin,{GROUPS}", "member").stdout
    assert f"member: {BOB}" in group
    assert gone not in group


def test_credentials_of_a_user_who_is_gone_go(directory: Directory, do: Do) -> None:
    key = do("create_access_key", user_name="bob")["access_key"]["access_key_id"]
    do("create_service_specific_credential", user_name="bob", service_name="gitea")
    do("create_bind_device", user_name="bob")
    directory.ldap("ldapdelete", BOB)
    kinds = found(directory)
    assert ("lost credential", f"iamAccessKeyId={key},ou=keys,{IAM}") in kinds
    assert {kind for kind, _ in kinds} == {"lost credential"}
    assert len(kinds) == 4
    mended(directory)


def test_credentials_of_a_user_whom_another_tool_renamed_follow(directory: Directory, do: Do) -> None:
    do("create_access_key", user_name="bob")
    made = do("create_service_specific_credential", user_name="bob", service_name="gitea")
    password = made["service_specific_credential"]["service_password"]
    directory.ldap("ldapmodrdn", "-r", BOB, "uid=robert")
    assert {kind for kind, _ in found(directory)} == {"moved owner", "stale application"}
    mended(directory)
    (key,) = do("list_access_keys", user_name="robert")["access_key_metadata"]
    assert key["user_name"] == "robert"
    door = f"uid=robert,ou=gitea,ou=apps,{IAM}"
    assert directory.ldap_as(door, password, "ldapwhoami").returncode == 0


def test_a_policy_that_is_gone_is_detached_and_a_boundary_is_left_to_people(directory: Directory, do: Do) -> None:
    gone = f"cn=gone,ou=policies,{IAM}"
    change(directory, BOB, "add: iamAttachedPolicy", f"iamAttachedPolicy: {gone}")
    assert found(directory) == {("lost policy", BOB)}
    mended(directory)
    change(directory, BOB, "add: iamPermissionsBoundary", f"iamPermissionsBoundary: {gone}")
    assert found(directory, "--mend") == {("lost boundary", BOB)}
    assert run(directory, "--mend").exit_code == 1


def test_documents_that_can_not_be_read_are_told(directory: Directory, do: Do) -> None:
    change(directory, BOB, "add: iamInlinePolicy", 'iamInlinePolicy: broken {"Version": 3}')
    (row,) = rows(directory, "--mend")
    assert (row["kind"], row["dn"], row["can_be_mended"], row["outcome"]) == ("invalid document", BOB, False, "found")
    assert "inline policy broken" in row["message"]


def test_missing_numbers_are_given_where_the_account_gives_any(directory: Directory, do: Do) -> None:
    person = f"dn: uid=eve,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: eve\ncn: e\nsn: e\n"
    directory.ldap("ldapadd", stdin=person)
    assert found(directory) == set()
    do("update_posix_settings", enabled=True)
    mended_by_now = found(directory, "--mend")
    assert {kind for kind, _ in mended_by_now} <= {"missing number"}
    assert found(directory) == set()
    assert "uidNumber: " in directory.ldap("ldapsearch", "-LLL", "-b", f"uid=eve,{PEOPLE}", "uidNumber").stdout


def test_numbers_that_two_have_are_left_to_people(directory: Directory) -> None:
    for name in ("adam", "eve"):
        directory.ldap(
            "ldapadd",
            stdin=f"dn: uid={name},{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {name}\n"
            f"cn: e\nsn: e\nuidNumber: 12345\ngidNumber: 12345\nhomeDirectory: /home/{name}\n",
        )
    assert [(kind, dn.split(",")[0]) for kind, dn in found(directory, "--mend")] == [("duplicate number", "uid=eve")]


def test_a_device_that_is_gone_is_forgotten(directory: Directory) -> None:
    change(directory, BOB, "add: objectClass", "objectClass: oathTOTPUser", "-", "add: oathTOTPToken",
           f"oathTOTPToken: cn=gone,ou=bind-devices,{IAM}")  # fmt: skip
    assert found(directory) == {("lost device", BOB)}
    mended(directory)


def test_what_applications_see_is_renewed(directory: Directory, do: Do) -> None:
    do("create_service_specific_credential", user_name="bob", service_name="gitea")
    change(directory, BOB, "replace: mail", "mail: other@example.org")
    assert found(directory) == {("stale application", BOB)}
    mended(directory)
    seen = directory.ldap("ldapsearch", "-LLL", "-b", f"ou=gitea,ou=apps,{IAM}", "(uid=bob)", "mail").stdout
    assert "mail: other@example.org" in seen


def test_each_mending_stands_in_the_trail(directory: Directory) -> None:
    change(directory, f"cn=admin,{GROUPS}", "add: member", f"member: uid=gone,{PEOPLE}")
    run(directory, "--mend")
    lines = [json.loads(line) for line in (directory.data / "audit.jsonl").read_text().splitlines()]
    (line,) = [line for line in lines if line["event"] == "bindery:Sweep"]
    assert (line["actor"], line["resources"]) == ("operator", [f"cn=admin,{GROUPS}"])


def test_mend_alone_is_a_misunderstanding(directory: Directory) -> None:
    result = CliRunner().invoke(cli, ["doctor", "--data", str(directory.data), "--mend"])
    assert result.exit_code == 2
    assert "--mend goes with --sweep" in result.output


def test_a_directory_that_is_stopped_runs_for_as_long_as_it_is_looked_through(directory: Directory) -> None:
    directory.server.stop()
    assert run(directory).exit_code == 0
    assert not answers(directory.settings.socket_path)


def test_a_directory_that_does_not_answer_is_said(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINDERY_LDAP_URIS", f"ldap://127.0.0.1:{free_port()}")
    result = run(directory)
    assert (result.exit_code, "does not answer" in result.output) == (1, True), result.output
    assert "Traceback" not in result.output


def test_stopped_in_the_middle_what_is_mended_is_mended_and_the_rest_waits(directory: Directory) -> None:
    members = "\n".join(f"member: uid=gone{number},{PEOPLE}" for number in range(400))
    change(directory, f"cn=admin,{GROUPS}", "add: member", members)
    command = [sys.executable, "-m", "adapter.cli", "doctor", "--data", str(directory.data), "--sweep", "--mend"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy())
    trail = directory.data / "audit.jsonl"
    while process.poll() is None and trail.read_text().count("bindery:Sweep") < 5:
        continue
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    left = len(found(directory) and rows(directory))
    assert process.returncode == 130
    assert 0 < left < 400
    assert left + trail.read_text().count("bindery:Sweep") in {400, 401}
    mended(directory)
