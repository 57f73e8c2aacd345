"""The account itself."""

from __future__ import annotations

from typing import Final

from adapter.operations import account, account_summary, identity_tokens, whoami
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

_OUTBOUND: Final = tuple(
    iam(name, run, anything)
    for name, run in (
        ("EnableOutboundWebIdentityFederation", identity_tokens.enable_outbound_web_identity_federation),
        ("DisableOutboundWebIdentityFederation", identity_tokens.disable_outbound_web_identity_federation),
        ("GetOutboundWebIdentityFederationInfo", identity_tokens.get_outbound_web_identity_federation_info),
    )
)

ROWS: Final = (*_ACCOUNT, *_OUTBOUND)
"""Rows of the catalogue."""
