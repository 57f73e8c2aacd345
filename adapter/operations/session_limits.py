"""What temporary credentials are not good for, whatever policies say; and what is open to those who have none.

Source: IAM user guide, "Compare AWS STS credentials"; STS API reference, GetSessionToken and GetFederationToken.
"""

from __future__ import annotations

from typing import Final

from adapter.caller import Caller, CallerKind
from adapter.errors import AccessDenied, InvalidClientTokenId, MissingAuthenticationToken
from adapter.sessions import SessionKind

_OF_STS: Final = {
    SessionKind.USER: frozenset({"AssumeRole", "GetCallerIdentity"}),
    SessionKind.FEDERATED: frozenset({"GetCallerIdentity"}),
}
"""The only operations of STS that are open to a session; a role's session is kept from two."""
_OF_STRANGERS: Final = frozenset({"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
_LONG_TERM_ONLY: Final = frozenset({"GetSessionToken", "GetFederationToken"})


def hold_to_session(caller: Caller, service: str, wire_name: str) -> None:
    """Refuses what a session may not call at all.

    Raises:
        MissingAuthenticationToken: somebody who has signed nothing calls an operation that needs a signature.
        InvalidClientTokenId: an operation of IAM without a second factor, or for a federated user, as AWS has it.
        AccessDenied: an operation of STS that the session is not for.
    """
    if caller.kind is CallerKind.STRANGER and (service != "sts" or wire_name not in _OF_STRANGERS):
        raise MissingAuthenticationToken("Request is missing Authentication Token")
    session = caller.session
    if session is None:
        return
    if service == "iam" and not _may_call_iam(caller, session.kind):
        raise InvalidClientTokenId("The security token included in the request is invalid")
    if service != "sts":
        return
    allowed = _OF_STS.get(session.kind)
    if wire_name in _LONG_TERM_ONLY or (allowed is not None and wire_name not in allowed):
        raise AccessDenied(f"Cannot call {wire_name} with session credentials")


def _may_call_iam(caller: Caller, kind: SessionKind) -> bool:
    return kind is SessionKind.ROLE or (kind is SessionKind.USER and caller.mfa_time is not None)
