"""What the door lets through: policies on a real directory, with the context of real calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapter import Caller, Iam
from adapter.errors import AccessDenied
from tests.directory.conftest import DEMO_PASSWORD, Do, sign_in
from tests.documents import ADMINISTRATOR, READ_ONLY, TRUST, allow, deny, document

ACCOUNT = "arn:aws:iam::123456789012"
BOUNDARY = f"{ACCOUNT}:policy/limit"

Grant = Callable[..., None]


@pytest.fixture
def grant(do: Do) -> Grant:
    """Gives a user policies, each under a name of its own."""

    def put(name: str, *policies: str) -> None:
        for number, policy in enumerate(policies):
            do("put_user_policy", user_name=name, policy_name=f"p{number}", policy_document=policy)

    return put


@pytest.fixture
def as_bob(as_user: Callable[[str], Do]) -> Do:
    return as_user("bob")


def refused(call: Do, operation: str, **params: Any) -> str:
    """The message of a call that has to be refused."""
    with pytest.raises(AccessDenied) as caught:
        call(operation, **params)
    return caught.value.message


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


# Delegation within a boundary


@pytest.fixture
def delegate(do: Do, as_bob: Do, grant: Grant) -> Do:
    """An administrator of users who may only make and empower those that have the boundary, and not lift it."""
    do("create_policy", policy_name="limit", policy_document=allow(["iam:Get*", "iam:List*"]))
    bounded = when("StringEquals", "iam:PermissionsBoundary", BOUNDARY)
    may = [
        "iam:CreateUser",
        "iam:CreateRole",
        "iam:PutUserPolicy",
        "iam:AttachUserPolicy",
        "iam:PutUserPermissionsBoundary",
    ]
    grant("bob", allow(may, **bounded), deny(["iam:DeleteUserPermissionsBoundary"]), deny("iam:*Policy*", BOUNDARY))
    return as_bob


def test_a_delegate_makes_users_with_the_boundary_only(do: Do, delegate: Do) -> None:
    delegate("create_user", user_name="eve", permissions_boundary=BOUNDARY)
    refused(delegate, "create_user", user_name="mallory")
    refused(delegate, "create_user", user_name="mallory", permissions_boundary=ADMINISTRATOR)
    assert [user["user_name"] for user in do("list_users")["users"]] == ["bob", "eve"]


def test_a_delegate_makes_roles_with_the_boundary_only(delegate: Do) -> None:
    role = {"role_name": "r", "assume_role_policy_document": TRUST}
    refused(delegate, "create_role", **role)
    delegate("create_role", permissions_boundary=BOUNDARY, **role)


def test_a_delegate_empowers_those_within_the_boundary_only(do: Do, delegate: Do) -> None:
    do("create_user", user_name="carol")
    delegate("create_user", user_name="eve", permissions_boundary=BOUNDARY)
    powers = {"policy_name": "all", "policy_document": allow("*")}
    delegate("put_user_policy", user_name="eve", **powers)
    delegate("attach_user_policy", user_name="eve", policy_arn=ADMINISTRATOR)
    refused(delegate, "put_user_policy", user_name="carol", **powers)
    refused(delegate, "put_user_policy", user_name="bob", **powers)


def test_a_delegate_neither_lifts_nor_changes_nor_rewrites_the_boundary(delegate: Do) -> None:
    delegate("create_user", user_name="eve", permissions_boundary=BOUNDARY)
    refused(delegate, "put_user_permissions_boundary", user_name="eve", permissions_boundary=ADMINISTRATOR)
    assert "explicit deny" in refused(delegate, "delete_user_permissions_boundary", user_name="eve")
    refused(delegate, "create_policy_version", policy_arn=BOUNDARY, policy_document=allow("*"), set_as_default=True)


def test_who_has_the_boundary_stays_within_it(do: Do, delegate: Do, as_user: Callable[[str], Do]) -> None:
    as_eve = as_user("eve")
    delegate("put_user_permissions_boundary", user_name="eve", permissions_boundary=BOUNDARY)
    delegate("put_user_policy", user_name="eve", policy_name="all", policy_document=allow("*"))
    as_eve("list_users")
    message = refused(as_eve, "create_user", user_name="mallory")
    assert message.endswith("because no permissions boundary allows the iam:CreateUser action")


def test_a_boundary_that_is_gone_lets_nothing_through(do: Do, as_bob: Do, grant: Grant, directory: Any) -> None:
    do("create_policy", policy_name="limit", policy_document=allow("*"))
    do("put_user_permissions_boundary", user_name="bob", permissions_boundary=BOUNDARY)
    grant("bob", allow("*"))
    as_bob("list_users")
    directory.ldap("ldapdelete", "cn=limit,ou=policies,ou=iam,dc=example,dc=org")
    refused(as_bob, "list_groups")


# What may be attached


def test_only_named_policies_may_be_attached(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_group", group_name="g")
    grant(
        "bob",
        allow(["iam:AttachGroupPolicy", "iam:DetachGroupPolicy"], **when("ArnEquals", "iam:PolicyARN", READ_ONLY)),
    )
    as_bob("attach_group_policy", group_name="g", policy_arn=READ_ONLY)
    as_bob("detach_group_policy", group_name="g", policy_arn=READ_ONLY)
    refused(as_bob, "attach_group_policy", group_name="g", policy_arn=ADMINISTRATOR)


# Tags


def test_tags_of_the_resource_give_access(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_user", user_name="eve", tags=[{"key": "team", "value": "a"}])
    do("create_user", user_name="joe", tags=[{"key": "team", "value": "b"}])
    grant("bob", allow("iam:UpdateUser", **when("StringEquals", "aws:ResourceTag/team", "a")))
    as_bob("update_user", user_name="eve", remarks="hello")
    refused(as_bob, "update_user", user_name="joe", remarks="hello")


@pytest.mark.parametrize("key", ["aws:ResourceTag/team", "iam:ResourceTag/team"])
def test_tags_of_a_managed_policy_give_access(do: Do, as_bob: Do, grant: Grant, key: str) -> None:
    tags = [{"key": "team", "value": "a"}]
    arn = do("create_policy", policy_name="p", policy_document=allow("*"), tags=tags)["policy"]["arn"]
    grant("bob", allow("iam:GetPolicy", **when("StringEquals", key, "a")))
    as_bob("get_policy", policy_arn=arn)
    refused(as_bob, "get_policy", policy_arn=READ_ONLY)


def test_tags_of_the_caller_and_of_the_resource_are_compared(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_role", role_name="r", assume_role_policy_document=TRUST, tags=[{"key": "team", "value": "a"}])
    same_team = when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")
    grant("bob", allow("iam:GetRole", **same_team))
    refused(as_bob, "get_role", role_name="r")
    do("tag_user", user_name="bob", tags=[{"key": "team", "value": "a"}])
    as_bob("get_role", role_name="r")
    do("tag_user", user_name="bob", tags=[{"key": "team", "value": "b"}])
    refused(as_bob, "get_role", role_name="r")


def test_who_creates_with_tags_needs_the_right_to_tag(do: Do, as_bob: Do, grant: Grant) -> None:
    grant("bob", allow("iam:CreateUser"))
    as_bob("create_user", user_name="eve")
    tags = [{"key": "team", "value": "a"}]
    assert "iam:TagUser on resource" in refused(as_bob, "create_user", user_name="joe", tags=tags)
    grant("bob", allow(["iam:CreateUser", "iam:TagUser"]))
    as_bob("create_user", user_name="joe", tags=tags)


@pytest.mark.parametrize(
    ("operation", "action", "params"),
    [
        ("create_role", "iam:TagRole", {"role_name": "r", "assume_role_policy_document": TRUST}),
        ("create_policy", "iam:TagPolicy", {"policy_name": "p", "policy_document": allow("*")}),
    ],
)
def test_roles_and_policies_are_no_exception(
    as_bob: Do, grant: Grant, operation: str, action: str, params: dict[str, Any]
) -> None:
    grant("bob", allow(["iam:CreateRole", "iam:CreatePolicy"]))
    assert f"{action} on resource" in refused(as_bob, operation, tags=[{"key": "k", "value": "v"}], **params)


def test_tags_in_the_request_can_be_prescribed(as_bob: Do, grant: Grant) -> None:
    tagged = {
        "Condition": {
            "StringEquals": {"aws:RequestTag/team": ["a", "b"]},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]},
        }
    }
    grant("bob", allow(["iam:CreateUser", "iam:TagUser"], **tagged))
    as_bob("create_user", user_name="eve", tags=[{"key": "team", "value": "a"}, {"key": "cost", "value": "7"}])
    as_bob("tag_user", user_name="eve", tags=[{"key": "team", "value": "b"}])
    refused(as_bob, "create_user", user_name="joe")
    refused(as_bob, "create_user", user_name="joe", tags=[{"key": "team", "value": "c"}])
    refused(as_bob, "tag_user", user_name="eve", tags=[{"key": "team", "value": "a"}, {"key": "boss", "value": "me"}])


def test_tags_that_may_be_taken_away_can_be_named(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_user", user_name="eve", tags=[{"key": "team", "value": "a"}, {"key": "cost", "value": "7"}])
    grant("bob", allow("iam:UntagUser", **when("ForAllValues:StringEquals", "aws:TagKeys", ["cost"])))
    as_bob("untag_user", user_name="eve", tag_keys=["cost"])
    refused(as_bob, "untag_user", user_name="eve", tag_keys=["team"])
    refused(as_bob, "untag_user", user_name="eve", tag_keys=["cost", "team"])


# Variables


def test_a_variable_in_a_resource_stands_for_the_caller(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_user", user_name="eve")
    grant("bob", allow(["iam:GetUser", "iam:*LoginProfile"], f"{ACCOUNT}:user/${{aws:username}}"))
    as_bob("get_user")
    as_bob("get_user", user_name="bob")
    as_bob("get_login_profile", user_name="BOB")
    refused(as_bob, "get_user", user_name="eve")


def test_a_wildcard_in_the_value_of_a_variable_is_text(as_bob: Do, grant: Grant, directory: Any) -> None:
    mine = f"{ACCOUNT}:user/${{aws:PrincipalTag/reach}}"
    grant(
        "bob", allow("iam:GetUser", mine), allow("iam:ListUsers", **when("StringEquals", "aws:PrincipalTag/reach", "*"))
    )
    change = "changetype: modify\nadd: iamTag\niamTag: reach=*\n"
    directory.ldap("ldapmodify", stdin=f"dn: uid=bob,ou=people,dc=example,dc=org\n{change}")
    as_bob("list_users")
    refused(as_bob, "get_user", user_name="eve")


# Renaming


def test_a_rename_needs_the_right_to_both_names(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_user", user_name="eve")
    do("create_user", user_name="joe")
    grant("bob", allow("iam:UpdateUser", [f"{ACCOUNT}:user/eve", f"{ACCOUNT}:user/team/*"]))
    assert f"{ACCOUNT}:user/eva because" in refused(as_bob, "update_user", user_name="eve", new_user_name="eva")
    refused(as_bob, "update_user", user_name="joe", new_user_name="eve")
    refused(as_bob, "update_user", user_name="joe", new_path="/team/")
    as_bob("update_user", user_name="eve", new_path="/team/", new_user_name="eva")
    assert do("get_user", user_name="eva")["user"]["arn"] == f"{ACCOUNT}:user/team/eva"


def test_a_group_s_rename_needs_both_as_well(do: Do, as_bob: Do, grant: Grant) -> None:
    do("create_group", group_name="a")
    grant("bob", allow("iam:UpdateGroup", f"{ACCOUNT}:group/a"))
    refused(as_bob, "update_group", group_name="a", new_group_name="b")
    grant("bob", allow("iam:UpdateGroup", f"{ACCOUNT}:group/?"))
    as_bob("update_group", group_name="a", new_group_name="b")


# The wording of refusals


def test_silence_is_told_as_no_identity_based_policy(as_bob: Do) -> None:
    assert refused(as_bob, "list_users") == (
        f"User: {ACCOUNT}:user/bob is not authorized to perform: iam:ListUsers on resource: * "
        "because no identity-based policy allows the iam:ListUsers action"
    )


def test_an_explicit_deny_is_told_as_such(as_bob: Do, grant: Grant) -> None:
    grant("bob", allow("*"), deny("iam:DeleteUser"))
    assert refused(as_bob, "delete_user", user_name="eve") == (
        f"User: {ACCOUNT}:user/bob is not authorized to perform: iam:DeleteUser on resource: {ACCOUNT}:user/eve "
        "with an explicit deny in an identity-based policy"
    )


def test_a_boundary_s_explicit_deny_is_told_as_such(do: Do, as_bob: Do, grant: Grant) -> None:
    grant("bob", allow("*"))
    limits = document(
        *({"Effect": e, "Action": a, "Resource": "*"} for e, a in (("Allow", "*"), ("Deny", "iam:List*")))
    )
    do("create_policy", policy_name="limit", policy_document=limits)
    do("put_user_permissions_boundary", user_name="bob", permissions_boundary=BOUNDARY)
    assert refused(as_bob, "list_users").endswith("with an explicit deny in a permissions boundary")


def test_a_group_s_deny_reaches_its_members(do: Do, as_bob: Do, grant: Grant) -> None:
    grant("bob", allow("*"))
    do("create_group", group_name="g")
    do("put_group_policy", group_name="g", policy_name="no", policy_document=deny("iam:ListUsers"))
    as_bob("list_users")
    do("add_user_to_group", group_name="g", user_name="bob")
    assert "explicit deny" in refused(as_bob, "list_users")


def test_a_button_is_offered_to_whom_the_door_lets_through(iam: Iam, directory: Any, as_bob: Do, grant: Grant) -> None:
    bob: Caller = sign_in(iam, directory.account_id, "bob", DEMO_PASSWORD)
    assert not iam.can(bob, "create_user", {"user_name": "eve"})
    grant("bob", allow("iam:CreateUser", f"{ACCOUNT}:user/eve"))
    assert iam.can(bob, "create_user", {"user_name": "eve"})
    assert not iam.can(bob, "create_user", {"user_name": "mallory"})
