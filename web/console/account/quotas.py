"""How much the account holds, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from web.console.account import reading
from web.console.components import command, crumbs, do
from web.throttle import Throttle

_NUMBERS: Final = (
    ("Users", "Users", "console.users"),
    ("Groups", "User groups", "console.groups"),
    ("Roles", "Roles", "console.roles"),
    ("Policies", "Customer-managed policies", "console.policies"),
    ("Providers", "Identity providers", None),
    ("MFADevices", "MFA devices", None),
    ("MFADevicesInUse", "MFA devices in use", None),
    ("InstanceProfiles", "Instance profiles", None),
    ("ServerCertificates", "Server certificates", None),
)
_ROOT: Final = (
    ("AccountMFAEnabled", "Second factor", True),
    ("AccountPasswordPresent", "Password", None),
    ("AccountAccessKeysPresent", "Access keys", False),
    ("AccountSigningCertificatesPresent", "Signing certificates", False),
)
_QUOTAS: Final = (
    ("A user", "AccessKeysPerUserQuota", "access keys", "AccessKeysPerUser"),
    ("A user", "GroupsPerUserQuota", "groups", "GroupsPerUser"),
    ("A user", "AttachedPoliciesPerUserQuota", "attached policies", "PoliciesPerUser"),
    ("A user", "UserPolicySizeQuota", "characters of inline policies", "UserPolicySize"),
    ("A user", "SigningCertificatesPerUserQuota", "signing certificates", "CertificatesPerUser"),
    ("A group", "AttachedPoliciesPerGroupQuota", "attached policies", "PoliciesPerGroup"),
    ("A group", "GroupPolicySizeQuota", "characters of inline policies", "GroupPolicySize"),
    ("A role", "AttachedPoliciesPerRoleQuota", "attached policies", "PoliciesPerRole"),
    ("A role", "RolePolicySizeQuota", "characters of inline policies", "RolePolicySize"),
    ("A role", "AssumeRolePolicySizeQuota", "characters of the trust policy", "RoleTrustPolicySize"),
    ("A policy", "PolicySizeQuota", "characters", "PolicySize"),
    ("A policy", "VersionsPerPolicyQuota", "versions", "VersionsPerPolicy"),
    ("The account", "InstanceProfilesQuota", "instance profiles", "InstanceProfilesPerAccount"),
    ("The account", "ServerCertificatesQuota", "server certificates", "ServerCertificatesPerAccount"),
)
"""Whose limit it is, AWS's name in the summary, what is counted, and the name that raises it."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit."""

    whose: str
    limit: int
    what: str
    name: str


def add_pages(console: Blueprint, _throttle: Throttle) -> None:
    """Adds the pages of this module."""
    console.add_url_rule("/account/quotas", "account_quotas", quotas, methods=["GET"])


def quotas() -> ResponseReturnValue:
    """Shows numbers and limits."""
    summary: dict[str, Any] = do("get_account_summary")["summary_map"]
    return render_template(
        "console/account/quotas.html",
        tabs=reading.tabs(),
        tab="quotas",
        numbers=[(label, summary[name], endpoint) for name, label, endpoint in _NUMBERS],
        endpoints=current_app.view_functions.keys(),
        root=[(label, bool(summary[name]), wanted) for name, label, wanted in _ROOT],
        quotas=[Quota(whose, summary[key], what, name) for whose, key, what, name in _QUOTAS],
        crumbs=crumbs(("Account settings", "console.account"), here="Numbers and quotas"),
        command=command("iam", "get-account-summary"),
    )
