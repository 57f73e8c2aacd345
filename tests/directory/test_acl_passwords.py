"""Password rules hold for every LDAP client, the adapter included."""

from __future__ import annotations

import subprocess

from tests.conftest import Directory

PASSWORD = "Bindery-demo-1"
BOB = "uid=bob,ou=people,dc=example,dc=org"
POLICY = "cn=default,ou=password-policies,ou=iam,dc=example,dc=org"
CONSTRAINT_VIOLATION = 19
INVALID_CREDENTIALS = 49
INSUFFICIENT_ACCESS = 50
REFUSED = "Password fails quality checking policy"


def set_policy(directory: Directory, name: str, value: str) -> None:
    directory.ldap("ldapmodify", stdin=f"dn: {POLICY}\nchangetype: modify\nreplace: {name}\n{name}: {value}\n")


def set_password(directory: Directory, new: str) -> subprocess.CompletedProcess[str]:
    return directory.ldap("ldappasswd", "-s", new, BOB, check=False)


def stored_password(directory: Directory) -> str:
    directory.server.backup(directory.data / "all.ldif")
    text = (directory.data / "all.ldif").read_text(encoding="utf-8")
    return next(entry for entry in text.split("\n\n") if entry.startswith(f"dn: {BOB}"))


def test_a_short_password_is_refused_for_everyone(demo_directory: Directory) -> None:
    own = ("ldappasswd", "-a", PASSWORD, "-s", "Short-1")
    assert REFUSED in demo_directory.ldap_as("bob", PASSWORD, *own, check=False).stdout
    assert REFUSED in set_password(demo_directory, "Short-1").stdout


def test_an_overlong_password_is_refused(demo_directory: Directory) -> None:
    assert REFUSED in set_password(demo_directory, "x" * 129).stdout


def test_a_prepared_hash_is_refused(demo_directory: Directory) -> None:
    change = f"dn: {BOB}\nchangetype: modify\nreplace: userPassword\nuserPassword: {{SSHA}}c2hvcnQ=\n"
    assert demo_directory.ldap("ldapmodify", stdin=change, check=False).returncode == CONSTRAINT_VIOLATION


def test_passwords_are_stored_as_argon2_whichever_way_they_are_set(demo_directory: Directory) -> None:
    change = f"dn: {BOB}\nchangetype: modify\nreplace: userPassword\nuserPassword: A-plain-one-2\n"
    demo_directory.ldap("ldapmodify", stdin=change)
    assert "userPassword:: e0FSR09OMn0k" in stored_password(demo_directory)
    set_password(demo_directory, "Another-one-3")
    assert "userPassword:: e0FSR09OMn0k" in stored_password(demo_directory)


def test_who_has_to_change_the_password_can_do_nothing_else_first(demo_directory: Directory) -> None:
    demo_directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nchangetype: modify\nreplace: pwdReset\npwdReset: TRUE\n")
    look = ("ldapsearch", "-LLL", "-b", BOB, "1.1")
    assert demo_directory.ldap_as("bob", PASSWORD, *look, check=False).returncode == INSUFFICIENT_ACCESS
    demo_directory.ldap_as("bob", PASSWORD, "ldappasswd", "-a", PASSWORD, "-s", "Chosen-by-bob-1")
    assert demo_directory.ldap_as("bob", "Chosen-by-bob-1", *look).returncode == 0


def test_an_earlier_password_is_refused_as_often_as_the_policy_says(demo_directory: Directory) -> None:
    set_policy(demo_directory, "pwdInHistory", "2")
    demo_directory.ldap_as("bob", PASSWORD, "ldappasswd", "-a", PASSWORD, "-s", "The-second-one-2")
    back = ("ldappasswd", "-a", "The-second-one-2", "-s", PASSWORD)
    answer = demo_directory.ldap_as("bob", "The-second-one-2", *back, check=False)
    assert "Password is in history" in answer.stdout


def test_too_many_wrong_passwords_lock_and_the_answer_stays_the_same(demo_directory: Directory) -> None:
    set_policy(demo_directory, "pwdMaxFailure", "3")
    answers = {demo_directory.ldap_as("bob", "wrong", "ldapwhoami", check=False).stderr for _ in range(5)}
    locked = demo_directory.ldap_as("bob", PASSWORD, "ldapwhoami", check=False)
    assert locked.returncode == INVALID_CREDENTIALS
    assert answers == {locked.stderr}


def test_an_entry_disabled_for_good_can_not_sign_in(demo_directory: Directory) -> None:
    change = f"dn: {BOB}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    demo_directory.ldap("ldapmodify", stdin=change)
    result = demo_directory.ldap_as("bob", PASSWORD, "ldapwhoami", check=False)
    assert result.returncode == INVALID_CREDENTIALS
