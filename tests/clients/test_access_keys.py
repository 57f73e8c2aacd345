"""Access keys: made, listed, switched off, deleted, and when they were last used."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.clients.conftest import Api, Key
from tests.clients.refusals import refused
from tests.documents import ADMINISTRATOR, allow

INVALID = "The security token included in the request is invalid."


def last_used(iam: Any, key: Key) -> dict[str, Any]:
    return iam.get_access_key_last_used(AccessKeyId=key.id)["AccessKeyLastUsed"]


def test_a_new_key_has_aws_s_form_and_signs_at_once(api: Api, iam: Any, user: str) -> None:
    made = iam.create_access_key(UserName=user)["AccessKey"]
    assert made["AccessKeyId"].startswith("AKIA")
    assert (len(made["AccessKeyId"]), len(made["SecretAccessKey"])) == (20, 40)
    assert (made["UserName"], made["Status"]) == (user, "Active")
    own = api.client("sts", Key(made["AccessKeyId"], made["SecretAccessKey"]))
    assert own.get_caller_identity()["Arn"] == f"arn:aws:iam::123456789012:user/{user}"


def test_a_list_of_keys_shows_no_secret(iam: Any, user: str) -> None:
    made = iam.create_access_key(UserName=user)["AccessKey"]
    answer = iam.list_access_keys(UserName=user)
    (found,) = answer["AccessKeyMetadata"]
    assert set(found) == {"UserName", "AccessKeyId", "Status", "CreateDate"}
    assert found["AccessKeyId"] == made["AccessKeyId"]
    assert answer["IsTruncated"] is False


def test_a_third_key_is_one_too_many(iam: Any, user: str) -> None:
    for _ in range(2):
        iam.create_access_key(UserName=user)
    with refused("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"):
        iam.create_access_key(UserName=user)


def test_a_key_that_is_switched_off_signs_nothing_until_it_is_switched_on(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    iam.update_access_key(UserName=user, AccessKeyId=key.id, Status="Inactive")
    with refused("InvalidClientTokenId", 403, INVALID):
        api.client("sts", key).get_caller_identity()
    iam.update_access_key(UserName=user, AccessKeyId=key.id, Status="Active")
    assert api.client("sts", key).get_caller_identity()["Account"] == "123456789012"


def test_nobody_can_make_a_key_expired(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    with refused("InvalidInput", 400):
        iam.update_access_key(UserName=user, AccessKeyId=key.id, Status="Expired")


def test_a_deleted_key_signs_nothing(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    assert api.client("sts", key).get_caller_identity()
    iam.delete_access_key(UserName=user, AccessKeyId=key.id)
    with refused("InvalidClientTokenId", 403, INVALID):
        api.client("sts", key).get_caller_identity()


def test_a_key_of_somebody_else_is_not_found(api: Api, iam: Any, user: str, name: str) -> None:
    key = api.key_of(user)
    iam.create_user(UserName=f"{name}-other")
    with refused("NoSuchEntity", 404, f"The Access Key with id {key.id} cannot be found."):
        iam.delete_access_key(UserName=f"{name}-other", AccessKeyId=key.id)


def test_users_manage_their_own_keys_without_saying_whose(api: Api, iam: Any, user: str) -> None:
    own_keys = allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")
    iam.put_user_policy(UserName=user, PolicyName="keys", PolicyDocument=own_keys)
    own = api.client("iam", api.key_of(user))
    made = own.create_access_key()["AccessKey"]
    assert made["UserName"] == user
    assert len(own.list_access_keys()["AccessKeyMetadata"]) == 2
    own.update_access_key(AccessKeyId=made["AccessKeyId"], Status="Inactive")
    own.delete_access_key(AccessKeyId=made["AccessKeyId"])
    with refused("AccessDenied", 403, "is not authorized to perform: iam:ListAccessKeys on resource: arn"):
        own.list_access_keys(UserName="administrator")


def test_the_root_user_has_keys(iam: Any) -> None:
    made = iam.create_access_key()["AccessKey"]
    listed = [key["AccessKeyId"] for key in iam.list_access_keys()["AccessKeyMetadata"]]
    assert made["AccessKeyId"] in listed
    assert len(listed) == 2
    iam.delete_access_key(AccessKeyId=made["AccessKeyId"])


def test_a_key_that_was_never_used_says_so(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    answer = iam.get_access_key_last_used(AccessKeyId=key.id)
    assert answer["UserName"] == user
    assert answer["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}


def test_a_first_use_shows_within_seconds(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    api.client("sts", key, region="ap-south-1").get_caller_identity()
    deadline = time.monotonic() + 5
    while last_used(iam, key)["ServiceName"] == "N/A" and time.monotonic() < deadline:
        time.sleep(0.05)
    found = last_used(iam, key)
    assert (found["ServiceName"], found["Region"]) == ("sts", "ap-south-1")
    assert abs((datetime.now(UTC) - found["LastUsedDate"]).total_seconds()) < 60


def test_a_second_use_in_the_same_period_writes_nothing(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    client = api.client("sts", key)
    client.get_caller_identity()
    while last_used(iam, key)["ServiceName"] == "N/A":
        time.sleep(0.05)
    entry = f"iamAccessKeyId={key.id},ou=keys,ou=iam,dc=example,dc=org"
    before = api.directory.ldap("ldapsearch", "-LLL", "-b", entry, "entryCSN").stdout
    for _ in range(20):
        client.get_caller_identity()
    time.sleep(0.5)
    assert api.directory.ldap("ldapsearch", "-LLL", "-b", entry, "entryCSN").stdout == before


def test_a_key_that_nobody_has_was_never_used(iam: Any) -> None:
    with refused("NoSuchEntity", 404):
        iam.get_access_key_last_used(AccessKeyId="AKIAIOSFODNN7EXAMPLE")


def test_a_key_dies_with_a_user_that_an_ldap_tool_deletes(api: Api, user: str) -> None:
    key = api.key_of(user)
    client = api.client("sts", key)
    assert client.get_caller_identity()
    api.directory.ldap("ldapdelete", f"uid={user},ou=people,dc=example,dc=org")
    time.sleep(0.2)
    with refused("InvalidClientTokenId", 403, INVALID):
        client.get_caller_identity()


def test_a_user_made_again_does_not_revive_an_old_key(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    api.directory.ldap("ldapdelete", f"uid={user},ou=people,dc=example,dc=org")
    iam.create_user(UserName=user)
    with refused("InvalidClientTokenId", 403, INVALID):
        api.client("sts", key).get_caller_identity()
    assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"] == []


def test_a_key_follows_its_user_to_another_name(api: Api, iam: Any, user: str) -> None:
    key = api.key_of(user)
    iam.update_user(UserName=user, NewUserName=f"{user}-renamed")
    assert api.client("sts", key).get_caller_identity()["Arn"].endswith(f":user/{user}-renamed")


def test_a_user_that_an_ldap_tool_made_gets_keys(api: Api, iam: Any, name: str) -> None:
    person = f"dn: uid={name},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {name}\ncn: x\nsn: x\n"
    api.directory.ldap("ldapadd", stdin=person)
    iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    key = api.key_of(name)
    assert api.client("iam", key).get_user()["User"]["UserName"] == name


@pytest.mark.parametrize("status", ["active", "On", ""])
def test_an_unknown_status_is_refused(api: Api, iam: Any, user: str, status: str) -> None:
    with refused("ValidationError", 400, "Member must satisfy enum value set"):
        iam.update_access_key(UserName=user, AccessKeyId="AKIAIOSFODNN7EXAMPLE", Status=status)
