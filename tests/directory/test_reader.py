"""The reader: what applications look people up with, and what they can't do with it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapter.cli import cli
from adapter.installation.accounts import create_account
from adapter.trail.audit import AuditTrail
from tests.conftest import Directory

READER = "cn=reader,ou=iam,dc=example,dc=org"
PASSWORD = "What-applications-know-1"
OTHER = "210987654321"
INVALID_CREDENTIALS, INSUFFICIENT_ACCESS = 49, 50
BOB, PEOPLE = "uid=bob,ou=people,dc=example,dc=org", "ou=people,dc=example,dc=org"
LOCKED = "pwdAccountLockedTime: 000001010000Z"

Read = Callable[..., str]


def bindery(directory: Directory, *arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--data", str(directory.data)])


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "reader.secret"
    file.write_text(f"{PASSWORD}\n")
    return file


@pytest.fixture
def read(demo_directory: Directory, secret: Path) -> Read:
    """Searches as the reader."""
    assert bindery(demo_directory, "reader", "--password-file", secret).exit_code == 0

    def search(*arguments: str, password: str = PASSWORD) -> str:
        return demo_directory.ldap_as(READER, password, "ldapsearch", "-LLL", *arguments, check=False).stdout

    return search


def disable(directory: Directory, name: str) -> None:
    change = f"dn: uid={name},{PEOPLE}\nchangetype: modify\nreplace: pwdAccountLockedTime\n{LOCKED}\n"
    directory.ldap("ldapmodify", stdin=change)


def test_a_password_is_made_and_shown_once(demo_directory: Directory) -> None:
    made = json.loads(bindery(demo_directory, "reader", "--json").stdout)
    assert (made["account_id"], made["dn"]) == (demo_directory.account_id, READER)
    assert READER in demo_directory.ldap_as(READER, made["password"], "ldapwhoami").stdout


def test_a_password_in_a_file_is_not_shown(demo_directory: Directory, secret: Path) -> None:
    result = bindery(demo_directory, "reader", "--password-file", secret)
    assert result.output == f"bind DN   {READER}\n"
    assert demo_directory.ldap_as(READER, PASSWORD, "ldapwhoami").returncode == 0


def test_a_file_that_does_not_exist_is_made_for_its_owner_alone(demo_directory: Directory, tmp_path: Path) -> None:
    file = tmp_path / "new.secret"
    bindery(demo_directory, "reader", "--password-file", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert demo_directory.ldap_as(READER, file.read_text().strip(), "ldapwhoami").returncode == 0


def test_the_password_before_stops_working(demo_directory: Directory, read: Read) -> None:
    bindery(demo_directory, "reader")
    assert demo_directory.ldap_as(READER, PASSWORD, "ldapwhoami", check=False).returncode == INVALID_CREDENTIALS


def test_a_short_password_is_refused(demo_directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short\n")
    result = bindery(demo_directory, "reader", "--password-file", tmp_path / "short")
    assert (result.exit_code, "16 to 128 characters" in result.output) == (1, True)


def test_an_account_that_is_not_there_is_named(demo_directory: Directory) -> None:
    result = bindery(demo_directory, "reader", "--account", OTHER)
    assert (result.exit_code, OTHER in result.output) == (1, True)


def test_it_works_while_the_server_is_stopped(demo_directory: Directory, secret: Path) -> None:
    demo_directory.server.stop()
    assert bindery(demo_directory, "reader", "--password-file", secret).exit_code == 0
    demo_directory.server.start()
    assert demo_directory.ldap_as(READER, PASSWORD, "ldapwhoami").returncode == 0


def test_the_audit_trail_tells_that_the_password_was_set_and_not_what_it_is(
    demo_directory: Directory, read: Read
) -> None:
    trail = AuditTrail.of(demo_directory.settings).path.read_text()
    assert "SetReaderPassword" in trail
    assert PASSWORD not in trail


def test_the_reader_sees_people_and_groups(read: Read) -> None:
    people = read("-b", PEOPLE, "(uid=bob)", "*", "memberOf")
    for line in ("uid: bob", "mail: bob@example.org", "memberOf: cn=admin,ou=groups,dc=example,dc=org"):
        assert line in people
    assert f"member: {BOB}" in read("-b", "ou=groups,dc=example,dc=org", "(cn=admin)")


@pytest.mark.parametrize(
    "hidden", ["userPassword", "pwdHistory", "pwdChangedTime", "iamUniqueId", "iamAttachedPolicy", "mobile"]
)
def test_the_reader_sees_no_secret_and_no_right(demo_directory: Directory, read: Read, hidden: str) -> None:
    change = f"dn: {BOB}\nchangetype: modify\nadd: mobile\nmobile: +49 1\n"
    demo_directory.ldap("ldapmodify", stdin=change)
    everything = read("-b", "dc=example,dc=org", "*", "+", hidden)
    assert "uid: bob" in everything
    assert f"{hidden.lower()}:" not in everything.lower()
    assert read("-b", "dc=example,dc=org", f"({hidden}=*)", "1.1") == ""


def test_the_reader_does_not_see_what_is_below_iam(read: Read) -> None:
    assert read("-b", "ou=iam,dc=example,dc=org") == ""
    assert read("-b", READER) == ""


def test_a_filter_of_the_reader_leaves_out_who_is_disabled(demo_directory: Directory, read: Read) -> None:
    disable(demo_directory, "ray")
    assert LOCKED in read("-b", PEOPLE, "(uid=ray)", "pwdAccountLockedTime")
    assert read("-b", PEOPLE, "(&(uid=ray)(!(pwdAccountLockedTime=*)))") == ""
    assert "uid: joy" in read("-b", PEOPLE, "(&(uid=joy)(!(pwdAccountLockedTime=*)))")


def test_nobody_else_sees_who_is_disabled(demo_directory: Directory) -> None:
    disable(demo_directory, "ray")
    found = demo_directory.ldap_as("bob", "Bindery-demo-1", "ldapsearch", "-LLL", "-b", PEOPLE, "(uid=ray)", "*", "+")
    assert "pwdaccountlockedtime" not in found.stdout.lower()


def test_the_reader_does_not_change_its_own_password(demo_directory: Directory, read: Read) -> None:
    change = ("ldappasswd", "-a", PASSWORD, "-s", "Another-password-of-mine")
    assert demo_directory.ldap_as(READER, PASSWORD, *change, check=False).returncode != 0
    assert demo_directory.ldap_as(READER, PASSWORD, "ldapwhoami").returncode == 0


@pytest.mark.parametrize("dn", [BOB, READER, "cn=admin,ou=groups,dc=example,dc=org"])
def test_the_reader_changes_nothing(demo_directory: Directory, read: Read, dn: str) -> None:
    change = f"dn: {dn}\nchangetype: modify\nreplace: description\ndescription: mine\n"
    result = demo_directory.ldap_as(READER, PASSWORD, "ldapmodify", stdin=change, check=False)
    assert result.returncode in {INSUFFICIENT_ACCESS, 32}
    assert "description: mine" not in demo_directory.ldap("ldapsearch", "-LLL", "-b", dn).stdout


def test_the_reader_is_never_locked_by_those_who_guess(demo_directory: Directory, read: Read) -> None:
    for _ in range(60):
        demo_directory.ldap_as(READER, "A-wrong-password-1", "ldapwhoami", check=False)
    assert demo_directory.ldap_as(READER, PASSWORD, "ldapwhoami").returncode == 0


def test_the_reader_is_not_stopped_by_size_limits(demo_directory: Directory, read: Read) -> None:
    people = "".join(
        f"dn: uid=u{number},{PEOPLE}\nobjectClass: inetOrgPerson\ncn: u\nsn: u\n\n" for number in range(1100)
    )
    demo_directory.ldap("ldapadd", stdin=people)
    assert read("-b", PEOPLE, "(sn=u)", "1.1").count("dn: uid=") == 1100
    assert read("-E", "pr=500/noprompt", "-b", PEOPLE, "(sn=u)", "1.1").count("dn: uid=") == 1100


def test_readers_of_two_accounts_do_not_see_each_others_people(demo_directory: Directory, secret: Path) -> None:
    create_account(demo_directory.settings, email="root@workshop.example", account_id=OTHER)
    ours = f"o={OTHER},dc=example,dc=org"
    kim = f"dn: uid=kim,ou=people,{ours}\nobjectClass: inetOrgPerson\ncn: k\nsn: k\n{LOCKED}\n"
    demo_directory.ldap("ldapadd", stdin=kim)
    disable(demo_directory, "ray")
    for account in ((), ("--account", OTHER)):
        assert bindery(demo_directory, "reader", *account, "--password-file", secret).exit_code == 0
    query = ("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(pwdAccountLockedTime=*)", "uid")
    first = demo_directory.ldap_as(READER, PASSWORD, *query, check=False).stdout
    second = demo_directory.ldap_as(
        f"cn=reader,ou=iam,{ours}", PASSWORD, *query[:2], "-b", ours, *query[4:], check=False
    )
    assert ("uid: ray" in first, "uid: kim" in first) == (True, False)
    assert ("uid: ray" in second.stdout, "uid: kim" in second.stdout) == (False, True)
