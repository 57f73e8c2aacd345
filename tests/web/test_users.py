"""Users in the console: the list, the page of one, and what changes one."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Iam
from adapter.ldap.wire import Wire
from tests.web.conftest import Do
from tests.web.people import DOCUMENT, READ_ONLY, USERS, follow, group, user
from tests.web.visitor import Visitor, text

MOST_ROUND_TRIPS = 17
"""Of a process that has just started: what is read once, such as which services are registered, counts as well."""


def test_the_list_shows_everybody_with_their_groups(bob: Visitor) -> None:
    page = text(bob.get(USERS))
    assert "Users (5)" in page
    assert "job Job 2 (DevelopmentPersonnel, TestPersonnel)" in page


@pytest.mark.parametrize("sought", ["jo", "JOY", "joy@example", "exam joy"])
def test_the_list_is_searched_by_part_of_a_name_or_address(bob: Visitor, sought: str) -> None:
    page = text(bob.get(f"{USERS}?q={sought}"))
    assert "joy Joy" in page
    assert "ray Ray" not in page


@pytest.mark.parametrize("sought", ["*", "(uid=*)", "\\", "%00"[:1], "zz)(|"])
def test_what_filters_are_made_of_finds_nothing(bob: Visitor, sought: str) -> None:
    response = bob.get(USERS, query_string={"q": sought})
    assert "No user has" in text(response)


def test_the_list_is_sorted_by_what_is_asked_for(bob: Visitor) -> None:
    page = text(bob.get(f"{USERS}?sort=-display_name"))
    assert page.index("ray Ray") < page.index("alice Alice")


def test_the_list_goes_page_by_page(bob: Visitor, do: Do) -> None:
    for number in range(30):
        do("create_user", user_name=f"clerk-{number:02}")
    bob.client.set_cookie("bindery-columns-users", "25.groups")
    first = bob.get(USERS).get_data(as_text=True)
    assert first.count('class="row-link"') == 25
    following = first.split('rel="next"')[0].rpartition('href="')[2].rstrip('" ')
    second = text(bob.get(following.replace("&amp;", "&")))
    assert "Page 2" in second
    assert "ray" in second
    assert "alice" not in second


def test_the_choice_of_columns_is_remembered(bob: Visitor) -> None:
    assert "Created" not in bob.get(USERS).get_data(as_text=True).split("<tbody>")[0].split("<thead>")[1]
    fields = {"list": "users", "next": USERS, "columns": "created", "size": "25"}
    response = bob.submit("/console/columns", fields, page=USERS)
    assert response.location == USERS
    head = bob.get(USERS).get_data(as_text=True).split("<tbody>")[0].split("<thead>")[1]
    assert "Created" in head
    assert "Groups" not in head


def test_a_choice_of_columns_leads_nowhere_else(bob: Visitor) -> None:
    fields = {"list": "users", "next": "//evil.example", "columns": "created"}
    assert bob.submit("/console/columns", fields, page=USERS).location == "/console/"


def test_a_policy_that_came_through_a_group_says_so(bob: Visitor) -> None:
    assert "ECSFullAccess" in (page := text(bob.get(user("job"))))
    assert "Group DevelopmentPersonnel" in page


def test_a_policy_is_attached_and_detached(bob: Visitor) -> None:
    attached = bob.submit(user("joy", "/attach"), {"policies": [READ_ONLY]})
    assert "Attached to joy: ReadOnlyAccess" in follow(bob, attached)
    assert "Directly" in text(bob.get(user("joy")))
    detached = bob.submit(user("joy", f"/detach?policy={READ_ONLY}"), {})
    assert "no longer attached" in follow(bob, detached)


def test_attaching_nothing_asks_for_something(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/attach"), {})
    assert response.status_code == 422
    assert "Choose at least one policy" in text(response)


def test_an_inline_policy_is_written_changed_and_deleted(bob: Visitor, do: Do) -> None:
    fields = {"policy_name": "lists", "document": DOCUMENT}
    assert "has been saved" in follow(bob, bob.submit(user("joy", "/inline"), fields))
    assert "s3:List*" in text(bob.get(user("joy", "/inline/lists")))
    changed = bob.submit(user("joy", "/inline/lists"), {"document": DOCUMENT.replace("List", "Get")})
    assert "has been saved" in follow(bob, changed)
    assert "s3%3AGet" in do("get_user_policy", user_name="joy", policy_name="lists")["policy_document"]
    assert "has been deleted" in follow(bob, bob.submit(user("joy", "/inline/lists/delete"), {}))


def test_a_document_that_is_not_valid_stays_in_the_form(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/inline"), {"policy_name": "lists", "document": '{"Version": "wrong"}'})
    assert response.status_code == 400
    page = text(response)
    assert '"Version": "wrong"' in page
    assert "Nothing was changed" in page


def test_the_boundary_is_set_and_taken_away(bob: Visitor) -> None:
    assert follow(bob, bob.submit(user("joy", "/boundary"), {"boundary": READ_ONLY}))
    assert "at most what this policy allows too: ReadOnlyAccess" in text(bob.get(user("joy")))
    assert follow(bob, bob.submit(user("joy", "/boundary"), {"boundary": ""}))
    assert "None is set" in text(bob.get(user("joy")))


def test_a_user_joins_a_group(bob: Visitor) -> None:
    page = follow(bob, bob.submit(user("joy", "/groups/join"), {"groups": ["TestPersonnel"]}))
    assert "joy is now in TestPersonnel" in page
    assert "Groups (2)" in page


def test_details_are_changed(bob: Visitor, do: Do) -> None:
    fields = {"display_name": "Joy Ünal", "email": "joy@new.example", "mobile_phone": "+49 151 1", "remarks": "new"}
    assert "have been saved" in follow(bob, bob.submit(user("joy", "/edit"), fields | {"path": "/eng/"}))
    found = do("get_user", user_name="joy")["user"]
    assert (found["display_name"], found["email"], found["path"]) == ("Joy Ünal", "joy@new.example", "/eng/")


def test_one_detail_is_changed_where_it_stands_and_the_others_stay(bob: Visitor, do: Do) -> None:
    do("update_user", user_name="joy", remarks="Works from home.", mobile_phone="+49 151 1")
    response = bob.submit(user("joy", "/edit"), {"only": "email", "email": "new@example.org"}, page=user("joy"))
    assert "new@example.org" in follow(bob, response)
    found = do("describe_user", user_name="joy")["user"]
    assert (found["remarks"], found["mobile_phone"]) == ("Works from home.", "+49 151 1")


def test_a_wrong_detail_leads_to_the_form_with_all_of_them(bob: Visitor, do: Do) -> None:
    do("update_user", user_name="joy", remarks="Works from home.")
    response = bob.submit(user("joy", "/edit"), {"only": "email", "email": "no address"}, page=user("joy"))
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert 'id="email-error"' in page
    assert "Works from home." in page


def test_a_wrong_address_is_refused_beside_its_field(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/edit"), {"email": "nowhere", "path": "/"})
    assert response.status_code == 422
    assert "Enter an e-mail address such as" in text(response)


def test_a_user_is_renamed_and_keeps_id_and_groups(bob: Visitor, do: Do) -> None:
    before = do("get_user", user_name="joy")["user"]["user_id"]
    assert "now called joyce" in follow(bob, bob.submit(user("joy", "/rename"), {"new_name": "joyce"}))
    assert do("get_user", user_name="joyce")["user"]["user_id"] == before
    assert do("list_groups_for_user", user_name="joyce")["groups"]


def test_a_name_that_is_taken_is_refused(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/rename"), {"new_name": "JOB"})
    assert response.status_code == 409
    assert "User with name JOB already exists" in text(response)


def test_what_is_wrong_with_a_tag_is_told_beside_it(bob: Visitor) -> None:
    refused = bob.submit(user("joy", "/tags/edit"), {"tags-0-key": "x" * 129, "tags-0-value": "a"})
    assert refused.status_code == 422
    assert '<a href="#tags-0-key">A tag' in refused.text
    assert 'id="tags-0-key-error"' in refused.text
    assert 'aria-describedby="tags-0-key-error"' in refused.text
    assert text(refused).count("A tag's key can have at most 128 characters") == 2


def test_tags_are_set_changed_and_removed(bob: Visitor, do: Do) -> None:
    bob.submit(user("joy", "/tags/edit"), {"tags-0-key": "team", "tags-0-value": "a", "tags-1-key": "old"})
    assert "team a" in text(bob.get(user("joy", "/tags")))
    bob.submit(user("joy", "/tags/edit"), {"tags-0-key": "", "tags-1-key": "team", "tags-1-value": "b"})
    assert do("list_user_tags", user_name="joy")["tags"] == [{"key": "team", "value": "b"}]


def test_the_entry_shows_as_ldif_without_secrets(bob: Visitor, do: Do) -> None:
    do("create_access_key", user_name="joy")
    page = text(bob.get(user("joy", "/ldif")))
    assert "dn: uid=joy,ou=people,dc=example,dc=org" in page
    assert "memberOf:" in page
    assert "userPassword" not in page
    assert "pwdHistory" not in page


def test_services_that_the_policies_reach_are_listed_with_their_last_use(bob: Visitor) -> None:
    page = text(bob.get(user("bob", "/last-accessed")))
    assert "AWS Identity and Access Management" in page
    assert "No policy of the user reaches any service" not in page


def test_a_user_who_is_not_there_is_not_found(bob: Visitor) -> None:
    response = bob.get(user("stranger"))
    assert response.status_code == 404
    assert "The user with name stranger cannot be found" in text(response)


@pytest.mark.parametrize("name", ["<script>", "a b", "*", "x" * 200, "a'b"])
def test_a_name_that_nobody_can_have_is_an_error_of_the_reader(bob: Visitor, name: str) -> None:
    assert bob.get(user(name)).status_code in {400, 404}


@pytest.mark.parametrize(
    "path",
    [
        USERS,
        f"{USERS}?q=joy",
        f"{USERS}?sort=-created",
        user("joy"),
        user("joy", "/groups"),
        user("joy", "/tags"),
        user("joy", "/credentials"),
        user("joy", "/last-accessed"),
        user("joy", "/delete"),
        user("joy", "/attach"),
        user("joy", "/groups/join"),
        "/console/groups",
        group("TestPersonnel"),
        group("TestPersonnel", "/permissions"),
        group("TestPersonnel", "/delete"),
        group("TestPersonnel", "/add-users"),
        "/console/create-user",
    ],
)
def test_no_page_takes_many_round_trips(
    bob: Visitor, iam: Iam, do: Do, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    do("put_user_permissions_boundary", user_name="joy", permissions_boundary=READ_ONLY)
    do("create_access_key", user_name="joy")
    asked: list[object] = []
    search = Wire.search

    def counted(wire: Wire, *arguments: Any) -> Any:
        asked.append(arguments)
        return search(wire, *arguments)

    monkeypatch.setattr(Wire, "search", counted)
    assert bob.get(path).status_code == 200
    assert len(asked) <= MOST_ROUND_TRIPS
