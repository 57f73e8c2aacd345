"""When access keys were last used: written off the request's path, once in a quarter of an hour at most."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Full, Queue
from typing import Final

from adapter.errors import IamError
from adapter.ldap import ACCESS_KEY, DirectoryRefusal, Set, Store
from adapter.models import AccessKey, Account

_log = logging.getLogger(__name__)

PRECISION: Final = timedelta(minutes=15)
_MOST_WAITING: Final = 10_000
_MOST_REMEMBERED: Final = 50_000
_LONGEST_REGION: Final = 64
_SECONDS_TO_FINISH: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Use:
    account: Account
    key: AccessKey
    service: str
    region: str
    time: datetime


class KeyUsage:
    """Writes down the use of keys.

    Args:
        store: the directory.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[str, datetime] = {}
        self._waiting: Queue[_Use | None] = Queue(_MOST_WAITING)
        self._guard = threading.Lock()
        self._writer: threading.Thread | None = None

    def note(self, account: Account, key: AccessKey, service: str, region: str, now: datetime) -> None:
        """Takes down that a key has signed; returns at once.

        Args:
            account: the account that the key is in.
            key: as it was read, which tells whether its use is known already.
            service: what it signed for.
            region: where.
            now: when.
        """
        if _is_recent(key.last_used_at, now) or _is_recent(self._noted.get(key.access_key_id), now):
            return
        with self._guard:
            if _is_recent(self._noted.get(key.access_key_id), now):
                return
            self._remember(key.access_key_id, now)
            self._hand_over(_Use(account, key, service, region[:_LONGEST_REGION], now))

    def close(self) -> None:
        """Writes what is waiting and stops."""
        writer = self._writer
        if writer is not None:
            self._waiting.put(None)
            writer.join(_SECONDS_TO_FINISH)

    def _remember(self, access_key_id: str, now: datetime) -> None:
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted = {name: time for name, time in self._noted.items() if _is_recent(time, now)}
        if len(self._noted) < _MOST_REMEMBERED:
            self._noted[access_key_id] = now

    def _hand_over(self, use: _Use) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="key-usage", daemon=True)
            self._writer.start()
        try:
            self._waiting.put_nowait(use)
        except Full:
            self._noted.pop(use.key.access_key_id, None)  # the next use tries again

    def _write_all(self) -> None:
        while (use := self._waiting.get()) is not None:
            self._write(use)

    def _write(self, use: _Use) -> None:
        """Writes one use, unless the key has changed since: then its next use decides again."""
        changes = (
            Set("last_used_at", use.time.replace(microsecond=0)),
            Set("last_used_service", use.service),
            Set("last_used_region", use.region),
        )
        try:
            self._store.change(ACCESS_KEY, use.account, use.key, *changes)
        except (DirectoryRefusal, IamError) as error:
            self._noted.pop(use.key.access_key_id, None)
            _log.info("the use of access key %s is not written down yet: %s", use.key.access_key_id, error)


def _is_recent(time: datetime | None, now: datetime) -> bool:
    return time is not None and now - time < PRECISION
