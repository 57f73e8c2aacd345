"""The code of an MFA device that comes with a call (`SerialNumber` and `TokenCode`)."""

from __future__ import annotations

from datetime import datetime

from adapter.errors import AccessDenied
from adapter.operations.call import Call


def names_device(serial_number: str | None, token_code: str | None) -> bool:
    """Whether a call brings a code.

    Raises:
        AccessDenied: it brings one half of what is needed.
    """
    if (serial_number is None) != (token_code is None):
        raise AccessDenied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
        )
    return serial_number is not None


def accept_code(call: Call, serial_number: str | None, token_code: str | None) -> datetime | None:
    """Uses a code up.

    Returns:
        When the second factor was given; None when the call brings no code.

    Raises:
        AccessDenied: the device is not the caller's, or the code is not right.
    """
    if not names_device(serial_number, token_code):
        return None
    raise AccessDenied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  "
        "Please verify your MFA serial number is valid and associated with this user."
    )
