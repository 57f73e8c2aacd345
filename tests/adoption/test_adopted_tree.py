"""What was adopted works like what Bindery made: people sign in, groups give rights, names and members may change."""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Callable

import pytest

from adapter import Caller, Owed, RequestContext
from adapter.errors import AccessDenied, EntityAlreadyExists
from adapter.installation.sweep import sweep
from tests.adoption.company import Tree
from tests.adoption.conftest import ENVIRONMENT, GROUPS, PEOPLE, SUFFIX, Moved
from tests.directory.conftest import sign_in
from tests.documents import READ_ONLY

ACCOUNT = ENVIRONMENT["BINDERY_ACCOUNT_ID"]
NAMED_BY_UID, NAMED_BY_CN, NAMED_BY_BOTH = "u00000", "u00001", "u00002"
HOWEVER_NAMED = pytest.mark.parametrize("name", [NAMED_BY_UID, NAMED_BY_CN, NAMED_BY_BOTH])
GROUP_OF_NAMES, GROUP_OF_UNIQUE_NAMES, POSIX_GROUP = "everyone", "team-0", "team-1"
OF_ANY_CLASS = pytest.mark.parametrize("group", [GROUP_OF_NAMES, GROUP_OF_UNIQUE_NAMES, POSIX_GROUP])


def person(moved: Moved, name: str) -> Caller:
    return sign_in(moved.iam, ACCOUNT, name, f"Password-{int(name[1:])}")


def groups_of(moved: Moved, name: str) -> list[str]:
    return [group["group_name"] for group in moved.do("list_groups_for_user", user_name=name)["groups"]]


def test_all_people_are_users(resting: Moved, corp: Tree) -> None:
    users = resting.do("list_users", max_items=1000)["users"]
    assert [user["user_name"] for user in users] == sorted(corp.people)


def test_all_groups_of_all_classes_are_groups(resting: Moved, corp: Tree) -> None:
    assert [group["group_name"] for group in resting.do("list_groups")["groups"]] == sorted(corp.groups)


@OF_ANY_CLASS
def test_a_group_has_the_members_that_it_had(resting: Moved, corp: Tree, group: str) -> None:
    users = resting.do("get_group", group_name=group, max_items=1000)["users"]
    assert [user["user_name"] for user in users] == corp.members[group]


@HOWEVER_NAMED
def test_a_user_is_in_the_groups_that_they_were_in(resting: Moved, corp: Tree, name: str) -> None:
    assert groups_of(resting, name) == sorted(group for group, names in corp.members.items() if name in names)


@HOWEVER_NAMED
def test_a_user_signs_in_with_the_password_they_had(resting: Moved, name: str) -> None:
    assert person(resting, name).name == name


def test_a_wrong_password_opens_nothing(resting: Moved) -> None:
    with pytest.raises(Exception, match="incorrect|wrong|Incorrect"):
        resting.iam.login.begin(ACCOUNT, NAMED_BY_CN, "Password-2", RequestContext())


@OF_ANY_CLASS
def test_rights_of_a_group_reach_its_members(moved: Moved, corp: Tree, group: str) -> None:
    member = person(moved, corp.members[group][0])
    with pytest.raises(AccessDenied):
        moved.iam.execute(member, "list_users")
    moved.do("attach_group_policy", group_name=group, policy_arn=READ_ONLY)
    assert moved.iam.execute(member, "list_users")


@OF_ANY_CLASS
@HOWEVER_NAMED
def test_a_user_leaves_and_joins_a_group(moved: Moved, corp: Tree, group: str, name: str) -> None:
    if name not in corp.members[group]:
        moved.do("add_user_to_group", group_name=group, user_name=name)
    moved.do("remove_user_from_group", group_name=group, user_name=name)
    assert group not in groups_of(moved, name)
    moved.do("add_user_to_group", group_name=group, user_name=name)
    assert group in groups_of(moved, name)


@OF_ANY_CLASS
def test_members_stay_where_the_class_of_the_group_has_them(moved: Moved, corp: Tree, group: str) -> None:
    def places() -> Counter[str]:
        return Counter(line.partition(":")[0] for line in moved.company.dump()[f"dn: cn={group},{GROUPS}"])

    before = places()
    for verb in ("remove_user_from_group", "add_user_to_group"):
        moved.do(verb, group_name=group, user_name=corp.members[group][0])
    assert places() == before


def test_the_last_member_may_leave_though_the_class_insists_on_one(moved: Moved) -> None:
    moved.do("create_group", group_name="crew")
    moved.do("add_user_to_group", group_name="crew", user_name=NAMED_BY_CN)
    moved.do("remove_user_from_group", group_name="crew", user_name=NAMED_BY_CN)
    assert moved.do("get_group", group_name="crew")["users"] == []
    moved.do("delete_group", group_name="crew")


def test_what_fills_an_empty_group_is_never_shown(moved: Moved) -> None:
    for name in ("u00002", "u00005"):
        moved.do("create_group", group_name=f"of-{name}")
    assert "member: cn=.empty," in moved.company.ldap("ldapsearch", "-LLL", "-b", f"cn=of-u00002,{GROUPS}").stdout
    assert moved.do("get_group", group_name="of-u00002")["users"] == []
    assert moved.do("list_members", group_name="of-u00002")["users"] == []


def test_a_group_of_the_company_may_lose_its_last_member(moved: Moved, corp: Tree) -> None:
    for name in corp.members[GROUP_OF_UNIQUE_NAMES]:
        moved.do("remove_user_from_group", group_name=GROUP_OF_UNIQUE_NAMES, user_name=name)
    assert moved.do("get_group", group_name=GROUP_OF_UNIQUE_NAMES)["users"] == []


@HOWEVER_NAMED
def test_a_renamed_user_stays_in_all_groups(moved: Moved, name: str) -> None:
    before = groups_of(moved, name)
    moved.do("update_user", user_name=name, new_user_name="renamed")
    assert groups_of(moved, "renamed") == before
    assert name not in {user["user_name"] for user in moved.do("list_users", max_items=1000)["users"]}


def test_a_rename_keeps_the_place_of_an_entry_that_is_named_by_something_else(moved: Moved, corp: Tree) -> None:
    moved.do("update_user", user_name=NAMED_BY_CN, new_user_name="renamed")
    records = moved.company.ldap("ldapsearch", "-LLL", "-b", PEOPLE, "uid=renamed", "cn").stdout
    assert "cn:: " in records
    assert "王伟 1" in corp.people[NAMED_BY_CN]


def test_a_new_user_can_not_have_a_name_that_is_taken_anywhere(resting: Moved) -> None:
    for name in (NAMED_BY_CN, NAMED_BY_CN.upper()):
        with pytest.raises(EntityAlreadyExists):
            resting.do("create_user", user_name=name)


def test_a_name_of_somebody_who_was_not_adopted_is_taken_too(moved: Moved) -> None:
    moved.company.ldap("ldapadd", stdin=f"dn: uid=eve,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: eve\ncn: E\nsn: E\n")
    assert "eve" not in {user["user_name"] for user in moved.do("list_users", max_items=1000)["users"]}
    with pytest.raises(EntityAlreadyExists):
        moved.do("create_user", user_name="eve")


def test_a_new_user_is_none_of_the_groups_that_still_name_an_earlier_one(moved: Moved) -> None:
    change = f"dn: cn={POSIX_GROUP},{GROUPS}\nchangetype: modify\nadd: memberUid\nmemberUid: ghost\n"
    moved.company.ldap("ldapmodify", stdin=change)
    moved.do("create_user", user_name="ghost")
    assert groups_of(moved, "ghost") == []


def test_a_new_user_works_like_any_other(moved: Moved) -> None:
    moved.do("create_user", user_name="newcomer")
    moved.do("create_login_profile", user_name="newcomer", password="Newcomer-password-1")
    moved.do("add_user_to_group", group_name=POSIX_GROUP, user_name="newcomer")
    assert sign_in(moved.iam, ACCOUNT, "newcomer", "Newcomer-password-1").name == "newcomer"
    assert groups_of(moved, "newcomer") == [POSIX_GROUP]


def test_a_user_whom_an_ldap_tool_disables_is_out(moved: Moved, corp: Tree) -> None:
    caller = person(moved, NAMED_BY_CN)
    at = base64.b64encode(corp.people[NAMED_BY_CN].encode()).decode()
    change = f"dn:: {at}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    moved.company.ldap("ldapmodify", stdin=change)
    wait_for(lambda: is_refused(moved, caller))


def is_refused(moved: Moved, caller: Caller) -> bool:
    try:
        moved.iam.execute(caller, "describe_caller")
    except AccessDenied:
        return True
    return False


def wait_for(holds: Callable[[], bool]) -> None:
    """Until what others wrote has been heard of."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_keys_of_an_adopted_user_work_and_die_with_it(moved: Moved) -> None:
    key = moved.do("create_access_key", user_name=NAMED_BY_BOTH)["access_key"]
    assert moved.do("list_access_keys", user_name=NAMED_BY_BOTH)["access_key_metadata"][0]["access_key_id"]
    moved.do("delete_access_key", user_name=NAMED_BY_BOTH, access_key_id=key["access_key_id"])


def test_lists_of_the_console_show_groups_and_members(resting: Moved, corp: Tree) -> None:
    rows = resting.do("search_users", max_items=100)["users"]
    shown = {row["user_name"]: row["groups"] for row in rows}
    for name in (NAMED_BY_UID, NAMED_BY_CN, NAMED_BY_BOTH):
        assert shown[name] == sorted(group for group, names in corp.members.items() if name in names)
    for group in (GROUP_OF_NAMES, GROUP_OF_UNIQUE_NAMES, POSIX_GROUP):
        rows = resting.do("list_members", group_name=group, max_items=100)["users"]
        assert [row["user_name"] for row in rows] == corp.members[group]


def whoami(moved: Moved, at: str, password: str) -> int:
    return moved.company.ldap("ldapwhoami", "-D", at, "-w", password, check=False).returncode


def test_who_may_not_bind_can_still_sign_in_at_the_console(moved: Moved, corp: Tree) -> None:
    at = corp.people[NAMED_BY_CN]
    assert whoami(moved, at, "Password-1") == 0
    moved.do("update_bind_settings", bind_mode="none")
    assert whoami(moved, at, "Password-1") == 49
    assert person(moved, NAMED_BY_CN).name == NAMED_BY_CN


def test_how_one_user_binds_is_enforced_by_the_companys_server(moved: Moved, corp: Tree) -> None:
    moved.do("update_user_bind_settings", user_name=NAMED_BY_CN, bind_mode="app-passwords")
    assert whoami(moved, corp.people[NAMED_BY_CN], "Password-1") == 49
    assert whoami(moved, corp.people[NAMED_BY_UID], "Password-0") == 0


def test_an_app_password_opens_one_application_until_it_is_switched_off(moved: Moved) -> None:
    made = moved.do("create_service_specific_credential", user_name=NAMED_BY_CN, service_name="gitea")
    credential = made["service_specific_credential"]
    at = f"uid={NAMED_BY_CN},ou=gitea,ou=apps,ou=iam,{SUFFIX}"
    assert whoami(moved, at, credential["service_password"]) == 0
    known = {"user_name": NAMED_BY_CN, "service_specific_credential_id": credential["service_specific_credential_id"]}
    moved.do("update_service_specific_credential", status="Inactive", **known)
    assert whoami(moved, at, credential["service_password"]) == 49


def test_copies_of_groups_for_applications_follow_though_groups_need_a_member(moved: Moved) -> None:
    moved.do("create_service_specific_credential", user_name=NAMED_BY_CN, service_name="gitea")
    moved.do("create_group", group_name="crew")
    for verb in ("add_user_to_group", "remove_user_from_group"):
        moved.do(verb, group_name="crew", user_name=NAMED_BY_CN)
    assert moved.do("get_group", group_name="crew")["users"] == []


def test_who_gets_a_password_that_has_to_be_changed_is_asked_for_a_new_one(moved: Moved) -> None:
    moved.do("update_login_profile", user_name=NAMED_BY_CN, password="Given-password-1", password_reset_required=True)
    attempt = moved.iam.login.begin(ACCOUNT, NAMED_BY_CN, "Given-password-1", RequestContext())
    assert Owed.NEW_PASSWORD in attempt.owed


def test_the_directory_page_tells_the_first_account_of_its_server(resting: Moved) -> None:
    described = resting.do("describe_directory")
    assert [server["status"] for server in described["servers"]] == ["ok"]


def test_a_sweep_finds_nothing_in_a_tree_at_rest(resting: Moved) -> None:
    assert list(sweep(resting.settings, mend=False)) == []


def test_a_sweep_leaves_members_alone_that_were_not_adopted_or_lie_elsewhere(moved: Moved) -> None:
    moved.company.ldap("ldapadd", stdin=f"dn: cn=Eve,{PEOPLE}\nobjectClass: inetOrgPerson\ncn: Eve\nsn: E\n")
    members = (f"cn=Eve,{PEOPLE}", "uid=partner,dc=other,dc=example", f"uid=gone,{PEOPLE}")
    change = "".join(f"member: {at}\n" for at in members)
    moved.company.ldap("ldapmodify", stdin=f"dn: cn=everyone,{GROUPS}\nchangetype: modify\nadd: member\n{change}")
    mended = [swept.problem.message for swept in sweep(moved.settings, mend=True)]
    assert mended == [f"uid=gone,{PEOPLE} does not exist; it is removed"]


def test_members_of_the_exempt_group_bind_whatever_its_class(moved: Moved, corp: Tree) -> None:
    name = corp.members[GROUP_OF_UNIQUE_NAMES][0]
    moved.do("update_bind_settings", bind_mode="none", exempt_group=GROUP_OF_UNIQUE_NAMES)
    password = f"Password-{int(name[1:])}"
    assert whoami(moved, corp.people[name], password) == 0
    assert person(moved, name).name == name
