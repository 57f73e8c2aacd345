"""The account's limits: IAM's defaults, each of which an account can raise by an `iamQuota` value.

Source: AWS IAM user guide, "IAM and AWS STS quotas"; names as they stand in the LimitExceeded messages.
"""

from __future__ import annotations

from typing import Final

from adapter.errors import LimitExceeded
from adapter.models import Account

DEFAULTS: Final = {
    "ACLSizePerRole": 2048,
    "AccessKeysPerUser": 2,
    "CertificatesPerUser": 2,
    "ClientIdsPerOpenIdConnectProvider": 100,
    "GroupsPerUser": 10,
    "InstanceProfilesPerAccount": 1000,
    "InstanceSessionsPerInstanceProfile": 1,
    "MFADevicesPerUser": 8,
    "OpenIDConnectProvidersPerAccount": 100,
    "PrivateKeysPerSAMLProvider": 2,
    "PoliciesPerGroup": 10,
    "PoliciesPerRole": 10,
    "PoliciesPerUser": 10,
    "PolicySize": 6144,
    "SAMLProvidersPerAccount": 100,
    "SSHPublicKeysPerUser": 5,
    "ServerCertificatesPerAccount": 20,
    "ServiceSpecificCredentialsPerUser": 2,
    "TagsPerInstanceProfile": 50,
    "TagsPerMFADevice": 50,
    "TagsPerOpenIDConnectProvider": 50,
    "TagsPerPolicy": 50,
    "TagsPerRole": 50,
    "TagsPerSAMLProvider": 50,
    "TagsPerServerCertificate": 50,
    "TagsPerUser": 50,
    "GroupPolicySize": 5120,
    "RolePolicySize": 10240,
    "UserPolicySize": 2048,
    "VersionsPerPolicy": 5,
}


def quota(account: Account, name: str) -> int:
    """The limit in force in the account."""
    return dict(account.quotas).get(name, DEFAULTS[name])


def hold_to_quota(account: Account, name: str, wanted: int) -> None:
    """Refuses what would go over a limit.

    Others may count at the same time. Whoever adds something therefore has the store guard the addition by the revision
    of what the limit is of (`referring_to`): the user's, or the account's.

    Raises:
        LimitExceeded: `wanted` is more than the limit.
    """
    limit = quota(account, name)
    if wanted > limit:
        raise LimitExceeded(f"Cannot exceed quota for {name}: {limit}")
