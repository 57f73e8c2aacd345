"""Users in the console: the list, the page of one, and what changes one."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Iam
from adapter.ldap.wire import Wire
from tests.directory.authenticator import enrolled
from tests.web.conftest import Do
from tests.web.people import DOCUMENT, READ_ONLY, SYSTEM, USERS, follow, group, secret_on, user
from tests.web.visitor import Visitor, text

MOST_ROUND_TRIPS = 15


@pytest.fixture
def reader(visitor: Visitor, do: Do) -> Visitor:
    """Somebody who may look at everything and change nothing."""
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    return visitor


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


def test_who_may_not_change_a_user_is_offered_no_detail_to_change(reader: Visitor) -> None:
    assert "quick-edit" not in reader.get(user("joy")).get_data(as_text=True)


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


def test_a_generated_password_is_shown_once_and_works(bob: Visitor, another_visitor: Visitor) -> None:
    response = bob.submit(user("joy", "/password"), {"how": "generated"})
    password = secret_on(response, "Password")
    assert response.headers["Cache-Control"] == "no-store"
    assert another_visitor.sign_in("joy", password).location == "/console/"
    assert password not in text(bob.get(user("joy", "/credentials")))


def test_a_chosen_password_has_to_meet_the_policy(bob: Visitor) -> None:
    response = bob.submit(user("joy", "/password"), {"how": "own", "password": "x"})
    assert response.status_code == 400
    assert "at least" in text(response)
    assert 'value="x"' not in response.get_data(as_text=True)


def test_a_password_is_taken_away(bob: Visitor, another_visitor: Visitor) -> None:
    assert "can't sign in" in follow(bob, bob.submit(user("joy", "/password/remove"), {}))
    assert another_visitor.sign_in("joy").status_code == 403


def test_an_access_key_is_made_switched_off_and_deleted(bob: Visitor, do: Do) -> None:
    response = bob.submit(user("joy", "/keys/create"), {})
    key = do("list_access_keys", user_name="joy")["access_key_metadata"][0]["access_key_id"]
    assert len(secret_on(response, "Secret access key")) == 40
    assert key in text(response)
    assert "is now inactive" in follow(bob, bob.submit(user("joy", f"/keys/{key}/switch"), {}))
    assert f"To confirm, type {key}" in text(bob.get(user("joy", f"/keys/{key}/delete")))
    assert bob.submit(user("joy", f"/keys/{key}/delete"), {"typed": "no"}).status_code == 422
    assert "has been deleted" in follow(bob, bob.submit(user("joy", f"/keys/{key}/delete"), {"typed": key}))
    assert do("list_access_keys", user_name="joy")["access_key_metadata"] == []


def test_a_lost_mfa_device_is_taken_away(bob: Visitor, do: Do) -> None:
    device = enrolled(do, "joy").serial
    assert "Authenticator app" in text(bob.get(user("joy", "/credentials")))
    assert "has been removed" in follow(bob, bob.submit(user("joy", f"/mfa/remove?device={device}"), {}))
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []


def test_the_entry_shows_as_ldif_without_secrets(bob: Visitor, do: Do) -> None:
    do("create_access_key", user_name="joy")
    page = text(bob.get(user("joy", "/ldif")))
    assert "dn: uid=joy,ou=people,dc=example,dc=org" in page
    assert "memberOf:" in page
    assert "userPassword" not in page
    assert "pwdHistory" not in page


def test_a_reader_sees_everything_and_no_way_to_change_it(reader: Visitor) -> None:
    page = text(reader.get(user("joy")))
    assert "You may not iam:DeleteUser" in page
    assert "You may not iam:AttachUserPolicy" in page
    assert "Detach" not in page
    assert "You may not iam:CreateUser" in text(reader.get(USERS))


@pytest.mark.parametrize(
    ("path", "fields", "action"),
    [
        ("/attach", {"policies": [READ_ONLY]}, "iam:AttachUserPolicy"),
        ("/edit", {"display_name": "x", "path": "/"}, "iam:UpdateUser"),
        ("/rename", {"new_name": "x"}, "iam:UpdateUser"),
        ("/tags/edit", {"tags-0-key": "a"}, "iam:TagUser"),
        ("/boundary", {"boundary": READ_ONLY}, "iam:PutUserPermissionsBoundary"),
        ("/groups/join", {"groups": ["TestPersonnel"]}, "iam:AddUserToGroup"),
        ("/password", {"how": "generated"}, "iam:UpdateLoginProfile"),
        ("/password/remove", {}, "iam:DeleteLoginProfile"),
        ("/keys/create", {}, "iam:CreateAccessKey"),
        ("/inline", {"policy_name": "x", "document": DOCUMENT}, "iam:PutUserPolicy"),
    ],
)
def test_the_door_refuses_a_reader_and_says_what_is_missing(
    reader: Visitor, path: str, fields: dict[str, Any], action: str
) -> None:
    response = reader.submit(user("joy", path), fields)
    assert response.status_code == 403
    page = text(response)
    assert f"Action {action}" in page
    assert "No identity-based policy that reaches you allows the action" in page
    assert "Nothing was changed" in page


def test_somebody_without_rights_is_told_which_one_is_missing(visitor: Visitor, do: Do) -> None:
    do("create_user", user_name="nobody")
    do("create_login_profile", user_name="nobody", password="Bindery-demo-1")
    visitor.sign_in("nobody")
    response = visitor.get(USERS)
    assert response.status_code == 403
    assert "Action iam:ListUsers" in text(response)


def test_who_may_see_a_user_but_not_the_keys_sees_the_rest(visitor: Visitor, do: Do) -> None:
    document = DOCUMENT.replace("s3:List*", "iam:GetUser")
    do("put_user_policy", user_name="ray", policy_name="look", policy_document=document)
    visitor.sign_in("ray")
    page = text(visitor.get(user("joy", "/credentials")))
    assert "joy@example.org" in page
    assert "Action iam:ListAccessKeys" in page


def test_an_explicit_deny_is_told_apart(visitor: Visitor, do: Do) -> None:
    document = DOCUMENT.replace("Allow", "Deny").replace("s3:List*", "iam:ListUsers")
    do("put_user_policy", user_name="bob", policy_name="no", policy_document=document)
    visitor.sign_in("bob")
    assert "explicit deny in an identity-based policy" in text(visitor.get(USERS))


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
