"""The schema as the running server has it, and its documentation."""

from __future__ import annotations

import re

import pytest

from adapter.server.files import ldif_root
from tests.conftest import Directory

ARC = "2.25.85016870789127760279236174767853133847"
CONSTRAINT_VIOLATION = 19
INVALID_SYNTAX = 21


def schema(directory: Directory, kind: str) -> dict[str, str]:
    """Definitions of our own names, as the server gives them."""
    arguments = ("ldapsearch", "-LLL", "-s", "base", "-b", "cn=Subschema", kind)
    lines = re.findall(rf"^{kind}: (.* NAME '(iam\w+)' .*)$", directory.ldap(*arguments).stdout, re.MULTILINE)
    return {name: definition for definition, name in lines}


def add(directory: Directory, *lines: str) -> int:
    return directory.ldap("ldapadd", stdin="\n".join([*lines, ""]), check=False).returncode


@pytest.mark.parametrize(("kind", "branch"), [("attributeTypes", "1"), ("objectClasses", "2")])
def test_every_name_is_documented_with_its_oid_and_a_command_to_see_it(
    directory: Directory, kind: str, branch: str
) -> None:
    readme = (ldif_root() / "README.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^#### (iam\w+)\n(.*?)(?=^#|\Z)", readme, re.MULTILINE | re.DOTALL))
    defined = schema(directory, kind)
    assert defined
    for name, definition in defined.items():
        oid = definition.removeprefix("( ").split(" ", 1)[0]
        assert oid.startswith(f"{ARC}.{branch}.")
        assert f"`{oid}`" in sections[name]
        assert 'ldapsearch $BINDERY -b "' in sections[name]


def test_every_matching_rule_is_documented(directory: Directory) -> None:
    readme = (ldif_root() / "README.md").read_text(encoding="utf-8")
    for name, definition in schema(directory, "attributeTypes").items():
        section = readme.partition(f"#### {name}\n")[2].partition("####")[0]
        for rule in re.findall(r"(?:EQUALITY|SUBSTR|ORDERING) (\w+)", definition):
            assert rule in section
        assert ("one value" in section) == ("SINGLE-VALUE" in definition)


def test_every_attribute_of_a_class_is_documented_with_it(directory: Directory) -> None:
    readme = (ldif_root() / "README.md").read_text(encoding="utf-8")
    for name, definition in schema(directory, "objectClasses").items():
        section = readme.partition(f"#### {name}\n")[2].partition("####")[0]
        for listed in re.findall(r"(?:MUST|MAY) (\(.*?\)|\w+)", definition):
            for attribute in re.findall(r"\w+", listed):
                assert f"`{attribute}`" in section


def test_every_documented_command_works(directory: Directory) -> None:
    readme = (ldif_root() / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r'`ldapsearch \$BINDERY -b "(.*?)" "(.*?)" ?(\w*)`', readme)
    assert len(commands) == len(schema(directory, "attributeTypes")) + len(schema(directory, "objectClasses"))
    for base, condition, attribute in commands:
        where, what = (text.replace("$SUFFIX", directory.suffix) for text in (base, condition))
        directory.ldap("ldapsearch", "-LLL", "-b", where, what, *([attribute] if attribute else []))


def test_a_group_may_be_empty_and_its_last_member_may_leave(directory: Directory) -> None:
    group = "cn=empty,ou=groups,dc=example,dc=org"
    assert add(directory, f"dn: {group}", "objectClass: groupOfNames", "cn: empty") == 0
    for verb in ("add", "delete"):
        change = f"dn: {group}\nchangetype: modify\n{verb}: member\nmember: cn=somebody,dc=example,dc=org\n"
        directory.ldap("ldapmodify", stdin=change)


def test_membership_shows_at_the_member_without_being_stored(demo_directory: Directory) -> None:
    bob = "uid=bob,ou=people,dc=example,dc=org"
    arguments = ("ldapsearch", "-LLL", "-b", bob, "memberOf")
    assert "memberOf: cn=admin,ou=groups,dc=example,dc=org" in demo_directory.ldap(*arguments).stdout
    leave = f"dn: cn=admin,ou=groups,dc=example,dc=org\nchangetype: modify\ndelete: member\nmember: {bob}\n"
    demo_directory.ldap("ldapmodify", stdin=leave)
    assert "memberOf" not in demo_directory.ldap(*arguments).stdout


def test_documents_that_differ_by_a_space_are_different_values(directory: Directory) -> None:
    group = "cn=admin,ou=groups,dc=example,dc=org"
    values = ['p {"a": 1}', 'p {"a":  1}', "p " + "x" * 100_000]
    lines = "".join(f"iamInlinePolicy: {value}\n" for value in values)
    directory.ldap("ldapmodify", stdin=f"dn: {group}\nchangetype: modify\nadd: iamInlinePolicy\n{lines}")
    found = directory.ldap("ldapsearch", "-LLL", "-b", group, "iamInlinePolicy").stdout
    assert [line.partition(": ")[2] for line in found.splitlines()[1:4]] == values


@pytest.mark.parametrize(
    "line",
    [
        "iamPath: engineering",
        "iamPath: /a b/",
        "iamPath: /" + "x" * 512 + "/",
        "iamUniqueId: bob",
        "iamInlinePolicy: " + "x" * 131_073,
        "iamTag: " + "x" * 2049,
    ],
)
def test_the_server_itself_refuses_what_breaks_a_rule(directory: Directory, line: str) -> None:
    person = ("dn: uid=eve,ou=people,dc=example,dc=org", "objectClass: inetOrgPerson", "objectClass: iamUser")
    assert add(directory, *person, "cn: e", "sn: e", line) == CONSTRAINT_VIOLATION


@pytest.mark.parametrize("path", ["/", "/engineering/", "/a/b!~/"])
def test_paths_as_aws_has_them_are_accepted(directory: Directory, path: str) -> None:
    person = ("dn: uid=eve,ou=people,dc=example,dc=org", "objectClass: inetOrgPerson", "objectClass: iamUser")
    assert add(directory, *person, "cn: e", "sn: e", f"iamPath: {path}") == 0


def test_a_time_has_to_be_a_time(directory: Directory) -> None:
    person = ("dn: uid=eve,ou=people,dc=example,dc=org", "objectClass: inetOrgPerson", "objectClass: iamUser")
    assert add(directory, *person, "cn: e", "sn: e", "iamReferencedAt: yesterday") == INVALID_SYNTAX


def test_a_unique_id_is_given_once_and_a_user_name_too(directory: Directory) -> None:
    def person(rdn: str, *more: str) -> int:
        lines = (f"dn: {rdn},ou=people,dc=example,dc=org", "objectClass: inetOrgPerson", "objectClass: iamUser")
        return add(directory, *lines, "cn: e", "sn: e", *more)

    assert person("uid=eve", "iamUniqueId: AIDAAAAAAAAAAAAAAAAAA") == 0
    assert person("uid=adam", "iamUniqueId: AIDAAAAAAAAAAAAAAAAAA") == CONSTRAINT_VIOLATION
    assert person("cn=e", "uid: EVE") == CONSTRAINT_VIOLATION
