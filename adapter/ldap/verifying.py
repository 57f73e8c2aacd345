"""Trying a password without binding, for users whose password opens the console and not the directory.

slapd checks the old password of a password change (RFC 3062) before anything else. So the adapter asks for a change as
the verifier, which may use passwords and change none: a wrong password is refused for being wrong, and a right one
because the verifier changes nothing. No device's code is used up, and a sign-in locks nobody out of LDAP.

Source: RFC 3062; RFC 4370 (proxied authorization).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from adapter.ldap import controls, dn, errors, filters, places
from adapter.ldap.codecs import BIND_MODE, TIME
from adapter.ldap.connection import Pool
from adapter.ldap.controls import Control
from adapter.ldap.mapping import ACCOUNT_CLASS
from adapter.ldap.noun import OBJECT_CLASS
from adapter.ldap.reading import Reading
from adapter.ldap.search import NO_ATTRIBUTES, Entry, Scope, Search, selection
from adapter.models import BindMode

_PROXIED_AUTHORIZATION: Final = "2.16.840.1.113730.3.4.18"
_NO_PASSWORD: Final = b"-"
"""As the new password; shorter than any policy allows."""
_MODE, _DEVICE, _EXEMPT = "iamBindMode", "oathTOTPToken", "iamBindExemptGroup"
_MODES: Final = selection([_MODE, _DEVICE, _EXEMPT])
_IS_ACCOUNT: Final = filters.equals(OBJECT_CLASS, ACCOUNT_CLASS.encode())
_STATE: Final = selection(["pwdReset", "pwdChangedTime", "pwdPolicySubentry"])
_RULES: Final = selection(["pwdMaxAge", "pwdGraceAuthNLimit"])
_WRONG: Final = frozenset({53, errors.NO_SUCH_OBJECT, errors.INVALID_DN, errors.INVALID_CREDENTIALS})
"""Unwilling to verify the old password; there is nobody there."""
_RIGHT: Final = frozenset({errors.CONSTRAINT_VIOLATION, 50})
"""The password policy, or the access rules, refused the change that was never meant."""


class Verifying(Reading):
    """Password checks that are no binds."""

    def __init__(self, pool: Pool, suffix: str) -> None:
        super().__init__(pool, suffix)
        self._verifier = Control(_PROXIED_AUTHORIZATION, True, f"dn:cn=verifier,{places.account(suffix)}".encode())
        self._at_once = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))

    def _opens_by_bind(self, at: str) -> bool:
        """Whether the password alone is what a bind as an entry takes."""
        stricter = filters.all_of(_IS_ACCOUNT, filters.present(_MODE))
        asked = filters.any_of(filters.equals("entryDN", at.encode()), stricter)
        found = self._ask(Search(self._suffix, Scope.SUBTREE, asked, _MODES))
        own = next((entry.attributes for entry in found if dn.same(entry.dn, at)), {})
        if _DEVICE.lower() in own:
            return False
        if _MODE.lower() in own:
            return _mode(own) is BindMode.PASSWORD
        return self._account_opens_by_bind(at, [entry for entry in found if not dn.same(entry.dn, at)])

    def _account_opens_by_bind(self, at: str, accounts: Iterable[Entry]) -> bool:
        holding = [each for each in accounts if dn.is_below(at, dn.parent(each.dn)) and not dn.is_below(at, each.dn)]
        if not holding:
            return True
        nearest = max(holding, key=lambda each: len(dn.parse(each.dn)))
        return _mode(nearest.attributes) is BindMode.PASSWORD or self._is_exempt(at, nearest)

    def _is_exempt(self, at: str, account: Entry) -> bool:
        for group in account.attributes.get(_EXEMPT.lower(), []):
            member = filters.any_of(*(filters.equals(name, at.encode()) for name in ("member", "uniqueMember")))
            return bool(self._ask(Search(group.decode(), Scope.BASE, member, NO_ATTRIBUTES)))
        return False

    def _is_password_of(self, at: str, password: bytes) -> bool:
        """Whether a password is an entry's.

        Raises:
            ServiceFailure: the directory does not know the verifier.
        """
        value = controls.password_modify(at, password, _NO_PASSWORD)
        with self._at_once:
            outcome = self._pool.read(lambda wire: wire.extended(controls.PASSWORD_MODIFY, value, (self._verifier,)))
        if outcome.code in _RIGHT:
            return True
        if outcome.code in _WRONG:
            return False
        raise errors.refusal(outcome.code, outcome.diagnostic)

    def _has_to_change(self, at: str) -> tuple[bool, bool]:
        """Whether a password that is right has to be changed, and whether it is too old even for that."""
        entry = next(iter(self._ask(Search(at, Scope.BASE, filters.present(OBJECT_CLASS), _STATE))), Entry(at, {}))
        is_reset = entry.attributes.get("pwdreset") == [b"TRUE"]
        default = places.password_policy(places.account(self._suffix)).encode()
        policy = entry.attributes.get("pwdpolicysubentry", [default])[0].decode()
        found = self._ask(Search(policy, Scope.BASE, filters.present(OBJECT_CLASS), _RULES))
        rules = next((each.attributes for each in found), {})
        longest = int(rules.get("pwdmaxage", [b"0"])[0])
        changed = entry.attributes.get("pwdchangedtime")
        if not longest or not changed:
            return is_reset, False
        is_old = datetime.now(UTC) - TIME.decode(changed[0]) > timedelta(seconds=longest)
        return is_reset or is_old, is_old and rules.get("pwdgraceauthnlimit", [b"0"])[0] == b"0"


def _mode(attributes: dict[str, list[bytes]]) -> BindMode:
    """The mode that an entry names; what can't be read lets nobody in."""
    try:
        return BIND_MODE.decode(attributes[_MODE.lower()][0])
    except ValueError:
        return BindMode.NONE
