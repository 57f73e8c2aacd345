"""The account: alias, password policy, summary."""

from __future__ import annotations

from typing import Any

import pytest

from adapter import Iam, RequestContext
from adapter.errors import NoSuchEntity, ValidationError
from tests.directory.conftest import Do
from tests.documents import TRUST, allow


def test_an_alias_is_another_name_for_the_account_at_sign_in(iam: Iam, do: Do, directory: Any) -> None:
    do("create_account_alias", account_alias="acme")
    assert do("list_account_aliases")["account_aliases"] == ["acme"]
    assert iam.login.begin("ACME", None, directory.root_password, RequestContext()).session


def test_a_new_alias_replaces_the_one_before(do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    do("create_account_alias", account_alias="acme-corp")
    assert do("list_account_aliases")["account_aliases"] == ["acme-corp"]


def test_an_alias_is_taken_away_by_its_name_only(do: Do) -> None:
    do("create_account_alias", account_alias="acme")
    with pytest.raises(NoSuchEntity, match="alias with name other"):
        do("delete_account_alias", account_alias="other")
    do("delete_account_alias", account_alias="acme")
    assert do("list_account_aliases")["account_aliases"] == []


@pytest.mark.parametrize("alias", ["-acme", "ac--me", "Acme", "a", "x" * 64, "123456789012\n"])
def test_an_alias_that_could_be_mistaken_is_refused(do: Do, alias: str) -> None:
    with pytest.raises(ValidationError):
        do("create_account_alias", account_alias=alias)


def test_without_a_policy_of_its_own_the_account_says_so(do: Do) -> None:
    with pytest.raises(NoSuchEntity, match="Password Policy"):
        do("get_account_password_policy")


def test_a_policy_is_answered_as_it_was_set(do: Do) -> None:
    rules = {
        "minimum_password_length": 14,
        "require_symbols": True,
        "max_password_age": 90,
        "password_reuse_prevention": 5,
        "hard_expiry": True,
    }
    do("update_account_password_policy", **rules)
    policy = do("get_account_password_policy")["password_policy"]
    assert {name: policy[name] for name in rules} == rules
    assert policy["expire_passwords"]


def test_what_is_not_given_goes_back_to_its_default(do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=14, require_symbols=True)
    do("update_account_password_policy", require_numbers=True)
    policy = do("get_account_password_policy")["password_policy"]
    assert (policy["minimum_password_length"], policy["require_symbols"], policy["require_numbers"]) == (6, False, True)


def test_a_deleted_policy_leaves_the_default_in_force(do: Do) -> None:
    do("update_account_password_policy", minimum_password_length=14)
    do("delete_account_password_policy")
    with pytest.raises(NoSuchEntity):
        do("get_account_password_policy")
    do("create_user", user_name="bob")
    do("create_login_profile", user_name="bob", password="Eight-88")
    with pytest.raises(NoSuchEntity):
        do("delete_account_password_policy")


@pytest.mark.parametrize("rules", [{"minimum_password_length": 5}, {"max_password_age": 0}, {"hard_expiry": "yes"}])
def test_rules_beyond_the_model_are_refused(do: Do, rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        do("update_account_password_policy", **rules)


def test_the_summary_counts_what_there_is(do: Do) -> None:
    do("create_user", user_name="bob")
    do("create_role", role_name="r", assume_role_policy_document=TRUST)
    do("create_policy", policy_name="p", policy_document=allow("s3:*"))
    summary = do("get_account_summary")["summary_map"]
    assert (summary["Users"], summary["Groups"], summary["Roles"], summary["Policies"]) == (1, 1, 1, 1)
    assert (summary["GroupsPerUserQuota"], summary["VersionsPerPolicyQuota"]) == (10, 5)


def test_a_quota_can_be_raised_in_the_directory(do: Do, directory: Any) -> None:
    change = "dn: ou=iam,dc=example,dc=org\nadd: iamQuota\niamQuota: GroupsPerUser 12\n"
    directory.ldap("ldapmodify", stdin=change)
    do("create_user", user_name="bob")
    for number in range(12):
        do("create_group", group_name=f"g{number}")
        do("add_user_to_group", group_name=f"g{number}", user_name="bob")
    assert len(do("list_groups_for_user", user_name="bob")["groups"]) == 12
