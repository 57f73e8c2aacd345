"""What every step of a sign-in needs: who is meant, whether that still holds, and a line in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapter.caller import CallerKind, RequestContext, caller_of
from adapter.crypto.sealing import Keyring
from adapter.graph import Graph
from adapter.ldap import ROOT, USER, Noun, Store
from adapter.login.claims import SessionClaims
from adapter.models import Account, RootUser, User
from adapter.operations.mfa_codes import devices_of
from adapter.operations.owners import Owner
from adapter.trail.audit import HIDDEN, AuditTrail
from adapter.usage.credentials import CredentialUsage


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, and the account that they are of."""

    account: Account
    record: Owner


class SignIns:
    """The parts that the steps of signing in are made of.

    Args:
        store: the directory.
        graph: tells on every request whether a session still holds.
        trail: where each attempt is written down.
        keyring: opens what second factors are held against.
        usage: is told of everybody who has signed in.
    """

    def __init__(self, store: Store, graph: Graph, trail: AuditTrail, keyring: Keyring, usage: CredentialUsage) -> None:
        self._store = store
        self._graph = graph
        self._trail = trail
        self._keyring = keyring
        self._usage = usage

    def _find(self, account: str, name: str | None) -> Person | None:
        """Whom a sign-in form names."""
        wanted = account.strip().casefold()
        for each in self._accounts_of(wanted):
            handles = {each.account_id, (each.account_alias or each.account_id).casefold()}
            if name is not None and wanted in handles:
                user = self._store.get(USER, each, name)
                return Person(each, user) if user else None
            if name is None:
                root = self._store.root(each)
                if root and wanted in handles | {root.email.casefold()}:
                    return Person(each, root)
        return None

    def _accounts_of(self, handle: str) -> Iterable[Account]:
        """The account of an id, which is known already; for any other handle those that may have it."""
        known = self._graph.account(handle) if handle.isascii() and handle.isdigit() else None
        return [known] if known else self._store.accounts()

    def _as_it_is_now(self, person: Person) -> Person | None:
        """The person with the exact time of their password, which the session is held against from now on."""
        noun: Noun[Any] = ROOT if isinstance(person.record, RootUser) else USER
        found: Owner | None = self._store.load(noun, person.account, person.record.dn)
        return Person(person.account, found) if found else None

    def _behind(self, claims: SessionClaims) -> Person | None:
        """Whom claims are of; None when they hold no more."""
        account = self._graph.account(claims.account_id)
        record = self._record(account, claims) if account else None
        if account is None or record is None or is_disabled(record) or password_mark(record) != claims.password_mark:
            return None
        valid_from = record.sessions_valid_from
        if valid_from is not None and valid_from.timestamp() >= claims.signed_in_at:
            return None
        return Person(account, record)

    def _has_device(self, person: Person) -> bool:
        return bool(devices_of(self._store, person.account, person.record))

    def _record(self, account: Account, claims: SessionClaims) -> Owner | None:
        if claims.kind == CallerKind.ROOT:
            return self._graph.root(account)
        user = self._graph.user(account, claims.dn)
        return user if user and user.user_id == claims.unique_id else None

    def _audit(
        self,
        who: Person | None,
        outcome: str,
        context: RequestContext,
        *,
        event: str = "ConsoleLogin",
        factor: str = "",
    ) -> None:
        """Writes down an attempt. A name that nobody has is not written: people type passwords into the wrong field."""
        account_id = who.account.account_id if who else ""
        actor = caller_of(who.account, who.record).arn if who else HIDDEN
        self._trail.write(context.record(account_id, actor, event, outcome, factor=factor))


def is_disabled(record: Owner) -> bool:
    """Whether an administrator has locked the person out for good."""
    return isinstance(record, User) and record.disabled


def password_mark(record: Owner) -> str:
    """What tells one password of a person from the next."""
    return record.password_changed.isoformat() if record.password_changed else ""


def claims_of(person: Person, now: datetime) -> SessionClaims:
    """The claims of somebody whose password was right."""
    caller = caller_of(person.account, person.record)
    return SessionClaims(
        account_id=person.account.account_id,
        kind=caller.kind.value,
        dn=caller.dn,
        unique_id=caller.unique_id,
        password_mark=password_mark(person.record),
        signed_in_at=seconds(now),
    )


def seconds(moment: datetime) -> float:
    """A moment as claims have it."""
    return moment.astimezone(UTC).timestamp()
