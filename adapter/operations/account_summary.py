"""GetAccountSummary: how much the account holds, and its limits.

Source: IAM API reference, GetAccountSummary.
"""

from __future__ import annotations

from typing import Any, Final

from adapter.ldap import (
    ACCESS_KEY,
    GROUP,
    INSTANCE_PROFILE,
    MFA_DEVICE,
    OIDC_PROVIDER,
    POLICY,
    ROLE,
    SAML_PROVIDER,
    SERVER_CERTIFICATE,
    SIGNING_CERTIFICATE,
    USER,
    Noun,
    Where,
)
from adapter.operations.call import Call, Result
from adapter.operations.quotas import quota

_UNLIMITED: Final = 2**31 - 1
"""What stands for a limit that we don't have."""
_COUNTS: Final[tuple[tuple[str, Noun[Any]], ...]] = (
    ("Users", USER),
    ("Groups", GROUP),
    ("Roles", ROLE),
    ("Policies", POLICY),
    ("InstanceProfiles", INSTANCE_PROFILE),
    ("ServerCertificates", SERVER_CERTIFICATE),
    ("MFADevices", MFA_DEVICE),
)
_OF_ROOT: Final[dict[str, Noun[Any]]] = {
    "AccountMFAEnabled": MFA_DEVICE,
    "AccountAccessKeysPresent": ACCESS_KEY,
    "AccountSigningCertificatesPresent": SIGNING_CERTIFICATE,
}
_PROVIDERS: Final[tuple[Noun[Any], ...]] = (OIDC_PROVIDER, SAML_PROVIDER)
_QUOTAS: Final = {
    "AccessKeysPerUserQuota": "AccessKeysPerUser",
    "AssumeRolePolicySizeQuota": "ACLSizePerRole",
    "AttachedPoliciesPerGroupQuota": "PoliciesPerGroup",
    "AttachedPoliciesPerRoleQuota": "PoliciesPerRole",
    "AttachedPoliciesPerUserQuota": "PoliciesPerUser",
    "GroupPolicySizeQuota": "GroupPolicySize",
    "GroupsPerUserQuota": "GroupsPerUser",
    "InstanceProfilesQuota": "InstanceProfilesPerAccount",
    "PolicySizeQuota": "PolicySize",
    "RolePolicySizeQuota": "RolePolicySize",
    "ServerCertificatesQuota": "ServerCertificatesPerAccount",
    "SigningCertificatesPerUserQuota": "CertificatesPerUser",
    "UserPolicySizeQuota": "UserPolicySize",
    "VersionsPerPolicyQuota": "VersionsPerPolicy",
}
"""AWS's name in the summary, our name of the quota."""
_WITHOUT_LIMIT: Final = ("UsersQuota", "GroupsQuota", "RolesQuota", "PoliciesQuota", "PolicyVersionsInUseQuota")
_TOKEN_VERSION: Final = 2
"""Session tokens are good in every region, which AWS's version 1 tokens are not."""


def get_account_summary(call: Call) -> Result:
    """Counts what the account holds, and tells its quotas."""
    summary = {name: call.store.total(noun, call.account) for name, noun in _COUNTS}
    summary |= {name: quota(call.account, ours) for name, ours in _QUOTAS.items()}
    summary |= dict.fromkeys(_WITHOUT_LIMIT, _UNLIMITED)
    summary["Providers"] = sum(call.store.total(noun, call.account) for noun in _PROVIDERS)
    summary["MFADevicesInUse"] = call.store.count(MFA_DEVICE, call.account, Where.present("owner_id"))
    summary["PolicyVersionsInUse"] = sum(
        call.store.survey(POLICY, call.account, ("versions",), lambda values: len(values.get("versions", ())))
    )
    summary["GlobalEndpointTokenVersion"] = _TOKEN_VERSION
    return {"summary_map": summary | _root_summary(call)}


def _root_summary(call: Call) -> dict[str, int]:
    """Which credentials the root user has, as 0 or 1."""
    root = call.store.root(call.account)
    kinds = call.store.kinds_owned(call.account, root.unique_id, [*_OF_ROOT.values()]) if root else []
    has_password = root is not None and call.store.password_set_at(root) is not None
    credentials = {name: int(noun in kinds) for name, noun in _OF_ROOT.items()}
    return {**credentials, "AccountPasswordPresent": int(has_password)}
