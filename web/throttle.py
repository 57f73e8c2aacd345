"""How often a password may be guessed: per user, per address and overall, counted on failures only.

The numbers stay below the directory's own lockout, because that locks the entry for every LDAP application.
Source: OWASP ASVS 5.0, 6.3.1.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce

from flask import Flask, Response, g, request, session
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits.storage import Storage

from adapter.addresses import household
from web.current import caller

PER_USER = "5 per 5 minutes; 20 per hour; 50 per day"
PER_ADDRESS = "30 per 5 minutes; 300 per day"
OVERALL = "600 per minute"

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Mn", "Zs", "Zl", "Zp"})

View = Callable[[], ResponseReturnValue]


class Throttle:
    """Counts failed attempts.

    Args:
        storage_uri: where to count, as the `limits` library writes it. When it can't be reached, attempts are refused.
    """

    def __init__(self, app: Flask, storage_uri: str) -> None:
        self._limiter = Limiter(
            address,
            app=app,
            storage_uri=storage_uri,
            storage_options={"wrap_exceptions": True},
            strategy="moving-window",
        )

    @property
    def storage(self) -> Storage:
        """The store behind the counters."""
        return self._limiter.storage

    def guard(self, view: View) -> View:
        """Refuses POSTs to a view after too many failures, whichever guarded view they happened in."""
        limits = ((PER_USER, "user", typed_name), (PER_ADDRESS, "address", address), (OVERALL, "all", lambda: "all"))
        return reduce(
            lambda guarded, limit: self._limiter.shared_limit(
                limit[0], limit[1], key_func=limit[2], methods=["POST"], deduct_when=_has_failed
            )(guarded),
            limits,
            view,
        )

    def free_again(self) -> datetime:
        """When the limit that has just been hit lets somebody try again."""
        limit = self._limiter.current_limit
        return datetime.fromtimestamp(limit.reset_at if limit else 0, UTC)


def count_failure() -> None:
    """Makes this request count as a failed attempt."""
    g.attempt_failed = True


def address() -> str:
    """What the caller's address counts as."""
    return household(request.remote_addr or "unknown")


def typed_name() -> str:
    """The account and user name that this request tries, as a digest: no names in a shared store."""
    signed_in = caller()
    if signed_in:
        return hashlib.sha256(f"{signed_in.account_id}\n{plain(signed_in.name)}".encode()).hexdigest()
    owed = session.get("owed", {})
    names = (request.form.get("account") or owed.get("account"), request.form.get("name") or owed.get("name"))
    if not any(names):
        names = address(), None  # a passkey tells who it is only afterwards
    return hashlib.sha256("\n".join(plain(name or "") for name in names).encode()).hexdigest()


def plain(name: str) -> str:
    """One spelling for all that the directory takes for the same name: it ignores case, extra and invisible spaces."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if unicodedata.category(character) not in _INVISIBLE)


def _has_failed(_response: Response) -> bool:
    return bool(g.get("attempt_failed", False))
