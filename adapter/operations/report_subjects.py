"""What a report is about: a user, a group, a role or a policy, named by its ARN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from adapter.errors import InvalidInput, NoSuchEntity
from adapter.ldap import GROUP, POLICY, ROLE, SYSTEM_POLICY, USER, Noun, Where
from adapter.models import Group, Policy, Role, User
from adapter.names import SYSTEM_ACCOUNT, Arn
from adapter.operations.call import Call
from adapter.operations.reach import DIRECTLY, Holder, ReachingPolicy, reach_of
from adapter.operations.resources import Params, ResourceRule, Target, a_group, a_policy, a_role, a_user

NOUNS: Final[tuple[Noun[Any], ...]] = (USER, GROUP, ROLE, POLICY, SYSTEM_POLICY)
"""The kinds of things that reports can be about; a kind is known by its place."""
_RULES: Final[Mapping[str, ResourceRule]] = {"user": a_user, "group": a_group, "role": a_role}
_BY_KIND: Final[Mapping[str, Noun[Any]]] = {"user": USER, "group": GROUP, "role": ROLE}
_ACCESSED: Final = ("last_accessed",)
_AT_ONCE: Final = 200

Actor = User | Role
"""Who can access something."""
Subject = User | Group | Role | Policy


def the_subject(call: Call, params: Params) -> Target:
    """The user, group, role or policy that Arn names."""
    arn = params["arn"]
    kind, account_id, name = _taken_apart(arn)
    if kind == "policy":
        return a_policy(call, {"policy_arn": arn})
    if kind not in _RULES or account_id != call.account.account_id:
        return Target((arn,))
    return _RULES[kind](call, {f"{kind}_name": name})


def subject_at(call: Call, arn: str) -> Subject:
    """The user, group, role or policy of that ARN.

    Raises:
        InvalidInput: the ARN is something else's.
        NoSuchEntity: there is none.
    """
    kind, account_id, name = _taken_apart(arn)
    if kind == "policy" and account_id in {call.account.account_id, SYSTEM_ACCOUNT}:
        return call.policy(arn)
    if kind not in _BY_KIND or account_id != call.account.account_id:
        raise InvalidInput(f"Invalid ARN: {arn} is not that of a user, group, role or policy of this account.")
    found: Holder | None = call.find(_BY_KIND[kind], name)
    if found is None or found.arn.casefold() != arn.casefold():
        raise NoSuchEntity(f"The {kind} with name {name} cannot be found.")
    return found


def holder_at(call: Call, arn: str) -> Holder:
    """The user, group or role of that ARN.

    Raises:
        InvalidInput: the ARN is something else's.
        NoSuchEntity: there is none.
    """
    found = subject_at(call, arn)
    if isinstance(found, Policy):
        raise InvalidInput(f"Invalid ARN: {arn} is not that of a user, group or role.")
    return found


def kind_of(subject: Subject) -> int:
    """The place of a record's kind among NOUNS."""
    if isinstance(subject, Policy):
        return NOUNS.index(SYSTEM_POLICY if subject.is_system else POLICY)
    return next(place for place, noun in enumerate(NOUNS) if isinstance(subject, noun.model))


def _taken_apart(arn: str) -> tuple[str, str, str]:
    """Kind, account and name in an ARN; empty where it is none of IAM's."""
    try:
        parsed = Arn.parse(arn)
    except ValueError:
        return "", "", ""
    kind, _, path = parsed.resource.partition("/")
    return (kind, parsed.account, path.rpartition("/")[2]) if parsed.service == "iam" else ("", "", "")


def policies_of(call: Call, subject: Subject) -> tuple[ReachingPolicy, ...]:
    """The policies that give a user, a group or a role permissions; a policy itself, where the report is about one."""
    if not isinstance(subject, Policy):
        return reach_of(call.store, call.account, subject).policies
    alone = ReachingPolicy(
        policy_name=subject.policy_name,
        policy_arn=subject.arn,
        document=subject.document,
        via=DIRECTLY,
        holder_kind="policy",
        holder_name=subject.policy_name,
    )
    return (alone,)


def actors_of(call: Call, subject: Subject) -> Iterator[Actor]:
    """Who can act by what a report is about, each once, with what was last accessed.

    For a user or a role that is itself; for a group its members; for a policy those whom it reaches, not those whom it
    bounds.
    """
    if isinstance(subject, User | Role):
        loaded: Actor | None = call.store.load(NOUNS[kind_of(subject)], call.account, subject.dn, also=_ACCESSED)
        yield from (loaded,) if loaded else ()
    elif isinstance(subject, Group):
        yield from _members(call, (subject,), set())
    else:
        yield from _whom_it_reaches(call, subject)


def _whom_it_reaches(call: Call, policy: Policy) -> Iterator[Actor]:
    attached = Where.refers("attached_policies", policy.dn)
    yield from call.store.walk(ROLE, call.account, attached, also=_ACCESSED)
    seen = set()
    for user in call.store.walk(USER, call.account, attached, also=_ACCESSED):
        seen.add(user.user_id)
        yield user
    yield from _members(call, call.store.find(GROUP, call.account, attached), seen)


def _members(call: Call, groups: Sequence[Group], seen: set[str]) -> Iterator[User]:
    """The members of some groups who have not been seen yet, a part of them at a time."""
    for group in groups:
        full = call.store.load(GROUP, call.account, group.dn, also=("members",))
        members = full.members if full else ()
        for start in range(0, len(members), _AT_ONCE):
            chunk = members[start : start + _AT_ONCE]
            for user in call.store.load_many(USER, call.account, chunk, also=_ACCESSED).values():
                if user.user_id not in seen:
                    seen.add(user.user_id)
                    yield user
