"""How much the account holds, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from web.console.account import reading
from web.console.components import command, crumbs, do
from web.throttle import Throttle

_NUMBERS: Final = (
    ("Users", lazy_gettext("Users"), "console.users"),
    ("Groups", lazy_gettext("User groups"), "console.groups"),
    ("Roles", lazy_gettext("Roles"), "console.roles"),
    ("Policies", lazy_gettext("Customer-managed policies"), "console.policies"),
    ("Providers", lazy_gettext("Identity providers"), None),
    ("MFADevices", lazy_gettext("MFA devices"), None),
    ("MFADevicesInUse", lazy_gettext("MFA devices in use"), None),
    ("InstanceProfiles", lazy_gettext("Instance profiles"), None),
    ("ServerCertificates", lazy_gettext("Server certificates"), None),
)
_ROOT: Final = (
    ("AccountMFAEnabled", lazy_gettext("Second factor"), True),
    ("AccountPasswordPresent", lazy_gettext("Password"), None),
    ("AccountAccessKeysPresent", lazy_gettext("Access keys"), False),
    ("AccountSigningCertificatesPresent", lazy_gettext("Signing certificates"), False),
)
_QUOTAS: Final = (
    (lazy_gettext("A user"), "AccessKeysPerUserQuota", lazy_gettext("access keys"), "AccessKeysPerUser"),
    (lazy_gettext("A user"), "GroupsPerUserQuota", lazy_gettext("groups"), "GroupsPerUser"),
    (lazy_gettext("A user"), "AttachedPoliciesPerUserQuota", lazy_gettext("attached policies"), "PoliciesPerUser"),
    (lazy_gettext("A user"), "UserPolicySizeQuota", lazy_gettext("characters of inline policies"), "UserPolicySize"),
    (
        lazy_gettext("A user"),
        "SigningCertificatesPerUserQuota",
        lazy_gettext("signing certificates"),
        "CertificatesPerUser",
    ),
    (lazy_gettext("A group"), "AttachedPoliciesPerGroupQuota", lazy_gettext("attached policies"), "PoliciesPerGroup"),
    (lazy_gettext("A group"), "GroupPolicySizeQuota", lazy_gettext("characters of inline policies"), "GroupPolicySize"),
    (lazy_gettext("A role"), "AttachedPoliciesPerRoleQuota", lazy_gettext("attached policies"), "PoliciesPerRole"),
    (lazy_gettext("A role"), "RolePolicySizeQuota", lazy_gettext("characters of inline policies"), "RolePolicySize"),
    (
        lazy_gettext("A role"),
        "AssumeRolePolicySizeQuota",
        lazy_gettext("characters of the trust policy"),
        "ACLSizePerRole",
    ),
    (lazy_gettext("A policy"), "PolicySizeQuota", lazy_gettext("characters"), "PolicySize"),
    (lazy_gettext("A policy"), "VersionsPerPolicyQuota", lazy_gettext("versions"), "VersionsPerPolicy"),
    (
        lazy_gettext("The account"),
        "InstanceProfilesQuota",
        lazy_gettext("instance profiles"),
        "InstanceProfilesPerAccount",
    ),
    (
        lazy_gettext("The account"),
        "ServerCertificatesQuota",
        lazy_gettext("server certificates"),
        "ServerCertificatesPerAccount",
    ),
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
        crumbs=crumbs((gettext("Account settings"), "console.account"), here=gettext("Numbers and quotas")),
        command=command("iam", "get-account-summary"),
    )
