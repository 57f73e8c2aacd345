"""Assuming a role: who may, for how long, and what the session takes along.

`AssumeRole` and its kin differ in who asks and how that is proven. They share what comes before, `trust_target`, which
has the role's trust policy judged along with the caller's own rights, and what comes after, `begin_role_session`.

Source: STS API reference, AssumeRole; IAM user guide, "Passing session tags in AWS STS", "Monitor and control actions
taken with assumed roles".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from adapter.caller import Caller, CallerKind
from adapter.errors import AccessDenied, InvalidParameterValue, ValidationError
from adapter.models import Account, Role
from adapter.names import Arn, session_arn
from adapter.operations.call import Call, Result
from adapter.operations.issuing import give_out, read_limits, session_tags, without_nothing
from adapter.operations.mfa_codes import accept_code, names_device
from adapter.operations.resources import ContextKeys, Params, Target
from adapter.operations.tag_rules import TagParams
from adapter.policy import CompiledPolicy, MalformedDocument, compile_policy, parse_document
from adapter.sessions import Session, SessionKind

_DEFAULT_SECONDS: Final = 3600
_LONGEST_CHAINED: Final = 3600
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_MOST_COMPILED: Final = 10_000
_TRUSTS_NOBODY: Final = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A role that is about to be assumed by somebody who may.

    Attributes:
        session_name: what the session is called.
        seconds: how long it is wanted; None for an hour.
        mfa_at: when a second factor was given.
        calling: the session that assumes the role; None for long-term credentials and identity providers.
        keys: context keys that the session's requests will have, such as `aws:FederatedProvider`.
        not_after: when the session has to be over, however long it is wanted.
        minimum_token_size: in characters.
    """

    account: Account
    role: Role
    session_name: str
    seconds: int | None = None
    policy: str | None = None
    policy_arns: Sequence[Mapping[str, str]] = ()
    tags: TagParams = ()
    transitive_tag_keys: Sequence[str] = ()
    source_identity: str | None = None
    mfa_at: datetime | None = None
    calling: Session | None = None
    keys: tuple[tuple[str, str], ...] = ()
    not_after: datetime | None = None
    minimum_token_size: int | None = None


def trust_target(call: Call, role_arn: str, keys: ContextKeys, actions: tuple[str, ...] = ()) -> Target:
    """The role, with its trust policy as the policy of a resource; a role that does not exist trusts nobody.

    Args:
        call: the call.
        role_arn: the role, in whichever account.
        keys: context keys of the request.
        actions: further actions that have to be allowed.
    """
    found = call.role_of_arn(role_arn)
    document = found[1].assume_role_policy_document if found else _TRUSTS_NOBODY
    tags: ContextKeys = {}
    for tag in found[1].tags if found else ():
        tags |= {f"aws:ResourceTag/{tag.key}": tag.value, f"iam:ResourceTag/{tag.key}": tag.value}
    account_id = found[0].account_id if found else _account_in(role_arn)
    return Target(
        (role_arn,),
        tags | keys | ({"aws:ResourceAccount": account_id} if account_id else {}),
        actions=actions,
        policy=_compiled_trust(role_arn, document),
        account_id=account_id,
        is_veiled=True,
    )


def begin_role_session(call: Call, wanted: Assumption) -> Result:
    """Gives out the credentials of a role's session.

    Raises:
        ValidationError: it would last too long, or a session policy is too long or does not exist.
        MalformedPolicyDocument: the session policy is not valid.
        InvalidParameterValue: the session tags contradict each other or what is inherited.
        PackedPolicyTooLarge: session policies and tags do not fit into a token.
    """
    account, role, calling = wanted.account, wanted.role, wanted.calling
    seconds = _seconds(role, wanted.seconds, calling)
    limits = read_limits(call, account, policy=wanted.policy, policy_arns=wanted.policy_arns, tags=wanted.tags)
    _hold_to_inheritance(wanted)
    inherited = calling.transitive_tags if calling else ()
    now = call.context.now.replace(microsecond=0)
    session = Session(
        kind=SessionKind.ROLE,
        account_id=account.account_id,
        dn=role.dn,
        subject_id=role.role_id,
        name=wanted.session_name,
        issued_at=now,
        expires_at=min(now + timedelta(seconds=seconds), wanted.not_after or _NEVER).replace(microsecond=0),
        mfa_at=wanted.mfa_at,
        policy=limits.policy,
        policy_arns=limits.policy_arns,
        tags=(*inherited, *limits.tags),
        transitive_tag_keys=(*(tag.key for tag in inherited), *wanted.transitive_tag_keys),
        source_identity=wanted.source_identity or (calling.source_identity if calling else None),
        keys=wanted.keys,
    )
    arn = session_arn(account.account_id, CallerKind.ASSUMED_ROLE, f"{role.role_name}/{session.name}")
    assumed = {"assumed_role_id": f"{role.role_id}:{session.name}", "arn": arn}
    more = without_nothing(packed_policy_size=limits.packed_size, source_identity=session.source_identity)
    return give_out(call, session, wanted.minimum_token_size) | {"assumed_role_user": assumed} | more


def the_trusting_role(call: Call, params: Params) -> Target:
    """The role that a signed caller wants to assume.

    Raises:
        AccessDenied: the caller is of a kind that can't, or would change the source identity of its session.
    """
    caller, role_arn = call.caller, params["role_arn"]
    if caller.kind is CallerKind.ROOT:
        raise AccessDenied("Roles may not be assumed by root accounts.")
    kept = caller.session.source_identity if caller.session else None
    asked = params.get("source_identity")
    if kept and asked and asked != kept:
        told = "is not authorized to perform: sts:SetSourceIdentity on resource"
        raise AccessDenied(f"User: {caller.arn} {told}: {role_arn}")
    keys: ContextKeys = {key: str(params[name]) for name, key in _KEYS.items() if params.get(name) is not None}
    if params.get("transitive_tag_keys"):
        keys["sts:TransitiveTagKeys"] = tuple(params["transitive_tag_keys"])
    if kept:
        keys["sts:SourceIdentity"] = kept
    if names_device(params.get("serial_number"), params.get("token_code")):
        # The code is used up once everything else is allowed; until then it counts as right.
        keys |= {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}
    return trust_target(call, role_arn, keys, ("sts:SetSourceIdentity",) if asked or kept else ())


_KEYS: Final = {
    "external_id": "sts:ExternalId",
    "role_session_name": "sts:RoleSessionName",
    "source_identity": "sts:SourceIdentity",
    "duration_seconds": "sts:DurationSeconds",
}


def assume_role(
    call: Call,
    *,
    role_arn: str,
    role_session_name: str,
    serial_number: str | None = None,
    token_code: str | None = None,
    provided_contexts: Sequence[Any] | None = None,
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,
    external_id: str | None = None,
    **more: Any,
) -> Result:
    """Assumes a role of any account with the caller's own rights; the external id is for the trust policy to judge.

    Raises:
        AccessDenied: the code of the second factor is not right.
        ValidationError, InvalidParameterValue, MalformedPolicyDocument, PackedPolicyTooLarge: as `begin_role_session`.
    """
    if provided_contexts:
        raise InvalidParameterValue("There are no context providers here, so ProvidedContexts can't be given.")
    found = call.role_of_arn(role_arn)
    if found is None:  # it went between the authorization and now
        raise AccessDenied(
            f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
        )
    wanted = Assumption(
        account=found[0],
        role=found[1],
        session_name=role_session_name,
        seconds=duration_seconds,
        mfa_at=accept_code(call, serial_number, token_code) or _own_factor(call.caller),
        calling=call.caller.session,
        minimum_token_size=minimum_session_token_size,
        **more,
    )
    return begin_role_session(call, wanted)


def _own_factor(caller: Caller) -> datetime | None:
    """The second factor of a user who assumes a role; it is not handed on from role to role."""
    return caller.mfa_time if caller.kind is CallerKind.USER else None


def _seconds(role: Role, wanted: int | None, calling: Session | None) -> int:
    if wanted is None:
        return _DEFAULT_SECONDS
    if calling is not None and calling.kind is SessionKind.ROLE and wanted > _LONGEST_CHAINED:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if wanted > role.max_session_duration:
        raise ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return wanted


def _hold_to_inheritance(wanted: Assumption) -> None:
    """Refuses tags that would replace inherited ones, and transitive keys that none of the tags has."""
    keys = {tag.key.casefold() for tag in session_tags(wanted.tags)}
    if wanted.calling and keys & {tag.key.casefold() for tag in wanted.calling.transitive_tags}:
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
    if {key.casefold() for key in wanted.transitive_tag_keys} - keys:
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")


def _account_in(arn: str) -> str | None:
    try:
        return Arn.parse(arn).account or None
    except ValueError:
        return None


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled_trust(role_arn: str, document: str) -> CompiledPolicy:
    """A compiled trust policy; one that is not valid, because another tool wrote it, trusts nobody."""
    try:
        parsed = parse_document(document, kind="trust")
    except MalformedDocument:
        parsed = parse_document(_TRUSTS_NOBODY, kind="resource")
    return compile_policy(parsed, name=role_arn.rpartition("/")[2])
