"""App passwords beyond LDAP: a proxy that was given one learns whose it is.

The directory itself judges it, as for an application that binds: an app password opens its own application's door,
while it is active and its owner may sign in. Judging takes as long as the hash wants, so what was right is remembered
until the entry changes or the password ends; only a digest under a key of this process is kept.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from adapter.cache import Loaded
from adapter.caller import Caller, caller_of
from adapter.graph import Graph
from adapter.ldap import APP_USER, Store, Where, application_base, of_application
from adapter.models import Account, AppUser, User


class AppPasswords:
    """Tells whose an app password is.

    Args:
        store: the directory.
        graph: knows users, and what has changed.
    """

    def __init__(self, store: Store, graph: Graph) -> None:
        self._store = store
        self._graph = graph
        self._key = secrets.token_bytes(32)

    def caller(self, application: str, login: str, password: str, now: datetime) -> Caller | None:
        """The user who signs in to an application; None for whatever reason.

        Args:
            application: the service that the password is for.
            login: as the application knows the user, or `USER-at-ACCOUNT`.
            password: the app password; no other one is good here.
            now: when it is used.

        Raises:
            ServiceUnavailable: the directory does not answer.
        """
        text = "\0".join((application, login, password)).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, text, "sha256").hex()

        def load() -> Loaded[tuple[Account, User, datetime | None] | None]:
            found = self._judged(application, login, password)
            if found is None:
                return Loaded(None, frozenset(), worth_keeping=False)
            account, entry, user = found
            return Loaded((account, user, entry.expiration), self._graph.tokens(entry) | self._graph.tokens(user))

        known = self._graph.remembered(("app password", digest), load)
        if known is None:
            return None
        account, user, ends_at = known
        return caller_of(account, user) if ends_at is None or now < ends_at else None

    def _judged(self, application: str, login: str, password: str) -> tuple[Account, AppUser, User] | None:
        """Whose it is; refusing takes its time for a name that nobody has as well."""
        if not password:
            return None
        was_tried = False
        for account in self._store.accounts():
            table = of_application(APP_USER, application_base(account, application))
            for entry in self._store.find(table, account, Where.equals("logins", login)):
                user = self._graph.user(account, entry.owner)
                if user is None or user.disabled:
                    continue
                if self._store.binds(entry.dn, password):
                    return account, entry, user
                was_tried = True
        if not was_tried:
            self._store.verify_password(None, password)
        return None
