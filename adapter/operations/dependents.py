"""What a user has that goes with it when it is deleted."""

from __future__ import annotations

from typing import Any, Final

from adapter.ldap import (
    ACCESS_KEY,
    GROUP,
    MFA_DEVICE,
    SERVICE_CREDENTIAL,
    SIGNING_CERTIFICATE,
    SSH_PUBLIC_KEY,
    Noun,
    Where,
)
from adapter.operations.call import Call, Result

_OWNED: Final[tuple[tuple[str, Noun[Any], str], ...]] = (
    ("access_keys", ACCESS_KEY, "access_key_id"),
    ("mfa_devices", MFA_DEVICE, "serial_number"),
    ("signing_certificates", SIGNING_CERTIFICATE, "certificate_id"),
    ("ssh_public_keys", SSH_PUBLIC_KEY, "ssh_public_key_id"),
    ("service_credentials", SERVICE_CREDENTIAL, "credential_id"),
)
"""What it is called in the answer, the table of such things, and the field that tells one from another."""


def describe_user_dependents(call: Call, *, user_name: str) -> Result:
    """Lists, by their names or ids, everything that has to go before a user can be deleted."""
    user = call.user(user_name)
    owned = Where.equals("owner_id", user.user_id)
    groups = call.store.find(GROUP, call.account, Where.refers("members", user.dn))
    answer: Result = {
        key: sorted(getattr(each, field) for each in call.store.find(noun, call.account, owned))
        for key, noun, field in _OWNED
    }
    return answer | {
        "user_name": user.user_name,
        "groups": sorted((group.group_name for group in groups), key=str.casefold),
        "attached_policies": [policy.arn for policy in call.policies_at(user.attached_policies)],
        "inline_policies": sorted((policy.policy_name for policy in user.inline_policies), key=str.casefold),
        "has_password": user.password_changed is not None,
    }
