"""How often requests that nobody has signed may be made from one address: what they bring along is dear to verify.

Source: STS API reference, "Common errors": `Throttling`.
"""

from __future__ import annotations

from typing import Final

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from adapter import IamError
from adapter.addresses import household
from adapter.errors import ServiceUnavailable

_ALL: Final = RateLimitItemPerMinute(300, namespace="unsigned calls")
_REFUSED: Final = RateLimitItemPerMinute(60, namespace="unsigned calls refused")


class Throttling(IamError):
    """There were too many requests from this address; the call may be repeated later."""

    code, status = "Throttling", 400


class UnsignedCalls:
    """Counts calls by address, refused ones again by themselves.

    Args:
        storage: where to count; several hosts may share it.
    """

    def __init__(self, storage: Storage) -> None:
        self._limiter = MovingWindowRateLimiter(storage)

    def admit(self, address: str) -> None:
        """Counts a call.

        Raises:
            Throttling: there were too many.
            ServiceUnavailable: the store that counts does not answer.
        """
        who = household(address)
        try:
            is_free = self._limiter.test(_REFUSED, who) and self._limiter.hit(_ALL, who)
        except StorageError as error:
            raise ServiceUnavailable("The store that counts calls does not answer.") from error
        if not is_free:
            raise Throttling("Rate exceeded")

    def count_refusal(self, address: str) -> None:
        """Counts a call that was refused; one that can't be counted is passed over, as the next one will not be."""
        try:
            self._limiter.hit(_REFUSED, household(address))
        except StorageError:
            return
