"""Passwords: the directory checks, hashes and judges them; here they only pass through.

Tries run on connections of their own, as many at a time as there are processors: a slow hash keeps all of slapd's
threads busy otherwise, and reads that need no password would wait behind sign-ins.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from adapter.ldap import controls, errors, filters, places
from adapter.ldap.codecs import RESET, TEXT
from adapter.ldap.connection import Pool
from adapter.ldap.controls import ASK_PASSWORD_POLICY, PasswordError
from adapter.ldap.errors import AlreadyThere, PasswordRefused
from adapter.ldap.search import Entry, Outcome, Scope, Search, selection
from adapter.ldap.verifying import Verifying
from adapter.ldap.wire import REPLACE, Modification, Wire
from adapter.ldap.writing import accepted

log = logging.getLogger(__name__)

_LONGEST = 1024
"""Octets; what is longer is no password (the policy allows 128) and is not sent."""
_PASSWORD, _LOCKED, _RESET = "userPassword", "pwdAccountLockedTime", "pwdReset"
_STATE = selection([_LOCKED])

_MESSAGES: Mapping[PasswordError | None, str] = MappingProxyType(
    {
        PasswordError.MODIFICATION_NOT_ALLOWED: "This password can't be changed.",
        PasswordError.INSUFFICIENT_QUALITY: "The password does not meet the account's password policy.",
        PasswordError.TOO_SHORT: "The password is shorter than the account's password policy allows.",
        PasswordError.TOO_YOUNG: "The password was changed too recently to be changed again.",
        PasswordError.IN_HISTORY: "The password has been used before.",
    }
)
_GENERAL = "The password does not meet the account's password policy."


class Reason(Enum):
    """Why a password was or was not accepted; for logs and for the owner, never for who is just trying."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCheck:
    """How a try ended.

    Attributes:
        must_change: the password is right, but good for nothing else than choosing a new one.
        expires_in: seconds until it expires, when that is soon.
        grace_left: how many more times an expired password will be accepted.
    """

    ok: bool
    reason: Reason
    must_change: bool = False
    expires_in: int | None = None
    grace_left: int | None = None


class Passwords(Verifying):
    """Password verbs of one directory."""

    def __init__(self, pool: Pool, suffix: str, sign_ins: Pool) -> None:
        super().__init__(pool, suffix)
        self._sign_ins = sign_ins
        self._nobody = f"cn=.nobody,{places.account(suffix)}"

    def verify_password(self, dn: str | None, password: str) -> PasswordCheck:
        """Tries a password. An unknown, locked or password-less entry takes as long to refuse as a wrong password.

        Args:
            dn: whose password it may be; None when nobody has the name that was given.
        """
        octets = _octets(password)
        if dn is None or octets is None:
            return self._pretend()
        if not self._opens_by_bind(dn):
            return self._verified(dn, octets)
        check = _judged(self._sign_ins.read(lambda wire: wire.bind(dn, octets)))
        if check.reason is not Reason.WRONG:
            return check
        entry = self._compared(dn)
        if entry is None:
            return self._pretend()
        if _LOCKED.lower() in entry.attributes:
            self._pretend()
            return PasswordCheck(ok=False, reason=Reason.LOCKED)
        return check

    def binds(self, dn: str, password: str) -> bool:
        """Whether a password opens the directory as that entry, by the server's own rules and no others."""
        octets = _octets(password)
        return octets is not None and _judged(self._sign_ins.read(lambda wire: wire.bind(dn, octets))).ok

    def set_password(self, dn: str, new: str) -> None:
        """Gives an entry a password, as an administrator does.

        Raises:
            PasswordRefused: it breaks the password policy.
        """
        value = controls.password_modify(dn, None, _new_octets(new))
        _accept(self._pool.write(lambda wire: _modify_password(wire, dn, value)))

    def change_own_password(self, dn: str, old: str, new: str) -> PasswordCheck:
        """Changes a password as its owner does, which takes the old one.

        Returns:
            How the try of the old password ended; unless it is ok nothing has been changed.

        Raises:
            PasswordRefused: the new one breaks the password policy.
        """
        old_octets, new_octets = _octets(old), _new_octets(new)
        if old_octets is None:
            return self._pretend()
        if not self._opens_by_bind(dn):
            return self._changed_aside(dn, old_octets, new)
        value = controls.password_modify(dn, old_octets, new_octets)

        def change(wire: Wire) -> PasswordCheck:
            check = _judged(wire.bind(dn, old_octets))
            if check.ok:
                _accept(_modify_password(wire, dn, value))
            return check

        return self._sign_ins.write(change)

    def clear_password(self, dn: str) -> None:
        """Takes the password away, and with it every way to sign in by one."""
        self._replace(dn, [(_PASSWORD, REPLACE, []), (_RESET, REPLACE, [])])

    def require_reset(self, dn: str, required: bool) -> None:
        """Says whether a new password must be chosen at the next sign-in."""
        octets = RESET.encode(required)
        self._replace(dn, [(_RESET, REPLACE, [octets] if octets else [])])

    def _verified(self, dn: str, password: bytes) -> PasswordCheck:
        """Tries a password that does not open the directory."""
        if not self._is_password_of(dn, password):
            return PasswordCheck(ok=False, reason=Reason.WRONG) if self._compared(dn) else self._pretend()
        must_change, is_over = self._has_to_change(dn)
        if is_over:
            return PasswordCheck(ok=False, reason=Reason.EXPIRED)
        return PasswordCheck(ok=True, reason=Reason.OK, must_change=must_change)

    def _changed_aside(self, dn: str, old: bytes, new: str) -> PasswordCheck:
        """Changes a password for its owner, who can't bind to do it; the password policy holds for the adapter, too."""
        check = self._verified(dn, old)
        if check.ok:
            self.set_password(dn, new)
            self.require_reset(dn, False)
        return check

    def _replace(self, dn: str, changes: list[Modification]) -> None:
        self._pool.write(lambda wire: accepted(wire.modify(dn, changes)))

    def _compared(self, dn: str) -> Entry | None:
        """The entry whose password was compared; None when there is none to compare."""
        found = self._ask(Search(dn, Scope.BASE, filters.present(_PASSWORD), _STATE))
        return found[0] if found else None

    def _pretend(self) -> PasswordCheck:
        """Tries a wrong password on an entry that is there for this, so that refusing takes its usual time."""
        guess = secrets.token_urlsafe().encode()
        self._sign_ins.read(lambda wire: wire.bind(self._nobody, guess))
        if self._compared(self._nobody) is None:
            self._make_nobody()
            self._sign_ins.read(lambda wire: wire.bind(self._nobody, guess))
        return PasswordCheck(ok=False, reason=Reason.WRONG)

    def _make_nobody(self) -> None:
        """Creates the entry that unknown names are tried on: never locked, but with its failures written down."""
        attributes = {
            "objectClass": [b"applicationProcess", b"simpleSecurityObject", b"pwdPolicy"],
            "cn": [b".nobody"],
            "description": [b"Sign-ins with unknown names are tried here, so that they take as long as others"],
            "pwdAttribute": [b"userPassword"],
            "pwdMaxRecordedFailure": [b"5"],
            "pwdPolicySubentry": [TEXT.encode(self._nobody) or b""],
            _PASSWORD: [secrets.token_urlsafe().encode()],
        }
        try:
            self._pool.write(lambda wire: accepted(wire.add(self._nobody, attributes)))
        except AlreadyThere:
            log.debug("another process has just created %s", self._nobody)


def _octets(password: str) -> bytes | None:
    """A password as it is sent; None when it can't be one. An empty one must never reach a server: it always binds."""
    try:
        octets = password.encode()
    except UnicodeEncodeError:
        return None
    return octets if 0 < len(octets) <= _LONGEST else None


def _new_octets(password: str) -> bytes:
    octets = _octets(password)
    if octets is None:
        raise PasswordRefused(
            "The password is empty, too long, or not made of characters.", errors.CONSTRAINT_VIOLATION
        )
    return octets


def _judged(outcome: Outcome) -> PasswordCheck:
    """What a bind's result means."""
    state = controls.password_state(outcome.controls.get(controls.PASSWORD_POLICY))
    if outcome.code == errors.SUCCESS:
        must_change = state.error is PasswordError.CHANGE_AFTER_RESET or state.grace_left is not None
        return PasswordCheck(
            ok=True, reason=Reason.OK, must_change=must_change, expires_in=state.expires_in, grace_left=state.grace_left
        )
    if outcome.code in _NO_PASSWORD_MATCHES:
        return PasswordCheck(ok=False, reason=_REASONS.get(state.error, Reason.WRONG))
    raise errors.refusal(outcome.code, outcome.diagnostic)


_NO_PASSWORD_MATCHES = frozenset({errors.INVALID_CREDENTIALS, errors.INVALID_DN, errors.NO_SUCH_OBJECT, 48, 53})
"""53 is slapd's answer to a bind without a name."""
_REASONS: Mapping[PasswordError | None, Reason] = MappingProxyType(
    {PasswordError.EXPIRED: Reason.EXPIRED, PasswordError.LOCKED: Reason.LOCKED}
)


def _modify_password(wire: Wire, dn: str, value: bytes) -> Outcome:
    wire.written.append(dn)
    return wire.extended(controls.PASSWORD_MODIFY, value, (ASK_PASSWORD_POLICY,))


def _accept(outcome: Outcome) -> None:
    """Raises what the directory has against a new password."""
    if outcome.code == errors.SUCCESS:
        return
    error = controls.password_state(outcome.controls.get(controls.PASSWORD_POLICY)).error
    if error is not None or outcome.code == errors.CONSTRAINT_VIOLATION:
        raise PasswordRefused(_MESSAGES.get(error, _GENERAL), outcome.code)
    accepted(outcome)
