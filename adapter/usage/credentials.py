"""When access keys and roles were last used: written off the request's path, once in a quarter of an hour at most."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Full, Queue
from typing import Any, Final

from adapter.errors import IamError
from adapter.ldap import ACCESS_KEY, ROLE, DirectoryRefusal, Noun, Set, Store
from adapter.models import AccessKey, Account, Role

_log = logging.getLogger(__name__)

PRECISION: Final = timedelta(minutes=15)
_MOST_WAITING: Final = 10_000
_MOST_REMEMBERED: Final = 50_000
_LONGEST_REGION: Final = 64
_SECONDS_TO_FINISH: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Use:
    """One use, and how it is written down.

    Attributes:
        name: unique id of what was used.
    """

    noun: Noun[Any]
    account: Account
    record: AccessKey | Role
    name: str
    time: datetime
    details: tuple[Set, ...]


class KeyUsage:
    """Writes down the use of keys and roles.

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
        details = (Set("last_used_service", service), Set("last_used_region", region[:_LONGEST_REGION]))
        self._note(_Use(ACCESS_KEY, account, key, key.access_key_id, now, details))

    def note_role(self, account: Account, role: Role, region: str, now: datetime) -> None:
        """Takes down that a session of a role has signed; returns at once."""
        self._note(_Use(ROLE, account, role, role.role_id, now, (Set("last_used_region", region[:_LONGEST_REGION]),)))

    def close(self) -> None:
        """Writes what is waiting and stops."""
        writer = self._writer
        if writer is not None:
            self._waiting.put(None)
            writer.join(_SECONDS_TO_FINISH)

    def _note(self, use: _Use) -> None:
        if _is_recent(use.record.last_used_at, use.time) or _is_recent(self._noted.get(use.name), use.time):
            return
        with self._guard:
            if _is_recent(self._noted.get(use.name), use.time):
                return
            self._remember(use.name, use.time)
            self._hand_over(use)

    def _remember(self, name: str, now: datetime) -> None:
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted = {name: time for name, time in self._noted.items() if _is_recent(time, now)}
        if len(self._noted) < _MOST_REMEMBERED:
            self._noted[name] = now

    def _hand_over(self, use: _Use) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="key-usage", daemon=True)
            self._writer.start()
        try:
            self._waiting.put_nowait(use)
        except Full:
            self._noted.pop(use.name, None)  # the next use tries again

    def _write_all(self) -> None:
        while (use := self._waiting.get()) is not None:
            self._write(use)

    def _write(self, use: _Use) -> None:
        """Writes one use, unless the entry has changed since: then its next use decides again."""
        changes = (Set("last_used_at", use.time.replace(microsecond=0)), *use.details)
        try:
            self._store.change(use.noun, use.account, use.record, *changes)
        except (DirectoryRefusal, IamError) as error:
            self._noted.pop(use.name, None)
            _log.info("the use of %s is not written down yet: %s", use.name, error)


def _is_recent(time: datetime | None, now: datetime) -> bool:
    return time is not None and now - time < PRECISION
