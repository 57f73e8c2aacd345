"""The Security Token Service: who signed, and whose key it is."""

from __future__ import annotations

from adapter.errors import ValidationError
from adapter.ldap import ACCESS_KEY
from adapter.operations.call import Call, Result


def get_caller_identity(call: Call) -> Result:
    """Tells callers who they are; needs no permission."""
    caller = call.caller
    return {"user_id": caller.unique_id, "account": caller.account_id, "arn": caller.arn}


def get_access_key_info(call: Call, *, access_key_id: str) -> Result:
    """Tells which account an access key belongs to, in whichever account the caller is.

    Raises:
        ValidationError: there is no such key.
    """
    for account in call.store.accounts():
        if call.store.get(ACCESS_KEY, account, access_key_id) is not None:
            return {"account": account.account_id}
    raise ValidationError(f"The Access Key with id {access_key_id} cannot be found.")
