"""Who sees and changes what with plain LDAP programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapter.server import PrivateServer, ServerConfig
from adapter.settings import Settings
from tests.conftest import Directory

PASSWORD = "Bindery-demo-1"
INVALID_CREDENTIALS = 49
NO_SUCH_OBJECT = 32
INSUFFICIENT_ACCESS = 50
UNWILLING = 53

BOB = "uid=bob,ou=people,dc=example,dc=org"
ALICE = "uid=alice,ou=people,dc=example,dc=org"
ADMIN = "cn=admin,ou=groups,dc=example,dc=org"
ADAPTER = "cn=adapter,ou=iam,dc=example,dc=org"


def search(directory: Directory, *arguments: str, name: str = "bob", password: str = PASSWORD) -> str:
    result = directory.ldap_as(name, password, "ldapsearch", "-LLL", *arguments, check=False)
    return result.stdout


def modify(directory: Directory, *lines: str) -> None:
    directory.ldap("ldapmodify", stdin="\n".join([*lines, ""]))


def test_people_sign_in_with_their_password(demo_directory: Directory) -> None:
    for name in ("bob", "alice", "job", "joy", "ray"):
        answer = demo_directory.ldap_as(name, PASSWORD, "ldapwhoami").stdout
        assert answer.strip() == f"dn:uid={name},ou=people,dc=example,dc=org"


def test_the_root_user_signs_in(demo_directory: Directory) -> None:
    root = "cn=root,ou=iam,dc=example,dc=org"
    assert root in demo_directory.ldap_as(root, demo_directory.root_password, "ldapwhoami").stdout


def test_an_empty_password_is_refused_and_not_taken_for_anonymous(demo_directory: Directory) -> None:
    assert demo_directory.ldap_as("bob", "", "ldapwhoami", check=False).returncode == UNWILLING


@pytest.mark.parametrize("base", ["dc=example,dc=org", "ou=people,dc=example,dc=org", "ou=iam,dc=example,dc=org", BOB])
def test_anonymous_sees_nothing(demo_directory: Directory, base: str) -> None:
    result = demo_directory.ldap("ldapsearch", "-x", "-LLL", "-b", base, check=False)
    assert (result.returncode, result.stdout) == (NO_SUCH_OBJECT, "")


def test_anonymous_may_read_the_root_dse_and_not_the_schema(demo_directory: Directory) -> None:
    read = ("ldapsearch", "-x", "-LLL", "-s", "base")
    assert "namingContexts: dc=example,dc=org" in demo_directory.ldap(*read, "-b", "", "+").stdout
    assert demo_directory.ldap(*read, "-b", "cn=Subschema", "+", check=False).stdout == ""
    assert "iamAccount" in search(demo_directory, "-s", "base", "-b", "cn=Subschema", "+")


def test_external_is_the_only_sasl_mechanism(demo_directory: Directory) -> None:
    listing = ("ldapsearch", "-x", "-LLL", "-s", "base", "-b", "", "supportedSASLMechanisms")
    over_tcp = demo_directory.ldap(*listing).stdout
    over_socket = demo_directory.ldap(*listing, "-H", demo_directory.server.ldapi_uri).stdout
    assert "supportedSASLMechanisms" not in over_tcp
    assert [line for line in over_socket.splitlines() if "Mechanisms:" in line] == ["supportedSASLMechanisms: EXTERNAL"]


def test_a_user_reads_what_is_public_of_others(demo_directory: Directory) -> None:
    found = search(demo_directory, "-b", ALICE, "*", "memberOf")
    for line in ("objectClass: inetOrgPerson", "displayName: Alice", "mail: alice@example.org", f"memberOf: {ADMIN}"):
        assert line in found
    assert "member: uid=alice,ou=people,dc=example,dc=org" in search(demo_directory, "-b", ADMIN)


def test_a_user_does_not_read_others_remarks_and_private_numbers(demo_directory: Directory) -> None:
    for dn in (ALICE, BOB):
        modify(demo_directory, f"dn: {dn}", "changetype: modify", "add: mobile", "mobile: +49 123", "-",
               "add: description", "description: to be watched")  # fmt: skip
    assert "mobile" not in search(demo_directory, "-b", ALICE)
    assert "mobile: +49 123" in search(demo_directory, "-b", BOB)
    assert "description" not in search(demo_directory, "-b", "dc=example,dc=org", "(objectClass=inetOrgPerson)")


def test_a_user_reads_no_password_and_no_policy_attribute(demo_directory: Directory) -> None:
    modify(demo_directory, f"dn: {ALICE}", "changetype: modify", "add: objectClass", "objectClass: iamUser", "-",
           "add: iamInlinePolicy", "iamInlinePolicy: secret {}", "-", "add: iamTag", "iamTag: k=v")  # fmt: skip
    found = search(demo_directory, "-b", "dc=example,dc=org", "*", "+").lower()
    assert "displayname: alice" in found
    for hidden in ("userpassword", "pwdhistory", "pwdchangedtime", "iaminlinepolicy", "iamtag", "iamattachedpolicy"):
        assert hidden not in found


@pytest.mark.parametrize(
    "condition", ["(userPassword=*)", "(iamAttachedPolicy=*)", "(pwdChangedTime=*)", "(description=*)"]
)
def test_a_user_can_not_probe_hidden_attributes_with_filters(demo_directory: Directory, condition: str) -> None:
    assert search(demo_directory, "-b", "dc=example,dc=org", condition) == ""


@pytest.mark.parametrize("base", ["ou=iam,dc=example,dc=org", "cn=root,ou=iam,dc=example,dc=org"])
def test_a_user_never_sees_what_is_below_iam(demo_directory: Directory, base: str) -> None:
    result = demo_directory.ldap_as("bob", PASSWORD, "ldapsearch", "-LLL", "-b", base, check=False)
    assert (result.returncode, result.stdout) == (NO_SUCH_OBJECT, "")
    assert "ou=iam" not in search(demo_directory, "-b", "dc=example,dc=org", "*", "+")


def test_the_iam_part_of_a_further_account_is_hidden_too(demo_directory: Directory) -> None:
    for dn, kind, value in (
        ("o=210987654321,dc=example,dc=org", "organization", "o: 210987654321"),
        ("ou=iam,o=210987654321,dc=example,dc=org", "organizationalUnit", "ou: iam"),
        ("ou=roles,ou=iam,o=210987654321,dc=example,dc=org", "organizationalUnit", "ou: roles"),
    ):
        demo_directory.ldap("ldapadd", stdin=f"dn: {dn}\nobjectClass: {kind}\n{value}\n")
    assert "ou=iam" not in search(demo_directory, "-b", "dc=example,dc=org")


def test_a_user_changes_the_own_password_with_ldappasswd(demo_directory: Directory) -> None:
    demo_directory.ldap_as("bob", PASSWORD, "ldappasswd", "-a", PASSWORD, "-s", "A-new-password-2")
    assert demo_directory.ldap_as("bob", "A-new-password-2", "ldapwhoami").returncode == 0
    assert demo_directory.ldap_as("bob", PASSWORD, "ldapwhoami", check=False).returncode == INVALID_CREDENTIALS


def test_a_wrong_old_password_changes_nothing(demo_directory: Directory) -> None:
    change = ("ldappasswd", "-a", "not the old one", "-s", "A-new-password-2")
    assert demo_directory.ldap_as("bob", PASSWORD, *change, check=False).returncode != 0
    assert demo_directory.ldap_as("bob", PASSWORD, "ldapwhoami").returncode == 0


def test_a_user_can_not_change_the_password_of_another(demo_directory: Directory) -> None:
    change = ("ldappasswd", "-s", "A-new-password-2", ALICE)
    assert "Insufficient access" in demo_directory.ldap_as("bob", PASSWORD, *change, check=False).stdout
    assert demo_directory.ldap_as("alice", PASSWORD, "ldapwhoami").returncode == 0


@pytest.mark.parametrize("attribute", ["displayName: Boss", "objectClass: iamUser", "pwdReset: FALSE", "mail: a@b.c"])
def test_a_user_changes_nothing_else_of_the_own_entry(demo_directory: Directory, attribute: str) -> None:
    name = attribute.partition(":")[0]
    change = f"dn: {BOB}\nchangetype: modify\nadd: {name}\n{attribute}\n"
    result = demo_directory.ldap_as("bob", PASSWORD, "ldapmodify", stdin=change, check=False)
    assert result.returncode == INSUFFICIENT_ACCESS


def test_a_user_can_not_join_a_group_or_make_an_entry(demo_directory: Directory) -> None:
    join = f"dn: {ADMIN}\nchangetype: modify\nadd: member\nmember: uid=ray,ou=people,dc=example,dc=org\n"
    make = "dn: uid=eve,ou=people,dc=example,dc=org\nchangetype: add\nobjectClass: inetOrgPerson\ncn: e\nsn: e\n"
    for change in (join, make):
        result = demo_directory.ldap_as("ray", PASSWORD, "ldapmodify", stdin=change, check=False)
        assert result.returncode == INSUFFICIENT_ACCESS


def test_a_group_cannot_bind_even_with_a_password_in_it(demo_directory: Directory) -> None:
    modify(demo_directory, f"dn: {ADMIN}", "changetype: modify", "add: seeAlso", f"seeAlso: {BOB}")
    demo_directory.ldap(
        "ldapadd",
        stdin="dn: cn=armed,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\nobjectClass: simpleSecurityObject\n"
        "cn: armed\nuserPassword: A-long-password-1\n",
    )
    for dn in (ADMIN, "cn=armed,ou=groups,dc=example,dc=org"):
        result = demo_directory.ldap_as(dn, "A-long-password-1", "ldapwhoami", check=False)
        assert result.returncode == INVALID_CREDENTIALS


def test_the_adapter_can_not_read_password_hashes_back(demo_directory: Directory) -> None:
    listing = demo_directory.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(userPassword=*)", "*", "+").stdout
    assert f"dn: {BOB}" in listing
    assert "userPassword" not in listing


def test_the_adapter_sees_everything_else(demo_directory: Directory) -> None:
    listing = demo_directory.ldap("ldapsearch", "-LLL", "-b", "ou=iam,dc=example,dc=org", "*").stdout
    assert "iamAccountId: 123456789012" in listing
    assert "cn: AdministratorAccess" in listing


def test_the_adapter_is_not_stopped_by_size_limits_and_a_user_is(demo_directory: Directory) -> None:
    entries = "".join(
        f"dn: uid=u{number},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\ncn: u\nsn: u\n\n"
        for number in range(1100)
    )
    demo_directory.ldap("ldapadd", stdin=entries)
    paged = ("ldapsearch", "-LLL", "-E", "pr=500/noprompt", "-b", "ou=people,dc=example,dc=org", "(sn=u)", "1.1")
    assert demo_directory.ldap(*paged).stdout.count("dn: uid=") == 1100
    assert demo_directory.ldap_as("bob", PASSWORD, *paged, check=False).stdout.count("dn: uid=") <= 1000


def test_another_local_account_is_nobody(demo_template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(demo_template, tmp_path / "data", symlinks=True)
    with PrivateServer(ServerConfig(data=data, admin_uid=54321)) as server:
        server.prepare()
        server.start()
        stranger = Directory(server, Settings(data=data))
        result = stranger.ldap("ldapsearch", "-LLL", "-b", "dc=example,dc=org", check=False)
    assert (result.returncode, result.stdout) == (NO_SUCH_OBJECT, "")
