"""The store reads what is there, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from adapter.errors import InvalidInput
from adapter.ldap import GROUP, PASSWORD_POLICY, POLICY, ROOT, SYSTEM_POLICY, USER, Store, Where
from adapter.models import Account

PEOPLE, GROUPS = "ou=people,dc=example,dc=org", "ou=groups,dc=example,dc=org"
PERSON = "objectClass: inetOrgPerson\ncn: {0}\nsn: {0}\n"
HOSTILE = [
    "*",
    "bob*",
    "(uid=*)",
    "*)(uid=*",
    "a\\2a",
    "a,b",
    'a"b',
    "a+b",
    "a;b",
    "a=b",
    "#a",
    " ",
    "",
    "\0",
    "b\0b",
    "é",
    "💥",
]


@pytest.fixture
def store(demo_directory: Any) -> Iterator[Store]:
    opened = Store.open(demo_directory.settings)
    yield opened
    opened.close()


def test_an_account_knows_where_its_people_and_groups_are(account: Account) -> None:
    assert (account.account_id, account.user_base, account.group_base) == ("123456789012", PEOPLE, GROUPS)


def test_an_account_is_found_by_its_id(store: Store, account: Account) -> None:
    assert store.account("123456789012") == account
    assert store.account("000000000000") is None


@pytest.mark.parametrize("name", ["bob", "BOB", "Bob"])
def test_a_name_is_looked_up_without_regard_to_case(store: Store, account: Account, name: str) -> None:
    user = store.get(USER, account, name)
    assert user is not None
    assert user.user_name == "bob"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_finds_nothing(store: Store, account: Account, name: str) -> None:
    assert store.get(USER, account, name) is None
    assert store.get(GROUP, account, name) is None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_value_matches_nothing(store: Store, account: Account, name: str) -> None:
    assert store.find(USER, account, Where.equals("display_name", name)) == []
    assert store.find(USER, account, Where.starts_with("path", f"/eng/{name}")) == []


def test_a_name_of_ten_megabytes_is_refused(store: Store, account: Account) -> None:
    with pytest.raises(InvalidInput):
        store.get(USER, account, "a" * 10_000_000)


def test_a_name_that_is_no_unicode_text_is_refused(store: Store, account: Account) -> None:
    with pytest.raises(InvalidInput):
        store.get(USER, account, "\udc80")


def test_a_plain_person_is_a_user_with_an_arn_and_an_id(store: Store, account: Account, demo_directory: Any) -> None:
    demo_directory.ldap("ldapadd", stdin=f"dn: uid=zoe,{PEOPLE}\nuid: zoe\n{PERSON.format('Zoe')}")
    zoe = store.get(USER, account, "zoe")
    assert zoe is not None
    assert zoe.arn == "arn:aws:iam::123456789012:user/zoe"
    assert zoe.user_id.startswith("AIDA")
    assert zoe == store.load(USER, account, f"uid=zoe,{PEOPLE}")


def test_a_person_of_another_naming_is_known_by_user_name(store: Store, account: Account, demo_directory: Any) -> None:
    demo_directory.ldap("ldapadd", stdin=f"dn: cn=Zoe Z,{PEOPLE}\nuid: zoe\n{PERSON.format('Zoe Z')}")
    zoe = store.get(USER, account, "zoe")
    assert zoe is not None
    assert (zoe.user_name, zoe.dn) == ("zoe", f"cn=Zoe Z,{PEOPLE}")


def test_a_person_without_a_user_name_is_none_of_ours(store: Store, account: Account, demo_directory: Any) -> None:
    demo_directory.ldap("ldapadd", stdin=f"dn: cn=Zoe Z,{PEOPLE}\n{PERSON.format('Zoe Z')}")
    assert store.names(USER, account) == ["alice", "bob", "job", "joy", "ray"]
    assert store.count(USER, account) == len(store.find(USER, account)) == 5


def test_a_membership_written_with_ldap_tools_is_seen(store: Store, account: Account, demo_directory: Any) -> None:
    change = f"dn: cn=TestPersonnel,{GROUPS}\nchangetype: modify\nadd: member\nmember: uid=alice,{PEOPLE}\n"
    demo_directory.ldap("ldapmodify", stdin=change)
    found = store.find(GROUP, account, Where.refers("members", f"uid=alice,{PEOPLE}"))
    assert "TestPersonnel" in [group.group_name for group in found]


def test_members_are_only_read_where_asked_for(store: Store, account: Account) -> None:
    bare, full = (store.get(GROUP, account, "TestPersonnel", also=also) for also in ((), ("members",)))
    assert bare is not None
    assert full is not None
    assert bare.members == ()
    assert sorted(full.members) == [f"uid=job,{PEOPLE}", f"uid=ray,{PEOPLE}"]


def test_what_lies_outside_the_base_is_not_loaded(store: Store, account: Account) -> None:
    assert store.load(USER, account, "cn=root,ou=iam,dc=example,dc=org") is None
    assert store.load(GROUP, account, f"uid=bob,{PEOPLE}") is None
    assert store.load(USER, account, "no name at all") is None


def test_many_are_loaded_by_any_spelling_of_their_names(store: Store, account: Account) -> None:
    asked = [
        f"uid=bob,{PEOPLE}",
        f"UID=Alice, {PEOPLE}",
        f"uid=nobody,{PEOPLE}",
        "cn=root,ou=iam,dc=example,dc=org",
        "junk",
    ]
    found = store.load_many(USER, account, asked)
    assert {at: user.user_name for at, user in found.items()} == {asked[0]: "bob", asked[1]: "alice"}


def test_names_come_sorted(store: Store, account: Account) -> None:
    assert store.names(USER, account) == ["alice", "bob", "job", "joy", "ray"]


def test_conditions_hold_together(store: Store, account: Account) -> None:
    found = store.find(USER, account, Where.any_of("user_name", ["bob", "job"]), Where.equals("display_name", "Job"))
    assert [user.user_name for user in found] == ["job"]


def test_no_value_to_choose_from_finds_nothing(store: Store, account: Account) -> None:
    nothing = Where.any_of("user_name", [])
    assert store.find(USER, account, nothing) == []
    assert store.names(USER, account, nothing) == []
    assert list(store.walk(USER, account, nothing)) == []
    assert store.count(USER, account, nothing) == 0
    assert not store.exists(USER, account, nothing)


def test_a_limit_is_kept(store: Store, account: Account) -> None:
    assert len(store.find(USER, account, limit=2)) == 2


def test_an_absent_path_is_the_root_path(store: Store, account: Account) -> None:
    for where in (Where.equals("path", "/"), Where.starts_with("path", "/"), Where.starts_with("path", "")):
        assert store.count(USER, account, where) == 5
    assert not store.exists(USER, account, Where.starts_with("path", "/eng/"))


def test_a_password_is_found_by_its_presence(store: Store, account: Account, demo_directory: Any) -> None:
    demo_directory.ldap("ldapadd", stdin=f"dn: uid=app,{PEOPLE}\nuid: app\n{PERSON.format('App')}")
    assert store.count(USER, account, Where.present("password")) == 5
    assert not store.exists(USER, account, Where.equals("user_name", "app"), Where.present("password"))


def test_a_walk_sees_everything(store: Store, account: Account) -> None:
    assert len(list(store.walk(SYSTEM_POLICY, account))) == store.count(SYSTEM_POLICY, account) > 20


def test_a_walk_holds_no_connection(store: Store, account: Account) -> None:
    walks = [store.walk(USER, account) for _ in range(100)]
    assert {next(walk).dn for walk in walks} == {next(store.walk(USER, account)).dn}
    assert store.get(USER, account, "bob") is not None


def test_a_system_policy_belongs_to_no_account(store: Store, account: Account) -> None:
    policy = store.get(SYSTEM_POLICY, account, "administratoraccess")
    assert policy is not None
    assert policy.arn == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert policy.is_system
    assert policy.versions[0].is_default_version
    assert policy.document == policy.versions[0].document
    assert store.get(POLICY, account, "AdministratorAccess") is None


def test_the_root_user_and_the_password_policy_are_there(store: Store, account: Account, demo_directory: Any) -> None:
    root = store.root(account)
    assert root is not None
    assert root.email == demo_directory.root_email
    assert root.password_changed is not None
    assert store.load(ROOT, account, root.dn) == root
    assert store.password_policy(account) == store.get(PASSWORD_POLICY, account, "DEFAULT")


def test_the_server_tells_what_it_knows(store: Store) -> None:
    info = store.server_info()
    assert info.answers
    assert set(info.servers.values()) == {"ok"}
    assert "iamUser" in info.classes
    assert info.context_csn
