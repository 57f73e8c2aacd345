"""Principals with what decides about them: their policies, compiled, and what policies can ask about them.

Read through and kept: a request that finds its principal here touches no LDAP for it. The change feed throws away what
has changed, own writes do so before they return, and while the feed is down nothing is kept. Compiled policies are
shared between all principals that they reach.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar

from adapter.cache import Loaded, ReadThrough
from adapter.caller import Caller, CallerKind
from adapter.ldap import ACCESS_KEY, USER, Feed, Store, dn
from adapter.models import AccessKey, Account, Group, RootUser, User
from adapter.operations.reach import Reach, reach_of
from adapter.policy import CompiledPolicy, MalformedDocument, Policies, compile_policy, parse_document

_log = logging.getLogger(__name__)

V = TypeVar("V")

_DENY_ALL: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
_MOST_COMPILED: Final = 10_000
_MOST_KEPT: Final = 50_000
_ANY_GROUP: Final = "any group"
"""Token for what depends on who is in which group: the feed tells that a group has changed, not who came or went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An authenticated principal and what decides about it.

    Attributes:
        user: None for the root user.
        policies: everything that reaches it; the root user needs none.
    """

    caller: Caller
    user: User | None
    policies: Policies = field(default_factory=Policies)


class Graph:
    """Answers which policies count for a caller.

    Args:
        store: where users, groups and policies are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = ReadThrough(_MOST_KEPT)
        self._group_bases: set[str] = set()
        self._feed: Feed | None = None
        self._starting = threading.Lock()

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
            root = self._store.root(account)
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
        reached = self._reached(account, at)
        return reached[0].user if reached else None

    def principal(self, account: Account, caller: Caller) -> Principal | None:
        """The caller with its policies; None when it does not exist any more or is disabled."""
        if caller.kind is CallerKind.ROOT:
            return Principal(caller=caller, user=None) if self.root(account) else None
        reached = self._reached(account, caller.dn)
        if reached is None:
            return None
        user = reached[0].user
        if user.user_id != caller.unique_id or user.disabled:
            return None
        return Principal(caller=caller, user=user, policies=reached[1])

    def close(self) -> None:
        """Ends the feed."""
        if self._feed:
            self._feed.stop()

    def entry_changed(self, at: str, entry_uuid: str = "") -> None:
        """Throws away what rests on an entry; called by the feed, and by the store for each own write."""
        tokens = {*_tokens(at, entry_uuid)}
        if any(dn.is_below(at, base) for base in self._group_bases):
            tokens.add(_ANY_GROUP)
        self._kept.evict(tokens)

    def forget_everything(self) -> None:
        """Throws everything away; called by the feed when it may have missed something."""
        self._kept.clear()

    def _reached(self, account: Account, at: str) -> tuple[Reach, Policies] | None:
        def load() -> Loaded[tuple[Reach, Policies] | None]:
            user = self._store.load(USER, account, at)
            if user is None:
                return Loaded(None, frozenset(), worth_keeping=False)
            reach = reach_of(self._store, account, user)
            return Loaded((reach, compiled_policies(reach)), _rests_on(reach))

        return self._through(("user", account.account_id, at), load)

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


def _tokens(at: str, entry_uuid: str = "") -> frozenset[str]:
    try:
        name = dn.normalise(at)
    except ValueError:
        name = at
    return frozenset({name, entry_uuid} - {""})


def _rests_on(reach: Reach) -> frozenset[str]:
    """Everything whose change may change what the user may do."""
    found = {_ANY_GROUP, *_tokens(reach.user.dn, reach.user.entry_uuid)}
    holders: list[User | Group] = [reach.user, *reach.groups]
    for holder in holders:
        found |= _tokens(holder.dn, holder.entry_uuid)
        for policy in holder.attached_policies:
            found |= _tokens(policy)
    return frozenset(found | (_tokens(reach.user.boundary) if reach.user.boundary else frozenset()))


def compiled_policies(reach: Reach) -> Policies:
    """The policies that reach a user, a group or a role, as the engine takes them."""
    identity = tuple(_compiled(p.policy_name, p.policy_arn, p.via, p.document) for p in reach.policies)
    return Policies(identity=identity, boundary=tuple(_boundary(reach)) if reach.is_bounded else None)


def _boundary(reach: Reach) -> Iterable[CompiledPolicy]:
    """The boundary, if it is still there; nothing is within a boundary that is not."""
    if reach.boundary is not None:
        yield _compiled(reach.boundary.policy_name, reach.boundary.arn, "boundary", reach.boundary.document)


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled(name: str, arn: str | None, via: str, document: str) -> CompiledPolicy:
    """A compiled policy.

    LDAP tools can write documents that are not valid. Such a document may have been meant to deny something, so it
    denies everything until it is mended.
    """
    try:
        parsed = parse_document(document, kind="identity")
    except MalformedDocument as error:
        _log.warning("policy %s (%s) is not valid and denies everything until it is mended: %s", name, via, error)
        parsed = parse_document(_DENY_ALL, kind="identity")
    return compile_policy(parsed, name=name, arn=arn, via=via)
