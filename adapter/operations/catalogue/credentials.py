"""What programs and people sign with."""

from __future__ import annotations

from typing import Final

from adapter.operations import access_keys
from adapter.operations.catalogue.operation import iam
from adapter.operations.resources import a_user

_ACCESS_KEYS: Final = (
    iam("CreateAccessKey", access_keys.create_access_key, a_user),
    iam("ListAccessKeys", access_keys.list_access_keys, a_user),
    iam("UpdateAccessKey", access_keys.update_access_key, a_user),
    iam("DeleteAccessKey", access_keys.delete_access_key, a_user),
    iam("GetAccessKeyLastUsed", access_keys.get_access_key_last_used, access_keys.the_key_s_user),
)

ROWS: Final = (*_ACCESS_KEYS,)
"""Rows of the catalogue."""
