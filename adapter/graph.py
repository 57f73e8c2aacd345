"""Principals with what decides about them: their policies, compiled, and what policies can ask about them.

Read through and kept: a request that finds its principal here touches no LDAP for it. The change feed throws away what
has changed, own writes do so before they return, and while the feed is down nothing is kept. Compiled policies are
shared between all principals that they reach.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from adapter.cache import Loaded, ReadThrough
from adapter.caller import Caller, CallerKind
from adapter.ldap import ACCESS_KEY, POLICY, ROLE, ROOT, SERVICE, SYSTEM_POLICY, USER, Feed, Noun, Store, Where, dn
from adapter.models import AccessKey, Account, Group, Policy, Record, RegisteredService, Role, RootUser, User
from adapter.names import SYSTEM_ACCOUNT, Arn
from adapter.operations.compiled import compiled, compiled_policies
from adapter.operations.reach import Reach, reach_of
from adapter.policy import Policies
from adapter.services.checks import InvalidDefinition
from adapter.services.definition import Service
from adapter.services.reading import read_definition
from adapter.services.registry import Services
from adapter.sessions import Session, SessionKind

_log = logging.getLogger(__name__)

V = TypeVar("V")
M = TypeVar("M", bound=Record)

_ALLOW_ALL: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
_MAY_BE_ROOT: Final = (CallerKind.ROOT, CallerKind.FEDERATED_USER)
_MOST_KEPT: Final = 50_000
_ANY_GROUP: Final = "any group"
"""Token for what depends on who is in which group: the feed tells that a group has changed, not who came or went."""

_ANY_SERVICE: Final = "any service"
ANY_CREDENTIAL: Final = "any credential"
_CONTAINERS: Final = {",ou=services,ou=iam,": _ANY_SERVICE, ",ou=credentials,ou=iam,": ANY_CREDENTIAL}
"""Tokens for what depends on which entries there are: where they lie in any account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated principal and what decides about it.

    Attributes:
        user: the user that calls or vouches for the caller; None for the root user and for roles.
        role: the role that the caller has assumed.
        policies: everything that reaches it; the root user needs none.
    """

    caller: Caller
    user: User | None = None
    role: Role | None = None
    policies: Policies = field(default_factory=Policies)


class Graph:
    """Answers which policies count for a caller.

    Args:
        store: where users, groups and policies are.
        note_own_write: is told the name of each entry that this process writes to.
    """

    def __init__(self, store: Store, note_own_write: Callable[[str], None] | None = None) -> None:
        self._store = store
        self._note_own_write = note_own_write
        self._kept = ReadThrough(_MOST_KEPT)
        self._group_bases: set[str] = set()
        self._feed: Feed | None = None
        self._starting = threading.Lock()

    def start(self) -> None:
        """Starts to follow the directory, which the first question does otherwise, and to read names ahead."""
        self._store.read_ahead()
        self._follow()

    def account(self, account_id: str) -> Account | None:
        """The account of that id."""

        def load() -> Loaded[Account | None]:
            account = self._store.account(account_id)
            if account is None:
                return Loaded(None, frozenset(), worth_keeping=False)
            self._group_bases.add(account.group_base)
            return Loaded(account, _tokens(account.dn, account.entry_uuid))

        return self._through(("account", account_id), load)

    def root(self, account: Account) -> RootUser | None:
        """The account's root user."""

        def load() -> Loaded[RootUser | None]:
            found = self._store.root(account)
            root = self._store.load(ROOT, account, found.dn) if found else None
            return Loaded(root, _tokens(root.dn, root.entry_uuid) if root else frozenset(), root is not None)

        return self._through(("root", account.account_id), load)

    def access_key(self, access_key_id: str) -> tuple[Account, AccessKey] | None:
        """The access key of that id, with the account that it is in."""

        def load() -> Loaded[tuple[Account, AccessKey] | None]:
            for account in self._store.accounts():
                key = self._store.get(ACCESS_KEY, account, access_key_id)
                if key is not None:
                    rests_on = _tokens(key.dn, key.entry_uuid) | _tokens(account.dn, account.entry_uuid)
                    return Loaded((account, key), rests_on)
            return Loaded(None, frozenset(), worth_keeping=False)

        return self._through(("access key", access_key_id), load)

    def user(self, account: Account, at: str) -> User | None:
        """The user whose entry is there."""
        reached = self._reached(USER, account, at)
        return reached[0].user if reached else None

    def role(self, account: Account, at: str) -> Role | None:
        """The role whose entry is there."""
        reached = self._reached(ROLE, account, at)
        return reached[0].holder if reached and isinstance(reached[0].holder, Role) else None

    def named(self, noun: Noun[M], account: Account, field: str, value: str) -> M | None:
        """The user or role that has a value in one of its fields, such as its name, its id or its DN."""

        def load() -> Loaded[M | None]:
            if field == "dn":
                record = self._store.load(noun, account, value)
            elif field == noun.name_field:
                record = self._store.get(noun, account, value)
            else:
                record = next(iter(self._store.find(noun, account, Where.equals(field, value))), None)
            tokens = _tokens(record.dn, record.entry_uuid) if record else frozenset[str]()
            return Loaded(record, tokens, record is not None)

        return self._through((noun.label, account.account_id, field, value), load)

    def groups(self, account: Account, at: str) -> tuple[Group, ...]:
        """The groups of the user whose entry is there."""
        reached = self._reached(USER, account, at)
        return reached[0].groups if reached else ()

    def services(self) -> Services:
        """The services that policies speak about, with those that an operator has registered."""

        def load() -> Loaded[Services]:
            accounts = self._store.accounts()
            found = self._store.find(SERVICE, accounts[0]) if accounts else []
            return Loaded(Services(_definitions(found)), frozenset({_ANY_SERVICE}))

        return self._through(("services",), load)

    def record_of(self, account: Account, session: Session) -> User | RootUser | Role | None:
        """The role, user or root user that a session is of; None when it is gone, disabled or another of that name."""
        if session.kind is SessionKind.ROLE:
            role = self.role(account, session.dn)
            return role if role and role.role_id == session.subject_id else None
        root = self.root(account)
        if root and root.unique_id == session.subject_id:
            return root
        user = self.user(account, session.dn)
        if user is None or user.user_id != session.subject_id:  # it may have been renamed
            user = self._user_of_id(account, session.subject_id)
        return user if user and not user.disabled else None

    def principal(self, account: Account, caller: Caller) -> Principal | None:
        """The caller with its policies; None when it does not exist any more or is disabled."""
        if caller.kind is CallerKind.STRANGER:
            return Principal(caller=caller)
        found = None if caller.kind is CallerKind.ROOT else self._with_entry(account, caller)
        if found is None and caller.kind in _MAY_BE_ROOT:
            found = self._as_root(account, caller)
        return found and self._within_session(account, found)

    def remembered(self, key: tuple[str, ...], load: Callable[[], Loaded[V]]) -> V:
        """What others have found out by the directory, for as long as what it rests on does not change."""
        return self._through(key, load)

    def tokens(self, record: Record) -> frozenset[str]:
        """What something rests on that rests on an entry."""
        return _tokens(record.dn, record.entry_uuid)

    def close(self) -> None:
        """Ends the feed."""
        if self._feed:
            self._feed.stop()

    def entry_changed(self, at: str, entry_uuid: str = "") -> None:
        """Throws away what rests on an entry; called by the feed, and by the store for each own write."""
        if self._note_own_write and not entry_uuid:
            self._note_own_write(at)
        names = _tokens(at)
        tokens = {*names, entry_uuid}
        if any(dn.is_below(at, base) for base in self._group_bases):
            tokens.add(_ANY_GROUP)
        tokens.update(token for place, token in _CONTAINERS.items() if any(place in name for name in names))
        self._kept.evict(tokens)

    def forget_everything(self) -> None:
        """Throws everything away; called by the feed when it may have missed something."""
        self._kept.clear()

    def _user_of_id(self, account: Account, user_id: str) -> User | None:
        """The user of that unique id, wherever its entry is by now; asked for when it is not where it was."""
        return next(iter(self._store.find(USER, account, Where.equals("user_id", user_id))), None)

    def _as_root(self, account: Account, caller: Caller) -> Principal | None:
        """The root user, or whoever it vouches for."""
        root = self.root(account)
        if root is None or (caller.session and caller.session.subject_id != root.unique_id):
            return None
        return Principal(caller=caller)

    def _with_entry(self, account: Account, caller: Caller) -> Principal | None:
        """A user, a role that was assumed, or whoever a user vouches for; None when that entry is not the same."""
        noun: Noun[Any] = ROLE if caller.kind is CallerKind.ASSUMED_ROLE else USER
        reached = self._reached(noun, account, caller.dn)
        holder = reached[0].holder if reached else None
        if reached is None or isinstance(holder, Group) or holder is None:
            return None
        if isinstance(holder, Role):
            is_same = holder.role_id == caller.subject_id
            return Principal(caller=caller, role=holder, policies=reached[1]) if is_same else None
        is_same = holder.user_id == caller.subject_id and not holder.disabled
        return Principal(caller=caller, user=holder, policies=reached[1]) if is_same else None

    def _within_session(self, account: Account, principal: Principal) -> Principal:
        """The principal within the session policies that its session has."""
        caller = principal.caller
        session = caller.session
        is_federated = caller.kind is CallerKind.FEDERATED_USER
        if session is None or not (session.has_policies or is_federated):
            return principal
        own = principal.policies
        if is_federated and principal.user is None:
            own = Policies(identity=(compiled("root user", None, "directly", _ALLOW_ALL),))
        found = [policy for arn in session.policy_arns if (policy := self._policy(account, arn))]
        limits = [compiled(policy.policy_name, policy.arn, "session", policy.document) for policy in found]
        if session.policy is not None:
            limits.append(compiled("session policy", None, "session", session.policy))
        return replace(principal, policies=own.with_session(tuple(limits)))

    def _policy(self, account: Account, arn: str) -> Policy | None:
        """The managed policy of that ARN; without it a session that is limited by it may do nothing of it."""
        parsed = Arn.parse(arn)
        noun = SYSTEM_POLICY if parsed.account == SYSTEM_ACCOUNT else POLICY

        def load() -> Loaded[Policy | None]:
            policy = self._store.get(noun, account, parsed.resource.rpartition("/")[2])
            if policy is None or policy.arn != arn:
                return Loaded(None, frozenset(), worth_keeping=False)
            return Loaded(policy, _tokens(policy.dn, policy.entry_uuid))

        return self._through(("policy", account.account_id, arn), load)

    def _reached(self, noun: Noun[Any], account: Account, at: str) -> tuple[Reach, Policies] | None:
        def load() -> Loaded[tuple[Reach, Policies] | None]:
            holder = self._store.load(noun, account, at)
            if holder is None:
                return Loaded(None, frozenset(), worth_keeping=False)
            reach = reach_of(self._store, account, holder)
            return Loaded((reach, compiled_policies(reach)), _rests_on(reach))

        return self._through((noun.label, account.account_id, at), load)

    def _through(self, key: tuple[str, ...], load: Callable[[], Loaded[V]]) -> V:
        if self._feed is None:
            self._follow()
        if self._feed is None or not self._feed.is_up:
            return load().value
        return self._kept.get(key, load)

    def _follow(self) -> None:
        """Starts the feed with the first question, in the process that asks it."""
        with self._starting:
            if self._feed is None:
                self._feed = self._store.follow(self)


def _definitions(found: Iterable[RegisteredService]) -> Iterator[Service]:
    """What services say of themselves; what an LDAP tool wrote and nobody can read is left out."""
    for one in found:
        try:
            yield read_definition(one.definition)
        except InvalidDefinition as error:
            _log.warning("%s is left out: %s", one.dn, error)


def _tokens(at: str, entry_uuid: str = "") -> frozenset[str]:
    try:
        name = dn.normalise(at)
    except ValueError:
        name = at
    return frozenset({name, entry_uuid} - {""})


def _rests_on(reach: Reach) -> frozenset[str]:
    """Everything whose change may change what a user or a role may do."""
    holder = reach.holder
    found = {_ANY_GROUP} if isinstance(holder, User) else set()
    for one in (holder, *reach.groups):
        found |= _tokens(one.dn, one.entry_uuid)
        for policy in one.attached_policies:
            found |= _tokens(policy)
    if not isinstance(holder, Group) and holder.boundary:
        found |= _tokens(holder.boundary)
    return frozenset(found)
