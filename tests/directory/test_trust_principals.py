"""Whom a trust policy names: kept by unique id, so that a namesake made later is not trusted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from adapter.errors import AccessDenied, MalformedPolicyDocument
from adapter.installation.accounts import create_account
from tests.conftest import SUFFIX, Directory
from tests.directory.conftest import Do, sign_in
from tests.directory.sessions import ACCOUNT, Signer, role_arn, trust, user_arn
from tests.documents import ADMINISTRATOR, allow

As = Callable[..., Signer]
OTHER = "210987654321"
BOB = user_arn("bob")


@pytest.fixture
def named(do: Do) -> Callable[..., Any]:
    """The AWS principal of a role's trust policy, as GetRole tells it."""

    def read(role_name: str = "deploy") -> Any:
        document = do("get_role", role_name=role_name)["role"]["assume_role_policy_document"]
        return json.loads(unquote(document))["Statement"][0]["Principal"]["AWS"]

    return read


@pytest.fixture
def kept(directory: Directory) -> Callable[[], str]:
    """The trust policy as the directory has it."""
    filters = ("-LLL", "-b", f"cn=deploy,ou=roles,ou=iam,{SUFFIX}", "iamTrustPolicy")
    return lambda: directory.ldap("ldapsearch", *filters).stdout


def made(do: Do, *principals: str) -> None:
    do("create_role", role_name="deploy", assume_role_policy_document=trust(list(principals)))  # type: ignore[arg-type]


def replace_user(do: Do, name: str) -> str:
    for key in do("list_access_keys", user_name=name)["access_key_metadata"]:
        do("delete_access_key", user_name=name, access_key_id=key["access_key_id"])
    do("delete_user", user_name=name)
    user_id: str = do("create_user", user_name=name)["user"]["user_id"]
    return user_id


def test_a_user_is_kept_by_its_id_and_shown_by_its_arn(
    do: Do, key_of: As, named: Callable[..., Any], kept: Callable[[], str]
) -> None:
    bob = key_of("bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB))
    assert named() == BOB
    assert do("get_user", user_name="bob")["user"]["user_id"] in kept()
    assert BOB not in kept()
    assert bob.assume("deploy").caller.name == "deploy/session"


def test_a_namesake_of_a_trusted_user_is_not_trusted(iam: Any, do: Do, key_of: As, named: Callable[..., Any]) -> None:
    key_of("bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB))
    before = do("get_user", user_name="bob")["user"]["user_id"]
    replace_user(do, "bob")
    namesake = Signer(iam, do("create_access_key", user_name="bob")["access_key"])
    with pytest.raises(AccessDenied):
        namesake.assume("deploy")
    assert named() == before


def test_a_renamed_user_stays_trusted_and_is_shown_by_its_new_arn(
    do: Do, key_of: As, named: Callable[..., Any]
) -> None:
    bob = key_of("bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB))
    do("update_user", user_name="bob", new_user_name="robert", new_path="/eng/")
    assert named() == user_arn("eng/robert")
    assert bob.assume("deploy").caller.name == "deploy/session"


def test_a_namesake_of_a_trusted_role_is_not_trusted(do: Do, key_of: As, named: Callable[..., Any]) -> None:
    bob = key_of("bob", document=allow("sts:*"))
    do("create_role", role_name="build", assume_role_policy_document=trust(ACCOUNT))
    do("create_role", role_name="deploy", assume_role_policy_document=trust(role_arn("build")))
    assert bob.assume("build").assume("deploy").caller.name == "deploy/session"
    before = do("get_role", role_name="build")["role"]["role_id"]
    do("delete_role", role_name="build")
    do("create_role", role_name="build", assume_role_policy_document=trust(ACCOUNT))
    with pytest.raises(AccessDenied):
        bob.assume("build").assume("deploy")
    assert named() == before


def test_a_session_is_trusted_by_its_role_s_id_and_its_name(do: Do, key_of: As, named: Callable[..., Any]) -> None:
    bob = key_of("bob", document=allow("sts:*"))
    do("create_role", role_name="build", assume_role_policy_document=trust(ACCOUNT))
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/build/ci"
    do("create_role", role_name="deploy", assume_role_policy_document=trust(session))
    assert named() == session
    assert bob.assume("build", "ci").assume("deploy").caller.name == "deploy/session"
    with pytest.raises(AccessDenied):
        bob.assume("build", "cd").assume("deploy")
    do("delete_role", role_name="build")
    do("create_role", role_name="build", assume_role_policy_document=trust(ACCOUNT))
    with pytest.raises(AccessDenied):
        bob.assume("build", "ci").assume("deploy")


@pytest.mark.parametrize(
    "principal",
    [
        user_arn("nobody"),
        user_arn("eng/bob"),
        role_arn("nobody"),
        f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/ci",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other/",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other/a/b",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other/ä1",
        "999999999999",
        "arn:aws:iam::999999999999:root",
        user_arn("bob", "999999999999"),
        f"arn:aws-cn:iam::{ACCOUNT}:user/bob",
        "AIDA" + "A" * 17,
        "AROA" + "A" * 17,
        "AROA" + "A" * 17 + ":ci",
        "AGPA" + "A" * 17,
    ],
)
def test_who_does_not_exist_can_not_be_trusted(do: Do, principal: str) -> None:
    do("create_user", user_name="bob")
    do("create_role", role_name="other", assume_role_policy_document=trust(ACCOUNT))
    for operation, params in (
        ("create_role", {"role_name": "deploy", "assume_role_policy_document": trust(principal)}),
        ("update_assume_role_policy", {"role_name": "other", "policy_document": trust(principal)}),
    ):
        with pytest.raises(MalformedPolicyDocument) as refusal:
            do(operation, **params)
        assert refusal.value.message == f'Invalid principal in policy: "AWS":"{principal}"'
    assert [role["role_name"] for role in do("list_roles")["roles"]] == ["other"]


def test_an_account_is_shown_by_its_arn_and_everybody_as_a_star(do: Do, named: Callable[..., Any]) -> None:
    made(do, ACCOUNT, "*")
    assert named() == [f"arn:aws:iam::{ACCOUNT}:root", "*"]


def test_what_names_nobody_by_arn_is_kept_as_it_was_written(do: Do, kept: Callable[[], str]) -> None:
    document = trust("*", conditions={"StringEquals": {"aws:userid": "AIDA" + "A" * 17}}).replace(", ", " ,  ")
    do("create_role", role_name="deploy", assume_role_policy_document=document)
    answer = do("get_role", role_name="deploy")["role"]["assume_role_policy_document"]
    assert unquote(answer) == document


def test_an_id_in_a_condition_is_not_exchanged(do: Do, named: Callable[..., Any]) -> None:
    user_id = do("create_user", user_name="bob")["user"]["user_id"]
    condition = {"StringEquals": {"aws:userid": user_id}}
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB, conditions=condition))
    answer = do("get_role", role_name="deploy")["role"]["assume_role_policy_document"]
    (statement,) = json.loads(unquote(answer))["Statement"]
    assert (statement["Principal"], statement["Condition"]) == ({"AWS": BOB}, condition)


def test_every_answer_shows_arns(do: Do, key_of: As) -> None:
    key_of("bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(BOB))
    do("create_instance_profile", instance_profile_name="machine")
    do("add_role_to_instance_profile", instance_profile_name="machine", role_name="deploy")
    for operation, params in (
        ("get_role", {"role_name": "deploy"}),
        ("list_roles", {}),
        ("search_roles", {}),
        ("get_account_authorization_details", {}),
        ("get_instance_profile", {"instance_profile_name": "machine"}),
        ("list_instance_profiles", {}),
        ("list_instance_profiles_for_role", {"role_name": "deploy"}),
        ("update_role_description", {"role_name": "deploy", "description": "x"}),
    ):
        answer = unquote(str(do(operation, **params)))
        assert f'{{"AWS":"{BOB}"}}' in answer, operation
        assert '{"AWS":"AIDA' not in answer, operation


def test_a_user_whom_another_tool_made_is_told_from_a_namesake_too(
    iam: Any, do: Do, directory: Directory, named: Callable[..., Any]
) -> None:
    dn = f"uid=eve,ou=people,{SUFFIX}"
    entry = f"dn: {dn}\nobjectClass: inetOrgPerson\nuid: eve\ncn: Eve\nsn: Eve\n"
    directory.ldap("ldapadd", stdin=entry)
    before = do("get_user", user_name="eve")["user"]["user_id"]
    do("create_role", role_name="deploy", assume_role_policy_document=trust(user_arn("eve")))
    assert named() == user_arn("eve")
    assert Signer(iam, do("create_access_key", user_name="eve")["access_key"]).assume("deploy")
    directory.ldap("ldapdelete", dn)
    directory.ldap("ldapadd", stdin=entry)
    assert named() == before
    namesake = Signer(iam, do("create_access_key", user_name="eve")["access_key"])
    with pytest.raises(AccessDenied):
        namesake.assume("deploy")


def test_a_document_that_another_tool_wrote_holds_as_it_is_written(
    do: Do, key_of: As, directory: Directory, named: Callable[..., Any]
) -> None:
    bob = key_of("bob")
    do("create_role", role_name="deploy", assume_role_policy_document=trust(ACCOUNT))
    written = trust(BOB).replace("\n", " ")
    change = f"dn: cn=deploy,ou=roles,ou=iam,{SUFFIX}\nchangetype: modify\nreplace: iamTrustPolicy\niamTrustPolicy: "
    directory.ldap("ldapmodify", stdin=change + written + "\n")
    assert named() == BOB
    assert bob.assume("deploy").caller.name == "deploy/session"


def test_a_user_of_another_account_is_kept_by_its_id(
    iam: Any, do: Do, directory: Directory, named: Callable[..., Any]
) -> None:
    account = create_account(directory.settings, email="root@workshop.example", alias="workshop", account_id=OTHER)
    root = sign_in(iam, OTHER, None, account.root_password)

    def there(operation: str, **params: Any) -> Any:
        return iam.execute(root, operation, params)

    def ann() -> Signer:
        there("create_user", user_name="ann")
        there("attach_user_policy", user_name="ann", policy_arn=ADMINISTRATOR)
        return Signer(iam, there("create_access_key", user_name="ann")["access_key"])

    first = ann()
    do("create_role", role_name="deploy", assume_role_policy_document=trust(user_arn("ann", OTHER)))
    assert named() == user_arn("ann", OTHER)
    assert first.assume("deploy").caller.account_id == ACCOUNT
    there("detach_user_policy", user_name="ann", policy_arn=ADMINISTRATOR)
    before = there("get_user", user_name="ann")["user"]["user_id"]
    for key in there("list_access_keys", user_name="ann")["access_key_metadata"]:
        there("delete_access_key", user_name="ann", access_key_id=key["access_key_id"])
    there("delete_user", user_name="ann")
    namesake = ann()
    with pytest.raises(AccessDenied):
        namesake.assume("deploy")
    assert named() == before
