"""Console sessions: a signed cookie that is checked against the directory on every request."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from datetime import timedelta

from flask import Flask, current_app, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from limits.storage import Storage

from adapter import Caller, IamError, SessionClaims
from web.current import iam

_SEEN_PRECISION = 60
"""Seconds between two renewals of the cookie, so that not every answer carries one."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's view of a caller."""

    def __init__(self, caller: Caller, claims: SessionClaims) -> None:
        self.caller = caller
        self.claims = claims

    def get_id(self) -> str:
        """What the cookie carries: non-secret claims."""
        return self.claims.to_text()


class EndedSessions:
    """Ids of sessions that were signed out, kept as long as their cookies would live.

    They are kept beside the counters of the throttle, because several web hosts share that store.
    """

    def __init__(self, storage: Storage, lifetime: timedelta) -> None:
        self._storage = storage
        self._lifetime = int(lifetime.total_seconds())

    def add(self, session_id: str) -> None:
        """From now on no cookie with this id is a session."""
        self._storage.incr(f"ended/{session_id}", self._lifetime)

    def __contains__(self, session_id: str) -> bool:
        return self._storage.get(f"ended/{session_id}") > 0


def init_app(app: Flask, storage: Storage) -> None:
    """Sets Flask-Login up: no "remember me", and nothing that asks the directory while an error page is made."""
    app.extensions["ended_sessions"] = EndedSessions(storage, app.config["PERMANENT_SESSION_LIFETIME"])
    manager = LoginManager()
    manager.session_protection = None  # an address changes on every phone; the cookie is bound by other means
    manager.login_view = "console.sign_in"
    manager.login_message = None
    manager.user_loader(_resume)
    manager.init_app(app, add_context_processor=False)


def open_session(claims: SessionClaims) -> bool:
    """Begins a session under a new id; whatever the browser held before is gone.

    Returns:
        False when the claims are already void.
    """
    caller = iam().login.resume(claims)
    if caller is None:
        return False
    _end_current()
    now = int(time.time())
    session.update(id=secrets.token_urlsafe(24), since=now, seen=now)
    g.caller = caller
    return bool(login_user(SignedIn(caller, claims)))


def renew_session(claims: SessionClaims) -> bool:
    """Goes on with a session under a new id, after the person has proved again who they are.

    Forms that are open stay good: the secret behind their tokens is kept.

    Returns:
        False when the claims are void.
    """
    caller = iam().login.resume(claims)
    if caller is None:
        return False
    if session_id := session.get("id"):
        current_app.extensions["ended_sessions"].add(session_id)
    session["id"] = secrets.token_urlsafe(24)
    session["seen"] = int(time.time())
    g.caller = caller
    return bool(login_user(SignedIn(caller, claims)))


def close_session() -> None:
    """Ends the session: its cookie is refused from now on, wherever a copy of it may be."""
    logout_user()
    _end_current()
    g.caller = None


def find_caller() -> None:
    """Finds out who asks, for a page that is for everybody; nobody, when the directory does not answer."""
    with suppress(IamError):
        current_user.is_authenticated  # noqa: B018  # looking is what loads the caller


def is_expired(since: int, seen: int, now: int) -> bool:
    """Tells whether a session has been left alone, or has lasted, for too long."""
    idle: timedelta = current_app.config["SESSION_IDLE"]
    lifetime: timedelta = current_app.config["PERMANENT_SESSION_LIFETIME"]
    return now - seen > idle.total_seconds() or now - since > lifetime.total_seconds()


def _end_current() -> None:
    if session_id := session.get("id"):
        current_app.extensions["ended_sessions"].add(session_id)
    session.clear()


def _resume(text: str) -> SignedIn | None:
    """Flask-Login's user loader."""
    signed_in = _signed_in(text) if _is_alive() else None
    g.caller = signed_in.caller if signed_in else None
    if signed_in is None:
        session.clear()
        session["ended"] = True
    return signed_in


def _signed_in(text: str) -> SignedIn | None:
    try:
        claims = SessionClaims.from_text(text)
    except ValueError:
        return None  # an older release's
    caller = iam().login.resume(claims)
    return SignedIn(caller, claims) if caller else None


def _is_alive() -> bool:
    now = int(time.time())
    since, seen, session_id = session.get("since", 0), session.get("seen", 0), session.get("id", "")
    if is_expired(since, seen, now) or session_id in current_app.extensions["ended_sessions"]:
        return False
    if now - seen > _SEEN_PRECISION:
        session["seen"] = now
    return True
