"""What programs and people sign with."""

from __future__ import annotations

from typing import Final

from adapter.operations import access_keys, mfa
from adapter.operations.catalogue.operation import iam
from adapter.operations.resources import a_user, anything

_ACCESS_KEYS: Final = (
    iam("CreateAccessKey", access_keys.create_access_key, a_user),
    iam("ListAccessKeys", access_keys.list_access_keys, a_user),
    iam("UpdateAccessKey", access_keys.update_access_key, a_user),
    iam("DeleteAccessKey", access_keys.delete_access_key, a_user),
    iam("GetAccessKeyLastUsed", access_keys.get_access_key_last_used, access_keys.the_key_s_user),
)

_MFA_DEVICES: Final = (
    iam("CreateVirtualMFADevice", mfa.create_virtual_mfa_device, mfa.a_new_device, tag_action="iam:TagMFADevice"),
    iam("ListVirtualMFADevices", mfa.list_virtual_mfa_devices, anything),
    iam("DeleteVirtualMFADevice", mfa.delete_virtual_mfa_device, mfa.a_device),
    iam("EnableMFADevice", mfa.enable_mfa_device, a_user),
    iam("ResyncMFADevice", mfa.resync_mfa_device, a_user),
    iam("DeactivateMFADevice", mfa.deactivate_mfa_device, a_user),
    iam("ListMFADevices", mfa.list_mfa_devices, a_user),
    iam("GetMFADevice", mfa.get_mfa_device, a_user),
    iam("TagMFADevice", mfa.tag_mfa_device, mfa.a_device),
    iam("UntagMFADevice", mfa.untag_mfa_device, mfa.a_device),
    iam("ListMFADeviceTags", mfa.list_mfa_device_tags, mfa.a_device),
)

ROWS: Final = (
    *_ACCESS_KEYS,
    *_MFA_DEVICES,
)
"""Rows of the catalogue."""
