"""GetFederationToken: a user vouches for somebody else, within the user's own permissions.

Source: STS API reference, GetFederationToken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from adapter.caller import CallerKind
from adapter.names import session_arn
from adapter.operations.call import Call, Result
from adapter.operations.issuing import give_out, read_limits, without_nothing
from adapter.operations.resources import ContextKeys, Params, Target
from adapter.operations.sts import SECONDS, own_subject, session_seconds
from adapter.operations.tag_rules import TagParams
from adapter.sessions import Session, SessionKind

_KIND: Final = CallerKind.FEDERATED_USER.value


def the_federated_user(call: Call, params: Params) -> Target:
    """Whoever is to be vouched for."""
    seconds = params.get("duration_seconds")
    keys: ContextKeys = {} if seconds is None else {"sts:DurationSeconds": str(seconds)}
    return Target((session_arn(call.account.account_id, _KIND, params["name"]),), keys)


def get_federation_token(
    call: Call,
    *,
    name: str,
    policy: str | None = None,
    policy_arns: Sequence[Mapping[str, str]] = (),
    duration_seconds: int = SECONDS,
    tags: TagParams = (),
    minimum_session_token_size: int | None = None,
) -> Result:
    """Gives out credentials for somebody whom the caller vouches for; without a session policy they allow nothing.

    Raises:
        ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge: as `read_limits`.
    """
    limits = read_limits(call, call.account, policy=policy, policy_arns=policy_arns, tags=tags)
    account_id = call.account.account_id
    now = call.context.now.replace(microsecond=0)
    session = Session(
        kind=SessionKind.FEDERATED,
        account_id=account_id,
        dn=call.caller.dn,
        subject_id=own_subject(call),
        name=name,
        issued_at=now,
        expires_at=now + timedelta(seconds=session_seconds(call, duration_seconds)),
        policy=limits.policy,
        policy_arns=limits.policy_arns,
        tags=limits.tags,
    )
    federated = {"federated_user_id": f"{account_id}:{name}", "arn": session_arn(account_id, _KIND, name)}
    answer = give_out(call, session, minimum_session_token_size) | {"federated_user": federated}
    return answer | without_nothing(packed_policy_size=limits.packed_size)
