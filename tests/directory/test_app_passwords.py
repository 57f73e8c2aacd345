"""App passwords at work: each opens the base of its application, for as long as its owner may sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Iam
from tests.conftest import Directory
from tests.directory.conftest import Do

SUFFIX = "dc=example,dc=org"
BOB = f"uid=bob,ou=people,{SUFFIX}"
APPS = f"ou=apps,ou=iam,{SUFFIX}"
GITEA = f"ou=gitea,{APPS}"
IN_GITEA = f"uid=bob,{GITEA}"
PASSWORD = "A-password-of-bob-1"
INVALID_CREDENTIALS = 49
EXTERNAL_ONLY = 53


@pytest.fixture
def made(do: Do) -> dict[str, Any]:
    """Bob with a password for gitea."""
    do("create_user", user_name="bob", display_name="Bob Stone", email="bob@example.org")
    do("create_login_profile", user_name="bob", password=PASSWORD)
    return create(do, "gitea")


def create(do: Do, service: str, **more: Any) -> dict[str, Any]:
    answer = do("create_service_specific_credential", user_name="bob", service_name=service, **more)
    return dict(answer["service_specific_credential"])


def binds(directory: Directory, dn: str, password: str) -> bool:
    code = directory.ldap_as(dn, password, "ldapwhoami", check=False).returncode
    assert code in {0, INVALID_CREDENTIALS}
    return code == 0


def change(directory: Directory, dn: str, *lines: str) -> None:
    directory.ldap("ldapmodify", stdin="\n".join((f"dn: {dn}", "changetype: modify", *lines, "")))


def seen(directory: Directory, base: str, condition: str, *attributes: str) -> str:
    return directory.ldap("ldapsearch", "-LLL", "-b", base, condition, *attributes).stdout


def test_the_user_signs_in_at_the_application_s_base_and_nowhere_else(directory: Directory, made: Any) -> None:
    assert binds(directory, IN_GITEA, made["service_password"])
    assert not binds(directory, BOB, made["service_password"])
    assert not binds(directory, IN_GITEA, PASSWORD)


def test_the_password_for_one_application_is_not_good_for_another(directory: Directory, do: Do, made: Any) -> None:
    wiki = create(do, "wiki")
    assert not binds(directory, IN_GITEA, wiki["service_password"])
    assert not binds(directory, f"uid=bob,ou=wiki,{APPS}", made["service_password"])


def test_the_entry_shows_name_mail_and_groups(directory: Directory, do: Do, made: Any) -> None:
    do("create_group", group_name="Developers")
    do("add_user_to_group", group_name="Developers", user_name="bob")
    found = seen(directory, GITEA, "(uid=bob)", "*", "memberOf")
    for line in ("cn: Bob Stone", "mail: bob@example.org", f"memberOf: cn=Developers,{GITEA}"):
        assert line.casefold() in found.casefold()
    assert f"dn: {IN_GITEA}" in seen(directory, GITEA, f"(memberOf=cn=Developers,{GITEA})", "1.1")


def test_the_name_that_aws_gives_finds_the_entry_too(directory: Directory, made: Any) -> None:
    assert f"dn: {IN_GITEA}" in seen(directory, GITEA, f"(uid={made['service_user_name']})", "1.1")


def test_who_leaves_a_group_leaves_its_copy(directory: Directory, do: Do, made: Any) -> None:
    do("create_group", group_name="Developers")
    do("add_user_to_group", group_name="Developers", user_name="bob")
    do("remove_user_from_group", group_name="Developers", user_name="bob")
    assert "memberOf" not in seen(directory, GITEA, "(uid=bob)", "memberOf")
    assert "Developers" not in seen(directory, GITEA, "(objectClass=groupOfNames)", "cn")


def test_a_renamed_group_has_its_new_name_in_the_application(directory: Directory, do: Do, made: Any) -> None:
    do("create_group", group_name="Developers")
    do("add_user_to_group", group_name="Developers", user_name="bob")
    do("update_group", group_name="Developers", new_group_name="Engineers")
    assert "cn=engineers" in seen(directory, GITEA, "(uid=bob)", "memberOf").casefold()
    assert "Developers" not in seen(directory, GITEA, "(objectClass=groupOfNames)", "cn")


def test_a_renamed_user_has_the_new_name_there_and_the_same_password(directory: Directory, do: Do, made: Any) -> None:
    do("update_user", user_name="bob", new_user_name="robert", email="robert@example.org")
    assert not binds(directory, IN_GITEA, made["service_password"])
    assert binds(directory, f"uid=robert,{GITEA}", made["service_password"])
    assert "mail: robert@example.org" in seen(directory, GITEA, "(uid=robert)", "mail")


def test_a_second_password_for_an_application_has_another_login_name(directory: Directory, do: Do, made: Any) -> None:
    second = create(do, "Gitea")
    assert binds(directory, f"uid=bob\\+1,{GITEA}", second["service_password"])
    assert binds(directory, IN_GITEA, made["service_password"])


def test_it_does_not_open_once_the_user_is_disabled(directory: Directory, made: Any) -> None:
    change(directory, BOB, "add: pwdAccountLockedTime", "pwdAccountLockedTime: 000001010000Z")
    assert not binds(directory, IN_GITEA, made["service_password"])
    change(directory, BOB, "delete: pwdAccountLockedTime")
    assert binds(directory, IN_GITEA, made["service_password"])


def test_it_does_not_open_once_another_tool_has_deleted_the_user(directory: Directory, do: Do, made: Any) -> None:
    directory.ldap("ldapdelete", BOB)
    assert not binds(directory, IN_GITEA, made["service_password"])
    person = f"dn: {BOB}\nobjectClass: inetOrgPerson\nuid: bob\ncn: Bob\nsn: Bob\n"
    directory.ldap("ldapadd", stdin=person)
    assert not binds(directory, IN_GITEA, made["service_password"])


def test_a_namesake_made_later_has_none_of_it(directory: Directory, do: Do, made: Any) -> None:
    directory.ldap("ldapdelete", BOB)
    do("create_user", user_name="bob")
    assert not binds(directory, IN_GITEA, made["service_password"])
    assert seen(directory, GITEA, "(uid=bob)", "1.1") == ""


def test_it_does_not_open_while_another_tool_s_new_name_is_not_followed(directory: Directory, made: Any) -> None:
    directory.ldap("ldapmodrdn", "-r", BOB, "uid=robert")
    assert not binds(directory, IN_GITEA, made["service_password"])


def test_it_is_switched_off_and_on_and_goes_for_good(directory: Directory, do: Do, made: Any) -> None:
    number = {"user_name": "bob", "service_specific_credential_id": made["service_specific_credential_id"]}
    for status in ("Inactive", "Active"):
        do("update_service_specific_credential", status=status, **number)
        assert binds(directory, IN_GITEA, made["service_password"]) == (status == "Active")
    do("delete_service_specific_credential", **number)
    assert not binds(directory, IN_GITEA, made["service_password"])
    assert seen(directory, GITEA, "(uid=bob)", "1.1") == ""


def test_a_reset_ends_the_password_before(directory: Directory, do: Do, made: Any) -> None:
    number = made["service_specific_credential_id"]
    answer = do("reset_service_specific_credential", user_name="bob", service_specific_credential_id=number)
    assert not binds(directory, IN_GITEA, made["service_password"])
    assert binds(directory, IN_GITEA, answer["service_specific_credential"]["service_password"])


def test_the_server_itself_lets_it_expire(directory: Directory, do: Do, made: Any) -> None:
    mail = create(do, "mail", credential_age_days=1)
    entry = f"uid=bob,ou=mail,{APPS}"
    assert binds(directory, entry, mail["service_password"])
    past = f"{datetime.now(UTC) - timedelta(seconds=1):%Y%m%d%H%M%SZ}"
    change(directory, entry, "replace: pwdEndTime", f"pwdEndTime: {past}")
    assert not binds(directory, entry, mail["service_password"])


def test_a_user_whom_another_tool_made_gets_one_as_well(directory: Directory, do: Do) -> None:
    directory.ldap("ldapadd", stdin=f"dn: {BOB}\nobjectClass: inetOrgPerson\nuid: bob\ncn: Bob\nsn: Bob\n")
    assert binds(directory, IN_GITEA, create(do, "gitea")["service_password"])


def test_who_signs_in_there_sees_the_own_entry_and_groups_and_no_more(directory: Directory, do: Do, made: Any) -> None:
    do("create_user", user_name="alice")
    do("create_service_specific_credential", user_name="alice", service_name="gitea")
    do("create_group", group_name="Developers")
    do("add_user_to_group", group_name="Developers", user_name="bob")

    def look(base: str) -> set[str]:
        reading = ("ldapsearch", "-LLL", "-b", base, "1.1")
        found = directory.ldap_as(IN_GITEA, made["service_password"], *reading, check=False).stdout
        return {line.removeprefix("dn: ") for line in found.splitlines() if line}

    assert look(GITEA) == {IN_GITEA, f"cn=Developers,{GITEA}"}
    assert look(f"ou=people,{SUFFIX}") == look(SUFFIX) == look(APPS) == set()


def test_nobody_else_sees_who_uses_which_application(directory: Directory, do: Do, made: Any) -> None:
    reading = ("ldapsearch", "-LLL", "-b", GITEA, "1.1")
    assert "uid=bob" not in directory.ldap_as("bob", PASSWORD, *reading, check=False).stdout


def test_a_user_reads_no_hash_and_changes_no_app_password(directory: Directory, made: Any) -> None:
    password = made["service_password"]
    new = ("ldappasswd", "-a", password, "-s", "Another-long-password-1")
    assert directory.ldap_as(IN_GITEA, password, *new, check=False).returncode != 0
    own = directory.ldap_as(IN_GITEA, password, "ldapsearch", "-LLL", "-b", IN_GITEA, "*", "+").stdout
    assert "uid: bob" in own
    assert not {"userPassword", "iamOwner", "iamAppCredential"} & {line.partition(":")[0] for line in own.splitlines()}


def test_it_is_told_where_to_sign_in_and_when_it_was_last_used(directory: Directory, do: Do, made: Any) -> None:
    (before,) = do("describe_app_passwords", user_name="bob")["app_passwords"]
    assert (before["base_dn"], before["dn"], before["login"]) == (GITEA, IN_GITEA, "bob")
    assert before["last_used_date"] is None
    binds(directory, IN_GITEA, made["service_password"])
    (after,) = do("describe_app_passwords", user_name="bob")["app_passwords"]
    assert datetime.now(UTC) - after["last_used_date"] < timedelta(minutes=1)


def test_what_was_half_made_leaves_no_door(directory: Directory, do: Do, iam: Iam, made: Any) -> None:
    entries = seen(directory, APPS, "(objectClass=iamAppUser)", "1.1").count("dn:")
    credentials = seen(directory, f"ou=credentials,ou=iam,{SUFFIX}", "(objectClass=iamServiceCredential)", "1.1")
    assert entries == credentials.count("dn:") == 1
