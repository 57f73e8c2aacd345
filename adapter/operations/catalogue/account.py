"""The account itself."""

from __future__ import annotations

from typing import Final

from adapter.operations import account, account_summary, whoami
from adapter.operations.catalogue.operation import Operation, iam
from adapter.operations.resources import anything, oneself

_ACCOUNT: Final = (
    iam("CreateAccountAlias", account.create_account_alias, anything),
    iam("DeleteAccountAlias", account.delete_account_alias, anything),
    iam("ListAccountAliases", account.list_account_aliases, anything),
    iam("GetAccountPasswordPolicy", account.get_account_password_policy, anything),
    iam("UpdateAccountPasswordPolicy", account.update_account_password_policy, anything),
    iam("DeleteAccountPasswordPolicy", account.delete_account_password_policy, anything),
    iam("GetAccountSummary", account_summary.get_account_summary, anything),
    Operation(action="bindery:DescribeCaller", run=whoami.describe_caller, resource=oneself, open_to_caller=True),
)

ROWS: Final = (*_ACCOUNT,)
"""Rows of the catalogue."""
