"""Groups in the console: the list, members, policies, creating and deleting them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Do
from tests.web.people import DOCUMENT, GROUPS, READ_ONLY, SYSTEM, follow, group
from tests.web.visitor import Visitor, text

CREATE = "/console/create-group"


def members(do: Do, name: str) -> list[str]:
    return [each["user_name"] for each in do("get_group", group_name=name)["users"]]


def test_the_list_shows_spaced_names(bob: Visitor) -> None:
    page = text(bob.get(GROUPS))
    assert "Development personnel DevelopmentPersonnel" in page
    assert "User groups (3)" in page


def test_the_list_is_searched(bob: Visitor) -> None:
    page = text(bob.get(f"{GROUPS}?q=person"))
    assert "Test personnel" in page
    assert "admin admin" not in page
    assert "No group has" in text(bob.get(f"{GROUPS}?q=nothing"))


def test_a_group_is_created_with_a_name_of_words_and_policies(bob: Visitor, do: Do) -> None:
    fields = {"display_name": "Night shift", "path": "/", "policies": [READ_ONLY]}
    page = follow(bob, bob.submit(CREATE, fields))
    assert "The group NightShift has been created" in page
    assert "Nobody is in the group yet" in page
    assert do("list_attached_group_policies", group_name="NightShift")["attached_policies"]


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({}, 422, "Enter a name for the group"),
        ({"group_name": "two words"}, 422, "without spaces"),
        ({"group_name": "ADMIN"}, 409, "already exists"),
        ({"display_name": "测试"}, 422, "none can be made from the name above"),
    ],
)
def test_a_group_that_can_not_be_is_refused(bob: Visitor, fields: dict[str, Any], status: int, told: str) -> None:
    response = bob.submit(CREATE, fields)
    assert response.status_code == status
    assert told in text(response)


def test_members_are_found_added_and_removed(bob: Visitor, do: Do) -> None:
    page = text(bob.get(group("TestPersonnel", "/add-users?q=joy")))
    assert "joy Joy DevelopmentPersonnel" in page
    added = bob.submit(group("TestPersonnel", "/add-users"), {"users": ["joy", "alice"]})
    assert "Added to TestPersonnel: joy, alice" in follow(bob, added)
    assert members(do, "TestPersonnel") == ["alice", "job", "joy", "ray"]
    assert "no longer in TestPersonnel" in follow(bob, bob.submit(group("TestPersonnel", "/remove/joy"), {}))
    assert "joy" not in members(do, "TestPersonnel")


def test_adding_nobody_asks_for_somebody(bob: Visitor) -> None:
    response = bob.submit(group("TestPersonnel", "/add-users"), {})
    assert response.status_code == 422
    assert "Tick at least one user" in text(response)


def test_removing_from_the_user_s_page_leads_back_there(bob: Visitor) -> None:
    response = bob.submit(group("TestPersonnel", "/remove/job?back=user"), {})
    assert response.location == "/console/users/job/groups"


def test_members_are_searched_and_paged(bob: Visitor, do: Do) -> None:
    do("create_group", group_name="many")
    for number in range(30):
        do("create_user", user_name=f"clerk-{number:02}")
        do("add_user_to_group", user_name=f"clerk-{number:02}", group_name="many")
    bob.client.set_cookie("bindery-columns-members", "25.name")
    first = text(bob.get(group("many")))
    assert "Users (30)" in first
    assert "clerk-24" in first
    assert "clerk-25" not in first
    assert "clerk-29" in text(bob.get(group("many", "?q=29")))


def test_policies_of_a_group_are_attached_and_detached(bob: Visitor) -> None:
    attached = bob.submit(group("TestPersonnel", "/attach"), {"policies": [READ_ONLY]})
    assert "Attached to TestPersonnel: ReadOnlyAccess" in follow(bob, attached)
    assert "ReadOnlyAccess" in text(bob.get(group("TestPersonnel", "/permissions")))
    assert follow(bob, bob.submit(group("TestPersonnel", f"/detach?policy={READ_ONLY}"), {}))
    assert "ReadOnlyAccess" not in text(bob.get(group("TestPersonnel", "/permissions"))).replace("ECSReadOnly", "")


def test_a_group_is_edited_and_keeps_its_members(bob: Visitor, do: Do) -> None:
    fields = {"display_name": "Testers", "group_name": "Testers", "path": "/qa/", "remarks": "quality"}
    assert "has been saved" in follow(bob, bob.submit(group("TestPersonnel", "/edit"), fields))
    assert members(do, "Testers") == ["job", "ray"]


def test_a_group_is_deleted_with_its_policies_and_without_its_users(bob: Visitor, do: Do) -> None:
    do("put_group_policy", group_name="TestPersonnel", policy_name="lists", policy_document=DOCUMENT)
    page = text(bob.get(group("TestPersonnel", "/delete")))
    assert "2 members leave the group: job, ray" in page
    assert "lists, which is deleted with the group" in page
    assert bob.submit(group("TestPersonnel", "/delete"), {"typed": "no"}).status_code == 422
    deleted = follow(bob, bob.submit(group("TestPersonnel", "/delete"), {"typed": "TestPersonnel"}))
    assert "Its users are still there" in deleted
    assert do("get_user", user_name="ray")


def test_the_entry_shows_as_ldif(bob: Visitor) -> None:
    page = text(bob.get(group("TestPersonnel", "/ldif")))
    assert "member: uid=ray,ou=people,dc=example,dc=org" in page


def test_a_member_that_is_no_user_is_passed_over(bob: Visitor, demo_directory: Any) -> None:
    suffix = demo_directory.suffix
    change = f"changetype: modify\nadd: member\nmember: cn=admin,ou=groups,{suffix}\n"
    demo_directory.ldap("ldapmodify", stdin=f"dn: cn=TestPersonnel,ou=groups,{suffix}\n{change}")
    assert "Users (2)" in text(bob.get(group("TestPersonnel")))


def test_a_reader_is_refused(visitor: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    assert "You may not iam:CreateGroup" in text(visitor.get(GROUPS))
    assert "You may not iam:AddUserToGroup" in text(visitor.get(group("TestPersonnel")))
    for path, fields in (
        ("/add-users", {"users": ["joy"]}),
        ("/remove/ray", {}),
        ("/delete", {"typed": "TestPersonnel"}),
        ("/edit", {"group_name": "x", "path": "/"}),
    ):
        assert visitor.submit(group("TestPersonnel", path), fields).status_code == 403


def test_markup_in_a_group_s_name_stays_text(bob: Visitor, do: Do) -> None:
    do("update_group", group_name="TestPersonnel", display_name="<script>alert(1)</script>", remarks="<b>x</b>")
    for path in (GROUPS, group("TestPersonnel")):
        page = bob.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<b>x" not in page
