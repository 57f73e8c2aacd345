"""Proving again who one is, during a session: before what is worth it, after a second factor was set up, and when the
password changes. Each gives other claims, which the session goes on with under a new id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from adapter.caller import CallerKind, RequestContext
from adapter.crypto.passkeys import Site
from adapter.ldap import MFA_DEVICE
from adapter.login.claims import ProofRefused, SessionClaims, SignInRefused
from adapter.login.steps import Person, SignIns, password_mark, seconds
from adapter.operations.login_profiles import change_own_password
from adapter.operations.mfa_codes import devices_of, locked_until
from adapter.operations.owners import owner_at
from adapter.operations.passkeys import passkey_options
from adapter.operations.second_factors import Proof, is_proven

_JUST_NOW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What somebody can prove who they are with.

    Attributes:
        app: an authenticator app.
        passkey: what the browser needs to use a passkey, as JSON; None when there is none for this console.
        elsewhere: there is a passkey, but it is for another address of the console.
        recovery_codes: how many are left.
    """

    app: bool = False
    passkey: str | None = None
    elsewhere: bool = False
    recovery_codes: int = 0

    def __bool__(self) -> bool:
        return self.app or self.passkey is not None or self.elsewhere


class Proving(SignIns):
    """Fresh proofs for sessions that there are."""

    def factors(self, claims: SessionClaims, site: Site, context: RequestContext) -> Factors:
        """The second factors of whoever is signed in, or half so; nothing when the claims hold no more."""
        person = self._behind(claims)
        if person is None:
            return Factors()
        devices = devices_of(self._store, person.account, person.record)
        options = passkey_options(self._store, self._keyring, person.account, person.record, site=site, now=context.now)
        return Factors(
            app=any(not device.is_passkey for device in devices),
            passkey=options,
            elsewhere=options is None and any(device.is_passkey for device in devices),
            recovery_codes=len(person.record.recovery_codes) if devices else 0,
        )

    def confirm(self, claims: SessionClaims, proof: Proof, context: RequestContext) -> SessionClaims:
        """Takes a second factor during a session.

        Raises:
            ProofRefused: it is not right.
            SignInRefused: the session holds no more.
        """
        person = self._behind(claims)
        if person is None:
            raise SignInRefused
        self._hold(person, proof, context)
        self._audit(person, "ok", context, event="ConfirmIdentity", factor="mfa")
        return replace(claims, mfa_at=seconds(context.now))

    def confirm_password(self, claims: SessionClaims, password: str, context: RequestContext) -> SessionClaims:
        """Takes the password again, from somebody who has no second factor.

        Raises:
            ProofRefused: it is not right, or a second factor is wanted.
            SignInRefused: the session holds no more.
        """
        person = self._behind(claims)
        if person is None:
            raise SignInRefused
        is_right = self._store.verify_password(person.record.dn, password).ok and not self._has_device(person)
        self._audit(person, "ok" if is_right else "wrong", context, event="ConfirmIdentity", factor="password")
        if not is_right:
            raise ProofRefused
        return replace(claims, proved_at=seconds(context.now))

    def after_enrolment(self, claims: SessionClaims, serial_number: str, context: RequestContext) -> SessionClaims:
        """Counts the second factor that has just been set up as given: setting it up took its codes or its answer.

        Raises:
            SignInRefused: there is no such device of this person, or it has been there for longer.
        """
        person = self._behind(claims)
        device = self._store.get(MFA_DEVICE, person.account, serial_number) if person else None
        if person is None or device is None or device.owner_id != person.record.user_id or device.enable_date is None:
            raise SignInRefused
        if context.now - device.enable_date > _JUST_NOW:
            raise SignInRefused
        return replace(claims, mfa_at=seconds(context.now))

    def after_password_change(self, claims: SessionClaims, password: str, context: RequestContext) -> SessionClaims:
        """Goes on with a session whose password has just been changed by its owner.

        Args:
            claims: the session's until now.
            password: the new one.
            context: the circumstances.

        Raises:
            SignInRefused: this is not the password, or the session was over already.
        """
        account = self._graph.account(claims.account_id)
        before = self._record(account, claims) if account else None
        if account is None or before is None or not self._store.verify_password(before.dn, password).ok:
            raise SignInRefused
        person = self._as_it_is_now(Person(account, before))
        if person is None:
            raise SignInRefused
        mark, now = password_mark(person.record), seconds(context.now)
        return replace(claims, password_mark=mark, signed_in_at=now, proved_at=now)

    def change_root_password(self, claims: SessionClaims, old: str, new: str, context: RequestContext) -> SessionClaims:
        """Changes the password of the root user, for which AWS has no operation.

        Raises:
            AccessDenied: the old password is not right.
            PasswordPolicyViolation: the new one is not good enough; nothing was changed.
            SignInRefused: this is no session of the root user, or it holds no more.
        """
        person = self._behind(claims)
        if person is None or claims.kind != CallerKind.ROOT:
            raise SignInRefused
        change_own_password(self._store, person.account, person.record.dn, old, new)
        self._audit(person, "ok", context, event="ChangeRootPassword", factor="mfa" if claims.mfa_at else "password")
        return self.after_password_change(claims, new, context)

    def _hold(self, person: Person, proof: Proof, context: RequestContext, event: str = "ConfirmIdentity") -> None:
        """Uses a proof up, or says what was wrong with it."""
        account, owner, now = person.account, person.record, context.now
        if is_proven(self._store, self._keyring, account, owner, proof=proof, now=now):
            return
        self._audit(person, "wrong code", context, event=event)
        current = owner_at(self._store, account, owner.dn, owner.user_id)
        raise ProofRefused(locked_until(current, now) if current and not proof.passkey else None)
