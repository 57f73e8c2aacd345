"""Assuming a role without credentials: what ID tokens and SAML assertions have in common once they are verified.

Source: STS API reference, AssumeRoleWithWebIdentity and AssumeRoleWithSAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.caller import Caller, stranger
from adapter.errors import AccessDenied, ValidationError
from adapter.federation.identity import FederatedIdentity
from adapter.names import Arn
from adapter.operations.assume_role import Assumption, begin_role_session, trust_target
from adapter.operations.call import Call, Result
from adapter.operations.resources import ContextKeys, Target


def not_yet_known(params: Mapping[str, Any]) -> Caller:
    """Whoever wants to assume a role, before it is known who that is.

    Raises:
        ValidationError: what is given as the role's ARN is none.
    """
    try:
        return stranger(Arn.parse(params["role_arn"]).account)
    except ValueError as error:
        raise ValidationError("Request ARN is invalid") from error


def vouched_for(call: Call, identity: FederatedIdentity) -> Caller:
    """The caller whom an identity provider vouches for; the call keeps what else the provider says."""
    call.identity = identity
    return stranger(call.account.account_id, identity.principal, identity.subject)


def the_federated_role(call: Call, params: Mapping[str, Any]) -> Target:
    """The role to assume, judged by its trust policy alone."""
    identity = identity_of(call)
    keys: ContextKeys = {**identity.keys, "sts:RoleSessionName": params.get("role_session_name", identity.session_name)}
    actions = []
    if params.get("duration_seconds") is not None:
        keys["sts:DurationSeconds"] = str(params["duration_seconds"])
    if identity.tags:
        actions.append("sts:TagSession")
        keys |= {f"aws:RequestTag/{tag.key}": tag.value for tag in identity.tags}
        keys["aws:TagKeys"] = tuple(tag.key for tag in identity.tags)
    if identity.transitive_tag_keys:
        keys["sts:TransitiveTagKeys"] = identity.transitive_tag_keys
    if identity.source_identity:
        actions.append("sts:SetSourceIdentity")
        keys["sts:SourceIdentity"] = identity.source_identity
    return trust_target(call, params["role_arn"], keys, tuple(actions))


def begin_federated_session(
    call: Call, role_arn: str, *, session_name: str, seconds: int | None, minimum_token_size: int | None, **limits: Any
) -> Result:
    """Gives out the credentials of the session of somebody whom an identity provider vouches for.

    Args:
        call: the call.
        role_arn: the role.
        session_name: what the session is called.
        seconds: how long it is wanted; None for what the provider says, or else an hour.
        minimum_token_size: in characters.
        limits: policy and policy_arns.

    Raises:
        AccessDenied: the role has gone.
        ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge: as `begin_role_session`.
    """
    identity = identity_of(call)
    found = call.role_of_arn(role_arn)
    if found is None:  # it went between the authorization and now
        raise AccessDenied("Not authorized to assume the role")
    wanted = Assumption(
        account=found[0],
        role=found[1],
        session_name=session_name,
        seconds=seconds if seconds is not None else identity.seconds,
        tags=[{"key": tag.key, "value": tag.value} for tag in identity.tags],
        transitive_tag_keys=identity.transitive_tag_keys,
        source_identity=identity.source_identity,
        keys=tuple((key, value) for key, value in identity.session_keys.items() if isinstance(value, str)),
        minimum_token_size=minimum_token_size,
        not_after=identity.ends_at,
        **{name: value for name, value in limits.items() if value is not None},
    )
    return begin_role_session(call, wanted)


def identity_of(call: Call) -> FederatedIdentity:
    """Whom an identity provider vouches for in this call.

    Raises:
        AccessDenied: none does.
    """
    if call.identity is None:
        raise AccessDenied("Nobody vouches for the caller.")
    return call.identity
