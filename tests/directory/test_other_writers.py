"""People write with LDAP tools too: what they write holds on the next call."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Caller, Iam
from adapter.errors import AccessDenied, NoSuchEntity
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import ADMINISTRATOR, READ_ONLY, allow

PEOPLE = "ou=people,dc=example,dc=org"
GROUPS = "ou=groups,dc=example,dc=org"
BOB = f"uid=bob,{PEOPLE}"


def person(name: str) -> str:
    return f"dn: uid={name},{PEOPLE}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n"


@pytest.fixture
def bob(directory: Any) -> None:
    """A person whom `ldapadd` made; nothing of ours is in the entry."""
    directory.ldap("ldapadd", stdin=person("bob"))
    directory.ldap("ldappasswd", "-s", DEMO_PASSWORD, BOB)


@pytest.mark.usefixtures("bob")
def test_a_person_from_ldapadd_is_a_user(do: Do) -> None:
    user = do("get_user", user_name="bob")["user"]
    assert (user["user_name"], len(user["user_id"])) == ("bob", 21)
    assert [each["user_name"] for each in do("list_users")["users"]] == ["bob"]


@pytest.mark.usefixtures("bob")
def test_such_a_user_can_be_given_everything(do: Do) -> None:
    do("tag_user", user_name="bob", tags=[{"key": "a", "value": "b"}])
    do("attach_user_policy", user_name="bob", policy_arn=READ_ONLY)
    do("add_user_to_group", user_name="bob", group_name="admin")
    assert do("list_user_tags", user_name="bob")["tags"] == [{"key": "a", "value": "b"}]


@pytest.mark.usefixtures("bob")
def test_such_a_user_keeps_its_id_through_changes_and_a_rename(do: Do) -> None:
    before = do("get_user", user_name="bob")["user"]["user_id"]
    do("update_user", user_name="bob", new_user_name="robert", display_name="R")
    assert do("get_user", user_name="robert")["user"]["user_id"] == before


@pytest.mark.usefixtures("bob")
def test_a_membership_from_ldapmodify_holds_on_the_next_call(iam: Iam, directory: Any, do: Do) -> None:
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    with pytest.raises(AccessDenied):
        iam.execute(caller, "list_users")
    directory.ldap("ldapmodify", stdin=f"dn: cn=admin,{GROUPS}\nadd: member\nmember: {BOB}\n")
    assert iam.execute(caller, "list_users")
    assert [user["user_name"] for user in do("get_group", group_name="admin")["users"]] == ["bob"]


@pytest.mark.usefixtures("bob")
def test_a_policy_attached_by_ldapmodify_holds_on_the_next_call(iam: Iam, directory: Any) -> None:
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nadd: objectClass\nobjectClass: iamUser\n")
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    policy = "cn=IAMReadOnlyAccess,ou=system-policies,ou=iam,dc=example,dc=org"
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nadd: iamAttachedPolicy\niamAttachedPolicy: {policy}\n")
    assert iam.execute(caller, "list_users")


@pytest.mark.usefixtures("bob")
def test_the_case_and_spacing_of_a_dn_make_no_difference(iam: Iam, directory: Any) -> None:
    spaced = "UID=Bob, OU=People, DC=Example, DC=Org"
    directory.ldap("ldapmodify", stdin=f"dn: cn=admin,{GROUPS}\nadd: member\nmember: {spaced}\n")
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    assert iam.execute(caller, "list_users")


def test_a_group_from_ldapadd_is_a_group(directory: Any, do: Do) -> None:
    directory.ldap("ldapadd", stdin=f"dn: cn=eng,{GROUPS}\nobjectClass: groupOfNames\ncn: eng\n")
    do("attach_group_policy", group_name="eng", policy_arn=READ_ONLY)
    assert [group["group_name"] for group in do("list_groups")["groups"]] == ["admin", "eng"]


def test_nothing_of_a_user_removed_by_ldapdelete_comes_alive_again(iam: Iam, directory: Any, do: Do) -> None:
    first = do("create_user", user_name="bob")["user"]["user_id"]
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("add_user_to_group", user_name="bob", group_name="admin")
    do("attach_user_policy", user_name="bob", policy_arn=ADMINISTRATOR)
    session = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    directory.ldap("ldapdelete", BOB)
    with pytest.raises(AccessDenied):
        iam.execute(session, "list_users")
    assert do("create_user", user_name="bob")["user"]["user_id"] != first
    assert do("list_groups_for_user", user_name="bob")["groups"] == []
    assert do("list_attached_user_policies", user_name="bob")["attached_policies"] == []
    with pytest.raises(AccessDenied):
        iam.execute(session, "list_users")


def test_a_dangling_member_is_nobody(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    do("add_user_to_group", user_name="bob", group_name="admin")
    directory.ldap("ldapdelete", BOB)
    assert do("get_group", group_name="admin")["users"] == []


def test_a_policy_removed_by_ldapdelete_no_longer_counts(iam: Iam, directory: Any, do: Do) -> None:
    arn = do("create_policy", policy_name="p", policy_document=allow("iam:*"))["policy"]["arn"]
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("attach_user_policy", user_name="bob", policy_arn=arn)
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    directory.ldap("ldapdelete", "cn=p,ou=policies,ou=iam,dc=example,dc=org")
    with pytest.raises(AccessDenied):
        iam.execute(caller, "list_users")
    do("create_policy", policy_name="p", policy_document=allow("iam:*"))
    assert do("list_attached_user_policies", user_name="bob")["attached_policies"] == []


def test_a_boundary_that_was_removed_leaves_nothing_within_it(iam: Iam, directory: Any, do: Do) -> None:
    arn = do("create_policy", policy_name="p", policy_document=allow("*"))["policy"]["arn"]
    do("create_user", user_name="bob", permissions_boundary=arn)
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("attach_user_policy", user_name="bob", policy_arn=ADMINISTRATOR)
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    assert iam.execute(caller, "list_users")
    directory.ldap("ldapdelete", "cn=p,ou=policies,ou=iam,dc=example,dc=org")
    with pytest.raises(AccessDenied, match="permissions boundary"):
        iam.execute(caller, "list_users")


def test_a_document_broken_by_hand_denies_until_it_is_mended(iam: Iam, directory: Any, do: Do, root: Caller) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password=DEMO_PASSWORD)
    do("add_user_to_group", user_name="bob", group_name="admin")
    do("put_user_policy", user_name="bob", policy_name="p", policy_document=allow("s3:*"))
    caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nreplace: iamInlinePolicy\niamInlinePolicy: p {{broken\n")
    with pytest.raises(AccessDenied, match="explicit deny"):
        iam.execute(caller, "list_users")
    iam.execute(root, "put_user_policy", {"user_name": "bob", "policy_name": "p", "policy_document": allow("s3:*")})
    assert iam.execute(caller, "list_users")


def test_a_value_that_can_not_be_read_is_passed_over(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob", tags=[{"key": "good", "value": "1"}])
    directory.ldap("ldapmodify", stdin=f"dn: {BOB}\nadd: iamTag\niamTag: no equals sign\n")
    assert do("list_user_tags", user_name="bob")["tags"] == [{"key": "good", "value": "1"}]


def test_a_missing_entry_is_told_by_name_after_ldapdelete(directory: Any, do: Do) -> None:
    do("create_user", user_name="bob")
    directory.ldap("ldapdelete", BOB)
    with pytest.raises(NoSuchEntity, match=r"The user with name bob cannot be found\."):
        do("update_user", user_name="bob", remarks="gone")
