"""Signing in at the console: a password becomes an attempt, an attempt that owes nothing becomes a session.

A session is a set of claims that the web layer keeps in a signed cookie. Nothing is written for it; instead it is held
against the directory on every request, so that deleting or disabling a user, a new password and "sign out everywhere"
end it at once.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from adapter.audit import AuditRecord, AuditTrail
from adapter.caller import Caller, CallerKind, RequestContext, caller_of
from adapter.errors import AccessDenied, PasswordPolicyViolation
from adapter.graph import Graph
from adapter.ldap import ROOT, USER, Noun, Set, Stale, Store
from adapter.models import Account, RootUser, User
from adapter.operations.login_profiles import change_own_password
from adapter.operations.passwords import password_demands

_log = logging.getLogger(__name__)

_SIGN_OUT_TRIES: Final = 20


class SignInRefused(Exception):
    """The sign-in failed. There is one message for every reason, so that nobody learns which names exist."""

    message: Final = "Your authentication information is incorrect. Please try again."

    def __init__(self) -> None:
        super().__init__(self.message)


class Owed(StrEnum):
    """What has to be done before a sign-in is complete."""

    NEW_PASSWORD = "new_password"  # noqa: S105  # the name of a step


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClaims:
    """What a console session rests on; nothing in it is secret.

    Attributes:
        dn, unique_id: the entry that signed in; a re-created namesake has another id.
        password_mark: when the password was last changed, as it was at sign-in.
        signed_in_at: seconds since the epoch.
    """

    account_id: str
    kind: str
    dn: str
    unique_id: str
    password_mark: str
    signed_in_at: float

    def to_text(self) -> str:
        """The claims as text for a cookie."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> SessionClaims:
        """Reads claims back.

        Raises:
            ValueError: these are no claims (an older release's, for example).
        """
        content: Any = json.loads(text)
        try:
            return cls(**content)
        except TypeError as error:
            raise ValueError("these are no session claims") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in whose password was right.

    Attributes:
        session: the claims of the session; None as long as something is owed.
        owed: what has to be done first.
    """

    session: SessionClaims | None
    owed: frozenset[Owed] = frozenset()


class Login:
    """Signs people in.

    Args:
        store: the directory.
        graph: tells on every request whether a session still holds.
        trail: where each attempt is written down.
    """

    def __init__(self, store: Store, graph: Graph, trail: AuditTrail) -> None:
        self._store = store
        self._graph = graph
        self._trail = trail

    def begin(self, account: str, name: str | None, password: str, context: RequestContext) -> Attempt:
        """Checks a password.

        Args:
            account: account id or alias; for the root user also its e-mail address.
            name: the user name; None for the root user.
            password: not empty.
            context: where the attempt comes from.

        Raises:
            SignInRefused: whatever the reason.
            ServiceUnavailable: the directory does not answer.
        """
        found = self._find(account, name)
        record = found[1] if found else None
        check = self._store.verify_password(record.dn if record else None, password)
        if found is None or not check.ok or _is_disabled(found[1]):
            self._audit(found, account, name, check.reason.value if found else "unknown", context)
            raise SignInRefused
        self._audit(found, account, name, "ok", context)
        if check.must_change:
            return Attempt(session=None, owed=frozenset({Owed.NEW_PASSWORD}))
        record = self._as_it_is_now(*found)
        if record is None:
            raise SignInRefused
        return Attempt(session=_claims(found[0], record, context.now))

    def renew_password(self, account: str, name: str | None, old: str, new: str, context: RequestContext) -> Attempt:
        """Sets the new password that a sign-in owes, and completes it.

        Raises:
            SignInRefused: the old password is not right.
            PasswordPolicyViolation: the new one is not good enough; nothing was changed.
        """
        found = self._find(account, name)
        if found is None or _is_disabled(found[1]):
            self._store.verify_password(None, old)
            raise SignInRefused
        if old == new:
            raise PasswordPolicyViolation("The new password must differ from the old one.")
        try:
            change_own_password(self._store, found[0], found[1].dn, old, new)
        except AccessDenied as error:
            self._audit(found, account, name, "wrong", context)
            raise SignInRefused from error
        return self.begin(account, name, new, context)

    def password_demands(self, account: str, name: str | None) -> list[str]:
        """What the new password that a sign-in owes needs, in words that follow "It needs"; nothing for strangers."""
        found = self._find(account, name)
        return password_demands(self._store.password_policy(found[0])) if found else []

    def resume(self, claims: SessionClaims) -> Caller | None:
        """The caller of a session that still holds, or None.

        Raises:
            ServiceUnavailable: the directory does not answer.
        """
        account = self._graph.account(claims.account_id)
        if account is None:
            return None
        record = self._record(account, claims)
        if record is None or _is_disabled(record) or _password_mark(record) != claims.password_mark:
            return None
        valid_from = record.sessions_valid_from
        if valid_from is not None and valid_from.timestamp() >= claims.signed_in_at:
            return None
        return caller_of(account, record)

    def sign_out_everywhere(self, caller: Caller, context: RequestContext) -> None:
        """Ends all of the caller's sessions, this one included."""
        for _ in range(_SIGN_OUT_TRIES):
            account = self._store.account(caller.account_id)
            noun: Noun[Any] = ROOT if caller.kind is CallerKind.ROOT else USER
            record = self._store.load(noun, account, caller.dn) if account else None
            if account is None or record is None:
                return
            try:
                self._store.change(noun, account, record, Set("sessions_valid_from", context.now))
            except Stale:
                continue
            return

    def _find(self, account: str, name: str | None) -> tuple[Account, User | RootUser] | None:
        """The account and the record that a sign-in form names."""
        wanted = account.strip().casefold()
        for each in self._store.accounts():
            handles = {each.account_id, (each.account_alias or each.account_id).casefold()}
            if name is not None and wanted in handles:
                user = self._store.get(USER, each, name)
                return (each, user) if user else None
            if name is None:
                root = self._store.root(each)
                if root and wanted in handles | {root.email.casefold()}:
                    return each, root
        return None

    def _as_it_is_now(self, account: Account, record: User | RootUser) -> User | RootUser | None:
        """The record with the exact time of its password, which the session is held against from now on."""
        noun: Noun[Any] = ROOT if isinstance(record, RootUser) else USER
        found: User | RootUser | None = self._store.load(noun, account, record.dn)
        return found

    def _record(self, account: Account, claims: SessionClaims) -> User | RootUser | None:
        if claims.kind == CallerKind.ROOT:
            return self._graph.root(account)
        user = self._graph.user(account, claims.dn)
        return user if user and user.user_id == claims.unique_id else None

    def _audit(
        self,
        found: tuple[Account, User | RootUser] | None,
        account: str,
        name: str | None,
        outcome: str,
        context: RequestContext,
    ) -> None:
        actor = caller_of(*found).arn if found else f"{account}/{name or 'root'}"
        record = AuditRecord(
            time=context.now,
            request_id=context.request_id,
            account_id=found[0].account_id if found else "",
            actor=actor[:256],
            event="ConsoleLogin",
            outcome=outcome,
            source_ip=context.source_ip,
            user_agent=context.user_agent,
            factor="password" if outcome == "ok" else "",
        )
        self._trail.write(record)


def _is_disabled(record: User | RootUser) -> bool:
    return isinstance(record, User) and record.disabled


def _password_mark(record: User | RootUser) -> str:
    return record.password_changed.isoformat() if record.password_changed else ""


def _claims(account: Account, record: User | RootUser, now: datetime) -> SessionClaims:
    caller = caller_of(account, record)
    return SessionClaims(
        account_id=account.account_id,
        kind=caller.kind.value,
        dn=caller.dn,
        unique_id=caller.unique_id,
        password_mark=_password_mark(record),
        signed_in_at=now.astimezone(UTC).timestamp(),
    )
