"""People who have signed in at the door itself, without any server in front of it."""

from __future__ import annotations

from adapter import Caller, Iam, RequestContext
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
