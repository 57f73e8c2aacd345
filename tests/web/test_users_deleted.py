"""Deleting users: the name typed, everything they have goes, and the last administrator stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.directory.authenticator import enrolled
from tests.web.conftest import Do
from tests.web.people import DOCUMENT, READ_ONLY, SYSTEM, USERS, follow, group, user
from tests.web.test_users_created import watch
from tests.web.visitor import Visitor, text

SEVERAL = "/console/delete-users"


@pytest.fixture
def laden(do: Do) -> str:
    """A user who has one of everything."""
    do("attach_user_policy", user_name="joy", policy_arn=READ_ONLY)
    do("put_user_policy", user_name="joy", policy_name="lists", policy_document=DOCUMENT)
    do("create_access_key", user_name="joy")
    enrolled(do, "joy")
    do("create_service_specific_credential", user_name="joy", service_name="codecommit.amazonaws.com")
    return "joy"


def names(do: Do) -> set[str]:
    return {each["user_name"] for each in do("list_users")["users"]}


def test_the_page_lists_what_is_lost(bob: Visitor, laden: str) -> None:
    page = text(bob.get(user(laden, "/delete")))
    for lost in ("the password", "1 access key", "1 group membership: DevelopmentPersonnel", "1 attached policy"):
        assert lost in page
    assert "1 inline policy: lists" in page
    assert "1 MFA device: phone" in page
    assert "1 app password" in page


def test_a_user_goes_with_everything_it_has(bob: Visitor, laden: str, do: Do) -> None:
    page = follow(bob, bob.submit(user(laden, "/delete"), {"typed": laden}))
    assert "The user joy has been deleted, with everything it had" in page
    assert laden not in names(do)
    assert do("list_virtual_mfa_devices")["virtual_mfa_devices"] == []
    assert "Users (4)" in page


@pytest.mark.parametrize("typed", ["", "jo", "Joy", "joy!"])
def test_the_name_has_to_be_typed_exactly(bob: Visitor, do: Do, typed: str) -> None:
    response = bob.submit(user("joy", "/delete"), {"typed": typed})
    assert response.status_code == 422
    assert "exactly as it is written" in text(response)
    assert "joy" in names(do)


def test_what_is_refused_in_the_middle_is_reported(visitor: Visitor, laden: str, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMFullAccess")
    document = DOCUMENT.replace("Allow", "Deny").replace("s3:List*", "iam:DetachUserPolicy")
    do("put_user_policy", user_name="ray", policy_name="no", policy_document=document)
    visitor.sign_in("ray")
    response = visitor.submit(user(laden, "/delete"), {"typed": laden})
    assert response.status_code == 403
    page = text(response)
    assert "Not all of it could be done" in page
    assert "the password was removed" in page
    assert "Action iam:DetachUserPolicy" in page
    assert "Nothing was changed" not in page


def test_the_last_active_administrator_stays(bob: Visitor, do: Do) -> None:
    assert follow(bob, bob.submit(user("alice", "/delete"), {"typed": "alice"}))
    response = bob.submit(user("bob", "/delete"), {"typed": "bob"})
    assert response.status_code == 409
    assert "bob is the last active administrator" in text(response)
    assert "bob" in names(do)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (group("admin", "/remove/bob"), {}),
        (user("bob", "/password/remove"), {}),
        (group("admin", "/delete"), {"typed": "admin"}),
        (group("admin", f"/detach?policy={SYSTEM}AdministratorAccess"), {}),
    ],
)
def test_the_last_active_administrator_is_not_taken_its_rights_either(
    bob: Visitor, do: Do, path: str, fields: dict[str, Any]
) -> None:
    do("delete_login_profile", user_name="alice")
    response = bob.submit(path, fields)
    assert response.status_code == 409
    assert "last active administrator" in text(response)


def test_an_administrator_by_another_way_is_enough(bob: Visitor, do: Do) -> None:
    do("delete_login_profile", user_name="alice")
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}AdministratorAccess")
    assert "no longer in admin" in follow(bob, bob.submit(group("admin", "/remove/bob"), {}))


def test_several_users_are_deleted_with_a_result_for_each(bob: Visitor, laden: str, do: Do) -> None:
    response = bob.submit(f"{SEVERAL}?name=joy&name=ray&name=stranger", {"typed": "delete"})
    page = watch(bob, response.location)
    assert "Done: 3 of 3" in page
    assert "joy Deleted" in page
    assert "stranger Not deleted: The user with name stranger cannot be found" in page
    assert names(do) == {"alice", "bob", "job"}


def test_of_several_administrators_one_stays(bob: Visitor, do: Do) -> None:
    response = bob.submit(f"{SEVERAL}?name=alice&name=bob", {"typed": "delete"})
    assert "bob Not deleted: this is the last active administrator" in watch(bob, response.location)
    assert "bob" in names(do)


def test_without_a_tick_nothing_is_asked(bob: Visitor) -> None:
    assert "Tick the users that you want to delete" in follow(bob, bob.get(SEVERAL))


def test_who_may_not_delete_sees_no_boxes(visitor: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMReadOnlyAccess")
    visitor.sign_in("ray")
    assert 'name="name"' not in visitor.get(USERS).get_data(as_text=True)
    response = visitor.submit(user("joy", "/delete"), {"typed": "joy"})
    assert response.status_code == 403


def test_deleting_oneself_ends_the_session(visitor: Visitor, do: Do) -> None:
    do("attach_user_policy", user_name="ray", policy_arn=f"{SYSTEM}IAMFullAccess")
    visitor.sign_in("ray")
    assert "This is you" in text(visitor.get(user("ray", "/delete")))
