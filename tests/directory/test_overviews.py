"""What the console's pages read at once: lists with their columns, what is searched for, what depends on a user."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Iam
from adapter.errors import AccessDenied, InvalidInput, ValidationError
from adapter.operations import overviews
from tests.conftest import Directory
from tests.directory.authenticator import enrolled
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in

SYSTEM = "arn:aws:iam::aws:policy/"
ADMINISTRATOR = f"{SYSTEM}AdministratorAccess"
DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}'
PEOPLE = {
    "anna": ("Anna Berg", "anna@example.org"),
    "Bernd": ("Bernd Ünal", "b.unal@example.org"),
    "carla+x=1": ("", ""),
    "dora": ("Dora Bergmann", ""),
}


@pytest.fixture(scope="module")
def office(ask: Do) -> Do:
    """Four users, two of whom are in a group and have passwords; one of them has a key and a device."""
    for name, (display_name, email) in PEOPLE.items():
        ask("create_user", user_name=name, display_name=display_name, email=email)
    ask("create_group", group_name="Office", display_name="The office")
    for name in ("anna", "Bernd"):
        ask("add_user_to_group", group_name="Office", user_name=name)
    ask("create_login_profile", user_name="anna", password=DEMO_PASSWORD)
    ask("create_login_profile", user_name="Bernd", password=DEMO_PASSWORD)
    ask("create_access_key", user_name="anna")
    enrolled(ask, "anna")
    return ask


def found(ask: Do, **params: Any) -> list[str]:
    return [user["user_name"] for user in ask("search_users", **params)["users"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("berg", ["anna", "dora"]),
        ("ÜNAL", ["Bernd"]),
        ("example berg", ["anna"]),
        ("b.unal@", ["Bernd"]),
        ("ann", ["anna", "dora"]),
        ("nn", ["anna", "dora"]),
        ("ü", ["Bernd"]),
        ("x", ["anna", "Bernd", "carla+x=1"]),
        ("a+x=", ["carla+x=1"]),
        ("carla+x", ["carla+x=1"]),
        ("ernd ber", ["Bernd"]),
        ("  ", ["anna", "Bernd", "carla+x=1", "dora"]),
        ("*", []),
        ("an*a", []),
        ("(uid=*)", []),
    ],
)
def test_every_word_is_looked_for_in_names_and_addresses(office: Do, text: str, names: list[str]) -> None:
    assert found(office, text=text) == names


def test_a_list_tells_groups_password_keys_and_devices(office: Do) -> None:
    users = {user["user_name"]: user for user in office("search_users")["users"]}
    anna, dora = users["anna"], users["dora"]
    assert (anna["groups"], anna["has_mfa"], anna["key_count"]) == (["Office"], True, 1)
    assert anna["password_changed"]
    assert anna["oldest_active_key"]
    assert (dora["groups"], dora["has_mfa"], dora["key_count"]) == ([], False, 0)
    assert dora["password_changed"] is None


def test_other_orders_are_paged_by_number(office: Do) -> None:
    first = office("search_users", sort_by="DisplayName", descending=True, max_items=2)
    assert [user["user_name"] for user in first["users"]] == ["dora", "Bernd"]
    rest = office("search_users", sort_by="DisplayName", descending=True, max_items=2, marker=first["marker"])
    assert [user["user_name"] for user in rest["users"]] == ["anna", "carla+x=1"]
    assert not rest["is_truncated"]


@pytest.mark.parametrize("marker", ["-1", "x", "٣"])
def test_a_marker_that_is_none_is_refused(office: Do, marker: str) -> None:
    with pytest.raises(ValidationError):
        office("search_users", sort_by="DisplayName", marker=marker)


def test_too_many_users_are_sorted_by_name_only(office: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overviews, "MOST_SORTED", 3)
    assert not office("search_users")["can_sort"]
    assert len(found(office)) == 4
    with pytest.raises(InvalidInput, match="sorted by user name only"):
        office("search_users", sort_by="Email")


def test_a_search_that_finds_too_much_says_so(office: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overviews, "MOST_SORTED", 1)
    answer = office("search_users", text="berg")
    assert answer["is_cut"]
    assert len(answer["users"]) == 1


def test_the_total_follows_every_change(do: Do, directory: Directory) -> None:
    assert do("search_users")["total"] == 0
    for name in ("anna", "bernd"):
        do("create_user", user_name=name)
    assert do("search_users")["total"] == 2
    do("delete_user", user_name="anna")
    assert do("search_users", max_items=1)["total"] == 1
    directory.ldap("ldapdelete", f"uid=bernd,ou=people,{directory.suffix}")
    assert do("search_users")["total"] in {0, 1}


def test_groups_are_found_by_their_spaced_name(office: Do) -> None:
    assert [group["group_name"] for group in office("search_groups", text="the off")["groups"]] == ["Office"]
    assert office("search_groups", text="nothing")["groups"] == []


def test_members_are_listed_by_name_and_searched(office: Do) -> None:
    answer = office("list_members", group_name="Office")
    assert [user["user_name"] for user in answer["users"]] == ["anna", "Bernd"]
    assert answer["total"] == 2
    assert [user["user_name"] for user in office("list_members", group_name="Office", text="ERN")["users"]] == ["Bernd"]


def test_a_user_s_page_tells_of_devices_and_keys_without_secrets(office: Do) -> None:
    answer = office("describe_credentials", user_name="anna")
    assert answer["mfa_devices"][0]["serial_number"].endswith(":mfa/phone")
    assert set(answer["access_keys"][0]) == {
        "access_key_id",
        "status",
        "create_date",
        "last_used_date",
        "service_name",
        "region",
    }


def test_everything_that_depends_on_a_user_is_named(office: Do) -> None:
    has = office("describe_user_dependents", user_name="anna")
    assert has["groups"] == ["Office"]
    assert has["has_password"]
    assert len(has["access_keys"]) == len(has["mfa_devices"]) == 1


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("describe_user_entry", {"user_name": "anna"}),
        ("describe_group_entry", {"group_name": "Office"}),
        ("describe_policy_entry", {"policy_arn": ADMINISTRATOR}),
    ],
)
def test_an_entry_is_shown_as_ldif(office: Do, operation: str, params: dict[str, str]) -> None:
    ldif = office(operation, **params)["ldif"]
    assert ldif.startswith("dn: ")
    assert "objectClass: " in ldif
    assert "userPassword" not in ldif


@pytest.mark.parametrize(
    ("action", "operation", "params"),
    [
        ("iam:ListUsers", "search_users", {}),
        ("iam:GetUser", "describe_user", {"user_name": "anna"}),
        ("iam:GetUser", "describe_user_entry", {"user_name": "anna"}),
        ("iam:GetGroup", "list_members", {"group_name": "Office"}),
        ("iam:ListPolicies", "list_attachable_policies", {}),
    ],
)
def test_each_asks_for_what_the_way_of_aws_asks_for(
    shared: tuple[Iam, Directory], office: Do, action: str, operation: str, params: dict[str, str]
) -> None:
    door, directory = shared
    bernd = sign_in(door, directory.account_id, "Bernd", DEMO_PASSWORD)
    with pytest.raises(AccessDenied, match=action):
        door.execute(bernd, operation, params)
    office("put_user_policy", user_name="Bernd", policy_name="p", policy_document=DOCUMENT % action)
    assert door.execute(bernd, operation, params)
    office("delete_user_policy", user_name="Bernd", policy_name="p")


def test_what_shows_several_things_asks_for_each_of_them(shared: tuple[Iam, Directory], office: Do) -> None:
    door, directory = shared
    bernd = sign_in(door, directory.account_id, "Bernd", DEMO_PASSWORD)
    document = DOCUMENT % "iam:ListAttachedUserPolicies"
    office("put_user_policy", user_name="Bernd", policy_name="p", policy_document=document)
    with pytest.raises(AccessDenied, match="iam:ListUserPolicies"):
        door.execute(bernd, "list_policies_for_user", {"user_name": "anna"})
    office("delete_user_policy", user_name="Bernd", policy_name="p")


def test_several_questions_are_answered_at_once(shared: tuple[Iam, Directory], office: Do) -> None:
    door, directory = shared
    bernd = sign_in(door, directory.account_id, "Bernd", DEMO_PASSWORD)
    office("put_user_policy", user_name="Bernd", policy_name="p", policy_document=DOCUMENT % "iam:GetUser")
    calls = {"see": ("get_user", {"user_name": "dora"}), "delete": ("delete_user", {"user_name": "dora"})}
    assert door.may(bernd, calls) == {"see": True, "delete": False}
    office("delete_user_policy", user_name="Bernd", policy_name="p")


def test_the_last_active_administrator_is_known(do: Do) -> None:
    def is_last(**without: str) -> bool:
        return bool(do("describe_administration", **without)["is_last"])

    for name in ("anna", "bernd"):
        do("create_user", user_name=name)
    assert not is_last(without_user="anna")
    do("attach_user_policy", user_name="anna", policy_arn=ADMINISTRATOR)
    assert not is_last(without_user="anna"), "who can't sign in administers nothing"
    do("create_login_profile", user_name="anna", password=DEMO_PASSWORD)
    assert is_last(without_user="ANNA")
    assert not is_last(without_user="anna", without_group="admin"), "the policy of her own stays"
    do("create_login_profile", user_name="bernd", password=DEMO_PASSWORD)
    do("add_user_to_group", user_name="bernd", group_name="admin")
    assert not is_last(without_user="anna")
    assert not is_last(without_group="admin")
    do("detach_user_policy", user_name="anna", policy_arn=ADMINISTRATOR)
    assert is_last(without_group="admin")
    assert is_last(without_user="bernd", without_group="admin")
