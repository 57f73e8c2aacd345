"""Users and login profiles through boto3."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.clients.conftest import Api
from tests.clients.refusals import refused
from tests.documents import ADMINISTRATOR, READ_ONLY

ACCOUNT = "arn:aws:iam::123456789012"
PASSWORD = "Welcome-to-work-1"


def test_a_new_user_is_described_as_aws_does(iam: Any, name: str) -> None:
    made = iam.create_user(UserName=name, Path="/engineering/", Tags=[{"Key": "team", "Value": "a/b + c=d@e"}])["User"]
    assert made["Arn"] == f"{ACCOUNT}:user/engineering/{name}"
    assert made["UserId"].startswith("AIDA")
    assert len(made["UserId"]) == 21
    assert made["Tags"] == [{"Key": "team", "Value": "a/b + c=d@e"}]
    assert abs((datetime.now(UTC) - made["CreateDate"]).total_seconds()) < 60
    assert iam.get_user(UserName=name)["User"] == made


def test_a_user_is_looked_up_without_regard_to_case(iam: Any, user: str) -> None:
    assert iam.get_user(UserName=user.upper())["User"]["UserName"] == user


def test_a_name_is_taken_whatever_its_case(iam: Any, user: str) -> None:
    with refused("EntityAlreadyExists", 409, f"User with name {user.upper()} already exists."):
        iam.create_user(UserName=user.upper())


def test_a_user_who_is_not_there_is_named(iam: Any) -> None:
    with refused("NoSuchEntity", 404, "The user with name nobody cannot be found."):
        iam.get_user(UserName="nobody")


def test_a_name_that_breaks_the_rules_is_refused_in_aws_s_words(iam: Any) -> None:
    rule = "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the"
    with refused("ValidationError", 400, rule):
        iam.create_user(UserName="a b")


def test_a_parameter_that_is_missing_is_named(iam: Any) -> None:
    with refused("ValidationError", 400, "at 'userName' failed to satisfy constraint: Member must not be null"):
        iam.create_user()


def test_a_user_can_start_within_a_boundary(iam: Any, name: str) -> None:
    made = iam.create_user(UserName=name, PermissionsBoundary=READ_ONLY)["User"]
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": READ_ONLY}
    assert made["PermissionsBoundary"] == boundary
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"] == boundary


def test_users_are_listed_below_a_path(iam: Any, name: str) -> None:
    iam.create_user(UserName=name, Path=f"/{name}/")
    answer = iam.list_users(PathPrefix=f"/{name}/")
    assert [user["UserName"] for user in answer["Users"]] == [name]
    assert answer["IsTruncated"] is False


def test_an_empty_list_is_a_list(iam: Any) -> None:
    assert iam.list_users(PathPrefix="/none/")["Users"] == []


def test_a_renamed_user_stays_who_it_is(iam: Any, user: str) -> None:
    before = iam.get_user(UserName=user)["User"]
    iam.update_user(UserName=user, NewUserName=f"{user}-new", NewPath="/moved/")
    after = iam.get_user(UserName=f"{user}-new")["User"]
    assert after["UserId"] == before["UserId"]
    assert after["Arn"] == f"{ACCOUNT}:user/moved/{user}-new"


def test_a_deleted_user_is_gone(iam: Any, user: str) -> None:
    iam.delete_user(UserName=user)
    with refused("NoSuchEntity", 404):
        iam.get_user(UserName=user)


def test_a_user_with_policies_is_not_deleted(iam: Any, user: str) -> None:
    iam.attach_user_policy(UserName=user, PolicyArn=ADMINISTRATOR)
    with refused("DeleteConflict", 409, "Cannot delete entity, must detach all policies first."):
        iam.delete_user(UserName=user)


def test_a_user_with_keys_is_not_deleted(iam: Any, user: str) -> None:
    iam.create_access_key(UserName=user)
    with refused("DeleteConflict", 409, "Cannot delete entity, must delete access keys first."):
        iam.delete_user(UserName=user)


def test_tags_are_set_listed_and_taken_away(iam: Any, user: str) -> None:
    iam.tag_user(UserName=user, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    answer = iam.list_user_tags(UserName=user)
    assert answer["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    assert answer["IsTruncated"] is False
    iam.untag_user(UserName=user, TagKeys=["a"])
    assert [tag["Key"] for tag in iam.list_user_tags(UserName=user)["Tags"]] == ["b"]


def test_a_login_profile_comes_and_goes(iam: Any, user: str) -> None:
    with refused("NoSuchEntity", 404):
        iam.get_login_profile(UserName=user)
    made = iam.create_login_profile(UserName=user, Password=PASSWORD, PasswordResetRequired=True)["LoginProfile"]
    assert made["PasswordResetRequired"] is True
    with refused("EntityAlreadyExists", 409):
        iam.create_login_profile(UserName=user, Password=PASSWORD)
    iam.update_login_profile(UserName=user, Password=f"{PASSWORD}!", PasswordResetRequired=False)
    assert iam.get_login_profile(UserName=user)["LoginProfile"]["UserName"] == user
    iam.delete_login_profile(UserName=user)
    with refused("NoSuchEntity", 404):
        iam.delete_login_profile(UserName=user)


def test_a_password_that_is_too_short_is_refused(iam: Any, user: str) -> None:
    with refused("PasswordPolicyViolation", 400):
        iam.create_login_profile(UserName=user, Password="short")


def test_a_user_changes_the_own_password(api: Api, iam: Any, user: str) -> None:
    iam.create_login_profile(UserName=user, Password=PASSWORD)
    iam.attach_user_policy(UserName=user, PolicyArn="arn:aws:iam::aws:policy/IAMUserChangePassword")
    own = api.client("iam", api.key_of(user))
    with refused("AccessDenied", 403):
        own.change_password(OldPassword="not the password", NewPassword=f"{PASSWORD}+")
    own.change_password(OldPassword=PASSWORD, NewPassword=f"{PASSWORD}+")
    assert api.directory.ldap_as(user, f"{PASSWORD}+", "ldapwhoami").returncode == 0
