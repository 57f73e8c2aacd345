"""Issuing sessions: what all operations of STS that give out credentials have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapter.crypto.tokens import TemporaryCredentials, issue, packed_size
from adapter.errors import InvalidParameterValue, PackedPolicyTooLarge, ValidationError
from adapter.ldap import POLICY, SYSTEM_POLICY
from adapter.models import Account, Tag
from adapter.names import SYSTEM_ACCOUNT, Arn
from adapter.operations.call import Call, Result
from adapter.operations.documents import checked_document
from adapter.operations.tag_rules import TagParams
from adapter.sessions import Session

_LONGEST_POLICY: Final = 2048
_MOST_POLICIES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Session policies and tags as a call gives them, checked.

    Attributes:
        packed_size: how much of a token's room they take, in per cent; None when there are none.
    """

    policy: str | None
    policy_arns: tuple[str, ...]
    tags: tuple[Tag, ...]
    packed_size: int | None


def read_limits(
    call: Call,
    account: Account,
    *,
    policy: str | None,
    policy_arns: Sequence[Mapping[str, str]] | None,
    tags: TagParams | None,
) -> Limits:
    """Checks session policies and tags.

    Args:
        call: the call.
        account: the account of the role or user; managed session policies are its own or system-defined.
        policy: the inline session policy.
        policy_arns: managed session policies.
        tags: session tags.

    Raises:
        MalformedPolicyDocument: the inline policy is not valid.
        ValidationError: it is too long, there are too many, or one does not exist.
        InvalidParameterValue: a tag key is given twice or is reserved.
        PackedPolicyTooLarge: all of it together does not fit into a token.
    """
    arns = tuple(str(each.get("arn", "")) for each in policy_arns or ())
    if policy is not None:
        if len(policy) > _LONGEST_POLICY:
            raise _too_much("policy", _LONGEST_POLICY)
        checked_document(policy, "identity")
    if len(arns) > _MOST_POLICIES:
        raise _too_much("policyArns", _MOST_POLICIES)
    for arn in arns:
        _hold_to_existing(call, account, arn)
    own = session_tags(tags or ())
    if policy is None and not arns and not own:
        return Limits(policy=None, policy_arns=(), tags=(), packed_size=None)
    size = packed_size(policy, arns, own)
    if size > 100:
        raise PackedPolicyTooLarge(f"Packed policy consumes {size}% of allotted space, please use smaller policy.")
    return Limits(policy=policy, policy_arns=arns, tags=own, packed_size=size)


def session_tags(given: TagParams) -> tuple[Tag, ...]:
    """Session tags as a call gives them.

    Raises:
        InvalidParameterValue: a key is given twice (case does not count), or is reserved.
    """
    tags = tuple(Tag(key=tag["key"], value=tag["value"]) for tag in given)
    keys = {tag.key.casefold() for tag in tags}
    if len(keys) != len(tags):
        raise InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in keys):
        raise InvalidParameterValue("Tag keys that start with aws: are reserved for the system.")
    return tags


def give_out(call: Call, session: Session, minimum_size: int | None) -> Result:
    """Makes the credentials of a session, as answers have them."""
    made = issue(call.keyring, session, minimum_size or 0)
    return {
        "credentials": _view(made),
        "session_token_size": len(made.session_token),
        "session_token_utilization": made.token_utilization,
    }


def without_nothing(**members: Any) -> Result:
    """The members of an answer that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def _view(made: TemporaryCredentials) -> Result:
    return {
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key,
        "session_token": made.session_token,
        "expiration": made.expiration,
    }


def _hold_to_existing(call: Call, account: Account, arn: str) -> None:
    try:
        parsed = Arn.parse(arn)
    except ValueError as error:
        raise ValidationError(f"{arn[:128]} is invalid") from error
    is_system = parsed.account == SYSTEM_ACCOUNT
    found = None
    if is_system or parsed.account == account.account_id:
        found = call.store.get(SYSTEM_POLICY if is_system else POLICY, account, parsed.resource.rpartition("/")[2])
    if found is None or found.arn != arn:
        raise ValidationError(f"The session policy {arn} does not exist in account {account.account_id}.")


def _too_much(name: str, limit: int) -> ValidationError:
    rule = f"Member must have length less than or equal to {limit}"
    return ValidationError(f"1 validation error detected: Value at '{name}' failed to satisfy constraint: {rule}")
