"""People who have signed in at the door itself, without any server in front of it."""

from __future__ import annotations

import time
from dataclasses import replace

from adapter import Caller, Iam, RequestContext, SessionClaims
from tests.conftest import Directory


def sign_in(iam: Iam, account: str, name: str | None, password: str) -> Caller:
    """Who signs in with a password and owes nothing else; without a name, the root user."""
    attempt = iam.login.begin(account, name, password, RequestContext())
    assert attempt.session is not None, attempt.owed
    caller = iam.login.resume(attempt.session)
    assert caller is not None
    return caller


def root_of(iam: Iam, directory: Directory) -> Caller:
    """The root user of a directory's account."""
    return sign_in(iam, directory.account_id, None, directory.root_password)


def resumed(iam: Iam, claims: SessionClaims) -> Caller:
    """Who has signed in with these claims, just now."""
    caller = iam.login.resume(replace(claims, signed_in_at=time.time()))
    assert caller is not None
    return caller


def lasting(caller: Caller) -> Caller:
    """Somebody for a whole run: like a program with keys, who has no session that has to be confirmed after minutes."""
    return replace(caller, proved_at=None)
