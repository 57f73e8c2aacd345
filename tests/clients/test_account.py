"""The account's settings through boto3."""

from __future__ import annotations

from typing import Any

from tests.clients.refusals import refused


def test_the_alias_comes_and_goes(iam: Any) -> None:
    iam.create_account_alias(AccountAlias="example-corp")
    assert iam.list_account_aliases()["AccountAliases"] == ["example-corp"]
    iam.delete_account_alias(AccountAlias="example-corp")
    assert iam.list_account_aliases()["AccountAliases"] == []
    with refused("NoSuchEntity", 404):
        iam.delete_account_alias(AccountAlias="example-corp")


def test_there_is_no_password_policy_until_one_is_set(iam: Any) -> None:
    with refused("NoSuchEntity", 404):
        iam.get_account_password_policy()
    iam.update_account_password_policy(MinimumPasswordLength=12, RequireSymbols=True)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["RequireSymbols"], policy["RequireNumbers"]) == (12, True, False)
    iam.delete_account_password_policy()
    with refused("NoSuchEntity", 404):
        iam.get_account_password_policy()


def test_the_summary_is_a_map_of_numbers(iam: Any) -> None:
    summary = iam.get_account_summary()["SummaryMap"]
    assert summary["AccessKeysPerUserQuota"] == 2
    assert summary["AccountAccessKeysPresent"] == 1
