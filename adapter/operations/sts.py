"""The Security Token Service: who signed, whose key it is, and a user's own temporary credentials.

Source: STS API reference, GetCallerIdentity, GetAccessKeyInfo, GetSessionToken, DecodeAuthorizationMessage.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from adapter.caller import CallerKind
from adapter.crypto.tokens import InvalidToken, accounts_of_session_key, open_message
from adapter.errors import AccessDenied, InvalidAuthorizationMessage, ValidationError
from adapter.ldap import ACCESS_KEY
from adapter.names import IdPrefix
from adapter.operations.call import Call, Result
from adapter.operations.issuing import give_out
from adapter.operations.mfa_codes import accept_code
from adapter.sessions import Session, SessionKind

SECONDS: Final = 43_200
"""How long credentials of a user last when nobody says."""
_LONGEST_OF_ROOT: Final = 3_600


def get_caller_identity(call: Call) -> Result:
    """Tells callers who they are; needs no permission."""
    caller = call.caller
    return {"user_id": caller.unique_id, "account": caller.account_id, "arn": caller.arn}


def get_access_key_info(call: Call, *, access_key_id: str) -> Result:
    """Tells which account an access key belongs to, in whichever account the caller is.

    Nothing is kept of temporary keys: their ids say which account has issued them.

    Raises:
        ValidationError: there is no such key.
    """
    if access_key_id.startswith(IdPrefix.SESSION_KEY):
        for issuer in accounts_of_session_key(call.keyring, access_key_id):
            if call.store.account(issuer) is not None:
                return {"account": issuer}
    else:
        for account in call.store.accounts():
            if call.store.get(ACCESS_KEY, account, access_key_id) is not None:
                return {"account": account.account_id}
    raise ValidationError(f"The Access Key with id {access_key_id} cannot be found.")


def get_session_token(
    call: Call,
    *,
    duration_seconds: int = SECONDS,
    serial_number: str | None = None,
    token_code: str | None = None,
    minimum_session_token_size: int | None = None,
) -> Result:
    """Gives out temporary credentials of the caller itself; a second factor counts in all that is done with them.

    Raises:
        AccessDenied: the code is not right.
    """
    now = call.context.now.replace(microsecond=0)
    session = Session(
        kind=SessionKind.USER,
        account_id=call.account.account_id,
        dn=call.caller.dn,
        subject_id=own_subject(call),
        issued_at=now,
        expires_at=now + timedelta(seconds=session_seconds(call, duration_seconds)),
        mfa_at=accept_code(call, serial_number, token_code),
    )
    return give_out(call, session, minimum_session_token_size)


def own_subject(call: Call) -> str:
    """The unique id of the calling user or root user.

    Raises:
        AccessDenied: the root user has been removed.
    """
    if call.caller.kind is not CallerKind.ROOT:
        return call.caller.unique_id
    root = call.store.root(call.account)
    if root is None:
        raise AccessDenied(f"{call.caller.arn} does not exist any more.")
    return root.unique_id


def session_seconds(call: Call, wanted: int) -> int:
    """How long a session lasts: the root user's an hour at most, whatever was asked for."""
    return min(wanted, _LONGEST_OF_ROOT) if call.caller.kind is CallerKind.ROOT else wanted


def decode_authorization_message(call: Call, *, encoded_message: str) -> Result:
    """Reads an encoded authorization message of the caller's account.

    Raises:
        InvalidAuthorizationMessage: it is none.
    """
    try:
        return {"decoded_message": open_message(call.keyring, call.account.account_id, encoded_message)}
    except InvalidToken as error:
        raise InvalidAuthorizationMessage(
            "Message is not valid: it was not issued by this account or has been changed."
        ) from error
