"""Signing in at the console: second factors of one's own beyond AWS's operations, and what the account asks for."""

from __future__ import annotations

from typing import Final

from adapter.operations import mfa_policy, passkeys, recovery_codes, second_factors
from adapter.operations.catalogue.overviews import own
from adapter.operations.resources import a_user, anything

_MINE: Final = mfa_policy.enrolling(a_user)
"""The caller's own entry: none of these takes a user name."""

ROWS: Final = (
    own("DescribeMFA", second_factors.describe_mfa, "iam:ListMFADevices", _MINE),
    own("GetPasskeyOptions", passkeys.get_passkey_options, "iam:EnableMFADevice", _MINE),
    own("CreatePasskey", passkeys.create_passkey, "iam:EnableMFADevice", _MINE),
    own("RenameMFADevice", second_factors.rename_mfa_device, "iam:EnableMFADevice", _MINE),
    own("CreateRecoveryCodes", recovery_codes.create_recovery_codes, "iam:EnableMFADevice", _MINE),
    own("GetSignInSettings", mfa_policy.get_sign_in_settings, "iam:GetAccountPasswordPolicy", anything),
    own("UpdateSignInSettings", mfa_policy.update_sign_in_settings, "iam:UpdateAccountPasswordPolicy", anything),
)
"""Rows of the catalogue."""
