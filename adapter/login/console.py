"""Signing in at the console: a password becomes an attempt, an attempt that owes nothing becomes a session.

A session is a set of claims that the web layer keeps in a signed cookie, and so is a sign-in that is half done, which
proves the password step and opens nothing. Nothing is written for either; instead they are held against the directory
on every request, so that deleting or disabling a user, a new password and "sign out everywhere" end them at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from adapter.caller import Caller, CallerKind, RequestContext, caller_of
from adapter.crypto.passkeys import Purpose, Site
from adapter.errors import AccessDenied, PasswordPolicyViolation
from adapter.ldap import ROOT, USER, Noun, Set, Stale
from adapter.login.claims import Attempt, HalfDone, Owed, Recognised, SessionClaims, SignInRefused
from adapter.login.proving import Proving
from adapter.login.steps import Person, claims_of, is_disabled, password_mark, seconds
from adapter.models import User
from adapter.operations.login_profiles import change_own_password
from adapter.operations.passkeys import Answer, passkey_owner, sign_in_options, use_passkey
from adapter.operations.passwords import password_demands
from adapter.operations.second_factors import Proof

HALF_DONE_LIFE: Final = timedelta(minutes=15)
"""How long somebody may take between the password and what else is owed."""
_SIGN_OUT_TRIES: Final = 20


class Login(Proving):
    """Signs people in."""

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
        check = self._store.verify_password(found.record.dn if found else None, password)
        if found is None or not check.ok or is_disabled(found.record):
            self._audit(found, check.reason.value if found else "unknown", context)
            raise SignInRefused
        person = self._as_it_is_now(found)
        if person is None:
            raise SignInRefused
        half_done = HalfDone(claims=claims_of(person, context.now), must_change=check.must_change)
        return self._attempt(person, half_done, context)

    def passkey_options(self, site: Site, context: RequestContext) -> str | None:
        """What the browser of somebody who has not said who they are needs to sign in by a passkey, as JSON.

        Returns:
            None where the console's address has no name, so that there can be no passkeys for it.
        """
        return sign_in_options(self._keyring, site, context.now) if site.is_named else None

    def begin_by_passkey(self, answer: str, site: Site, context: RequestContext) -> Recognised:
        """Takes a passkey in the place of name, password and second factor.

        It is two factors in one: the device that has it, and what its owner unlocked it with.

        Raises:
            SignInRefused: whatever the reason.
            ServiceUnavailable: the directory does not answer.

        Source: NIST SP 800-63B, section 5.1.9 (multi-factor cryptographic devices).
        """
        found = passkey_owner(self._store, answer)
        person = Person(*found) if found else None
        if found is None or person is None or is_disabled(person.record) or not password_mark(person.record):
            self._audit(person, "unknown", context)
            raise SignInRefused
        now, given = context.now, Answer(text=answer, site=site, purpose=Purpose.SIGN_IN)
        is_given = use_passkey(self._store, self._keyring, *found, answer=given, now=now)
        current = self._as_it_is_now(person) if is_given else None
        if current is None:
            self._audit(person, "wrong passkey", context)
            raise SignInRefused
        record = current.record
        claims = replace(claims_of(current, now), mfa_at=seconds(now))
        must_change = isinstance(record, User) and record.password_reset_required
        attempt = self._attempt(current, HalfDone(claims=claims, must_change=must_change), context)
        name = record.user_name if isinstance(record, User) else None
        return Recognised(attempt=attempt, account=current.account.account_id, name=name)

    def prove(self, half_done: HalfDone, proof: Proof, context: RequestContext) -> Attempt:
        """Takes the second factor that a sign-in owes.

        Raises:
            ProofRefused: it is not right.
            SignInRefused: the password step is too long ago, or what it proved holds no more.
        """
        person = self._still(half_done, context)
        self._hold(person, proof, context, "ConsoleLogin")
        claims = replace(half_done.claims, mfa_at=seconds(context.now))
        return self._attempt(person, replace(half_done, claims=claims), context)

    def renew_password(  # noqa: PLR0913, PLR0917  (a form's fields, and what came before it)
        self,
        account: str,
        name: str | None,
        old: str,
        new: str,
        context: RequestContext,
        half_done: HalfDone | None = None,
    ) -> Attempt:
        """Sets the new password that a sign-in owes, and completes it.

        Args:
            account, name: as for `begin`.
            old, new: the two passwords.
            context: where the attempt comes from.
            half_done: the sign-in; nobody who has a second factor changes a password without having given it.

        Raises:
            SignInRefused: the old password is not right.
            PasswordPolicyViolation: the new one is not good enough; nothing was changed.
        """
        found = self._find(account, name)
        mfa_at = self._mfa_at(found, half_done, context) if found else None
        if found is None or is_disabled(found.record) or (mfa_at is None and self._has_device(found)):
            self._store.verify_password(None, old)
            raise SignInRefused
        if old == new:
            raise PasswordPolicyViolation("The new password must differ from the old one.")
        try:
            change_own_password(self._store, found.account, found.record.dn, old, new)
        except AccessDenied as error:
            self._audit(found, "wrong", context)
            raise SignInRefused from error
        person = self._as_it_is_now(found)
        if person is None:
            raise SignInRefused
        return self._attempt(person, HalfDone(claims=replace(claims_of(person, context.now), mfa_at=mfa_at)), context)

    def password_demands(self, account: str, name: str | None) -> list[str]:
        """What the new password that a sign-in owes needs, in words that follow "It needs"; nothing for strangers."""
        found = self._find(account, name)
        return password_demands(self._store.password_policy(found.account)) if found else []

    def resume(self, claims: SessionClaims) -> Caller | None:
        """The caller of a session that still holds, or None.

        Raises:
            ServiceUnavailable: the directory does not answer.
        """
        person = self._behind(claims)
        if person is None:
            return None
        return replace(
            caller_of(person.account, person.record),
            mfa_time=claims.mfa_time,
            proved_at=claims.proof_time,
            must_enrol=person.account.mfa_required and claims.mfa_at is None,
        )

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
            self._audit(Person(account, record), "ok", context, event="SignOutEverywhere", factor=caller.factor)
            return

    def _attempt(self, person: Person, half_done: HalfDone, context: RequestContext) -> Attempt:
        """What a sign-in has come to, and what it still owes."""
        claims = half_done.claims
        is_proven = claims.mfa_at is not None
        owed = set()
        if not is_proven and self._has_device(person):
            owed.add(Owed.CODE)
        if half_done.must_change:
            owed.add(Owed.NEW_PASSWORD)
        if owed:
            self._audit(person, f"{min(owed).value} owed", context, factor="mfa" if is_proven else "password")
            return Attempt(session=None, owed=frozenset(owed), half_done=half_done)
        self._audit(person, "ok", context, factor="mfa" if is_proven else "password")
        self._usage.note_password(person.account, person.record, context.now)
        must_enrol = person.account.mfa_required and not is_proven
        return Attempt(session=claims, owed=frozenset({Owed.ENROLMENT} if must_enrol else ()))

    def _still(self, half_done: HalfDone, context: RequestContext) -> Person:
        """Whose half-done sign-in it is, if it is still worth something."""
        person = self._behind(half_done.claims)
        age = seconds(context.now) - half_done.claims.signed_in_at
        if person is None or not 0 <= age <= HALF_DONE_LIFE.total_seconds():
            raise SignInRefused
        return person

    def _mfa_at(self, found: Person, half_done: HalfDone | None, context: RequestContext) -> float | None:
        """When the second factor was given in a half-done sign-in of the same person."""
        if half_done is None:
            return None
        person = self._still(half_done, context)
        return half_done.claims.mfa_at if person.record.user_id == found.record.user_id else None
