"""What is told of the directory: its server, and the account's part of the tree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Iam
from adapter.errors import AccessDenied, NoSuchEntity, ValidationError
from adapter.installation.accounts import create_account
from adapter.ldap.wire import Wire
from tests.conftest import SUFFIX, Directory
from tests.directory.conftest import Do, sign_in

PEOPLE = f"ou=people,{SUFFIX}"
BOB = f"uid=bob,{PEOPLE}"


def names(level: dict[str, Any]) -> list[str]:
    return [node["name"] for node in level["nodes"]]


def test_the_server_tells_how_it_is(do: Do, directory: Directory) -> None:
    before = datetime.now(UTC)
    do("create_user", user_name="bob")
    found = do("describe_directory")
    assert found["answers"]
    assert found["version"].startswith("slapd 2.")
    assert datetime.now(UTC) - found["started"] < timedelta(minutes=10)
    (server,) = found["servers"]
    assert (server["uri"], server["status"]) == (directory.server.ldapi_uri, "ok")
    assert [change["behind"] for change in server["changes"]] == [0.0]
    (provider,) = found["providers"]
    assert provider["server_id"] == "000"
    assert before <= provider["time"] <= datetime.now(UTC)
    assert found["class_count"] > 10


def test_the_check_up_is_what_the_operator_s_command_says(do: Do) -> None:
    found = {finding["check"]: finding["verdict"] for finding in do("describe_directory")["findings"]}
    assert found["schema"] == "fine"
    assert found["access rules"] == "fine"
    assert "failed" not in found.values()


def test_nobody_but_the_adapter_reads_the_monitor(do: Do, directory: Directory) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Bindery-demo-1")
    found = directory.ldap_as("bob", "Bindery-demo-1", "ldapsearch", "-b", "cn=Monitor", "+", check=False)
    assert "monitorTimestamp" not in found.stdout


def test_the_tree_begins_with_its_topmost_entry(do: Do) -> None:
    found = do("describe_entry")
    assert found["entry"]["dn"] == SUFFIX
    (level,) = found["levels"]
    assert names(level) == ["ou=groups", "ou=iam", "ou=people"]


def test_the_way_to_an_entry_is_open(do: Do) -> None:
    do("create_user", user_name="bob")
    found = do("describe_entry", dn=BOB)
    assert [level["dn"] for level in found["levels"]] == [SUFFIX, PEOPLE, BOB]
    assert names(found["levels"][1]) == ["uid=bob"]
    assert found["levels"][1]["total"] == 1
    assert found["entry"]["has_children"] is False


def test_an_entry_shows_as_ldif_without_its_secrets(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Canary-7-bird")
    key = do("create_access_key", user_name="bob")["access_key"]["access_key_id"]
    user = do("describe_entry", dn=BOB)["entry"]["ldif"]
    assert f"dn: {BOB}" in user
    assert "assword:" not in user
    sealed = do("describe_entry", dn=f"iamAccessKeyId={key},ou=keys,ou=iam,{SUFFIX}")["entry"]["ldif"]
    assert f"iamAccessKeyId: {key}" in sealed
    assert "Sealed" not in sealed


def test_a_large_level_is_read_page_by_page(do: Do) -> None:
    users = [f"user-{number:02}" for number in range(25)]
    for name in users:
        do("create_user", user_name=name)
    found, marker = [], None
    while True:
        level = do("describe_entry", dn=PEOPLE, max_items=10, marker=marker)["levels"][-1]
        found += names(level)
        marker = level["marker"]
        if marker is None:
            break
    assert found == [f"uid={name}" for name in users]


def test_the_page_stays_when_an_entry_on_it_is_opened(do: Do) -> None:
    for number in range(15):
        do("create_user", user_name=f"user-{number:02}")
    marker = do("describe_entry", dn=PEOPLE, max_items=10)["levels"][-1]["marker"]
    found = do("describe_entry", dn=f"uid=user-12,{PEOPLE}", max_items=10, marker=marker)
    assert names(found["levels"][1])[0] == "uid=user-10"


def test_a_marker_of_somebody_else_is_refused(do: Do) -> None:
    with pytest.raises(ValidationError):
        do("describe_entry", dn=PEOPLE, marker="((")


def test_what_other_tools_have_put_into_the_tree_shows(do: Do, directory: Directory) -> None:
    contractors = f"ou=contractors,{PEOPLE}"
    ldif = f"dn: {contractors}\nobjectClass: organizationalUnit\nou: contractors\n\n"
    ldif += f"dn: uid=zoe,{contractors}\nobjectClass: account\nuid: zoe\n"
    directory.ldap("ldapadd", stdin=ldif)
    assert names(do("describe_entry", dn=PEOPLE)["levels"][-1])[0] == "ou=contractors"
    assert names(do("describe_entry", dn=contractors)["levels"][-1]) == ["uid=zoe"]


@pytest.mark.parametrize(
    "dn", ["cn=config", "cn=Monitor", "dc=org", f"uid=nobody,{PEOPLE}", "nonsense", "cn=subschema", "uid=*," + PEOPLE]
)
def test_what_is_not_in_the_account_s_tree_is_not_there(do: Do, dn: str) -> None:
    with pytest.raises(NoSuchEntity):
        do("describe_entry", dn=dn)


def test_a_dn_may_be_spelt_in_any_way(do: Do) -> None:
    do("create_user", user_name="bob")
    assert do("describe_entry", dn=BOB.replace("uid", "UID").replace(",", ", ").upper())["entry"]["dn"] == BOB


def test_accounts_do_not_see_each_other_s_trees(iam: Iam, directory: Directory, do: Do) -> None:
    other = create_account(directory.settings, email="root@other.example", account_id="210987654321")
    top = f"o={other.account_id},{SUFFIX}"
    caller = sign_in(iam, other.account_id, None, other.root_password)
    assert iam.execute(caller, "describe_entry")["top"] == top
    for dn in (SUFFIX, PEOPLE, f"ou=iam,{SUFFIX}"):
        with pytest.raises(NoSuchEntity):
            iam.execute(caller, "describe_entry", {"dn": dn})
    assert f"o={other.account_id}" not in names(do("describe_entry")["levels"][0])
    for dn in (top, f"ou=people,{top}"):
        with pytest.raises(NoSuchEntity):
            do("describe_entry", dn=dn)


def test_the_machine_is_the_first_account_s_business(iam: Iam, directory: Directory) -> None:
    other = create_account(directory.settings, email="root@other.example", account_id="210987654321")
    found = iam.execute(sign_in(iam, other.account_id, None, other.root_password), "describe_directory")
    assert found["answers"]
    assert found["findings"] is None
    assert found["servers"] == []


def test_the_directory_is_for_those_who_may_see_it(as_user: Callable[[str], Do]) -> None:
    bob = as_user("bob")
    for operation in ("describe_directory", "describe_entry"):
        with pytest.raises(AccessDenied):
            bob(operation)


def test_a_look_at_the_tree_takes_few_questions(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    do("create_user", user_name="bob")
    do("describe_entry", dn=BOB)
    asked = []
    search = Wire.search
    monkeypatch.setattr(Wire, "search", lambda wire, *more: asked.append(more) or search(wire, *more))
    do("describe_entry", dn=BOB)
    assert len(asked) <= 12
    asked.clear()
    do("describe_directory")
    assert len(asked) <= 12
