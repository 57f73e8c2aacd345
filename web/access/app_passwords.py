"""App passwords that proxies hand on, and how often they may be wrong: each guess costs the directory a hash."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from limits import parse_many
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from adapter import Caller
from adapter.addresses import household
from adapter.errors import InvalidClientTokenId
from web.current import iam
from web.throttle import PER_ADDRESS

_COUNTED_AS: Final = "app password"
_LIMITS: Final = tuple(parse_many(PER_ADDRESS))


class AppPasswordGuesses:
    """Tells whose an app password is, unless too many from the same address were nobody's.

    Args:
        storage: where to count; several web hosts share one.
    """

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    def caller(self, application: str, name: str, password: str, address: str, now: datetime) -> Caller:
        """The owner of an app password.

        Args:
            application: the service that it has to be for.
            name, password: as they were sent.
            address: of the client.
            now: when they were sent.

        Raises:
            InvalidClientTokenId: it is nobody's, or there were too many attempts.
        """
        counted = _COUNTED_AS, household(address)
        if not all(self._limiter.test(limit, *counted) for limit in _LIMITS):
            raise InvalidClientTokenId("There were too many failed attempts from this address. Wait a few minutes.")
        found = iam().app_passwords.caller(application, name, password, now)
        if found is None:
            for limit in _LIMITS:
                self._limiter.hit(limit, *counted)
            raise InvalidClientTokenId("The name or the app password is not right.")
        return found
