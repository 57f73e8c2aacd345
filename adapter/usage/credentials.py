"""When access keys, roles and console passwords were last used: written off the request's path, once in a quarter of an
hour at most.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Full, Queue
from typing import Any, Final

from adapter.errors import IamError
from adapter.ldap import ACCESS_KEY, ROLE, ROOT, USER, DirectoryRefusal, Noun, Set, Stale, Store
from adapter.models import AccessKey, Account, Role, RootUser, User

_log = logging.getLogger(__name__)

PRECISION: Final = timedelta(minutes=15)
_MOST_WAITING: Final = 10_000
_MOST_REMEMBERED: Final = 50_000
_LONGEST_REGION: Final = 64
_SECONDS_TO_FINISH: Final = 5.0
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class _Use:
    """One use, and how it is written down.

    Attributes:
        id_field: what tells the record from a namesake that is made later.
        time_field: where the time goes.
    """

    noun: Noun[Any]
    account: Account
    record: AccessKey | Role | User | RootUser
    id_field: str
    time_field: str
    time: datetime
    details: tuple[Set, ...] = ()

    @property
    def name(self) -> str:
        """What was used, uniquely."""
        return f"{self.time_field} of {getattr(self.record, self.id_field)}"

    def is_known_from(self, record: Any) -> bool:
        """Whether a record tells of this use already, or is another's."""
        is_same = getattr(record, self.id_field) == getattr(self.record, self.id_field)
        return not is_same or _is_recent(getattr(record, self.time_field), self.time)


class CredentialUsage:
    """Writes down the use of keys, roles and passwords.

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
        self._note(_Use(ACCESS_KEY, account, key, "access_key_id", "last_used_at", now, details))

    def note_role(self, account: Account, role: Role, region: str, now: datetime) -> None:
        """Takes down that a session of a role has signed; returns at once."""
        details = (Set("last_used_region", region[:_LONGEST_REGION]),)
        self._note(_Use(ROLE, account, role, "role_id", "last_used_at", now, details))

    def note_password(self, account: Account, owner: User | RootUser, now: datetime) -> None:
        """Takes down that somebody has signed in at the console; returns at once."""
        noun: Noun[Any] = ROOT if isinstance(owner, RootUser) else USER
        self._note(_Use(noun, account, owner, "user_id", "password_last_used", now))

    def close(self) -> None:
        """Writes what is waiting and stops."""
        writer = self._writer
        if writer is not None:
            self._waiting.put(None)
            writer.join(_SECONDS_TO_FINISH)

    def _note(self, use: _Use) -> None:
        if use.is_known_from(use.record) or _is_recent(self._noted.get(use.name), use.time):
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
            self._writer = threading.Thread(target=self._write_all, name="credential-usage", daemon=True)
            self._writer.start()
        try:
            self._waiting.put_nowait(use)
        except Full:
            self._noted.pop(use.name, None)  # the next use tries again

    def _write_all(self) -> None:
        while (use := self._waiting.get()) is not None:
            self._write(use)

    def _write(self, use: _Use) -> None:
        """Writes one use; when others keep changing the entry, its next use tries again."""
        try:
            self._write_guarded(use)
        except (DirectoryRefusal, IamError) as error:
            self._noted.pop(use.name, None)
            _log.info("%s is not written down yet: %s", use.name, error)

    def _write_guarded(self, use: _Use) -> None:
        """Writes one use, unless another process has written the same or the entry is gone."""
        changes = (Set(use.time_field, use.time.replace(microsecond=0)), *use.details)
        record: Any = use.record
        for left in reversed(range(_TRIES)):
            try:
                self._store.change(use.noun, use.account, record, *changes)
            except Stale:
                record = self._store.load(use.noun, use.account, record.dn)
                if record is None or use.is_known_from(record):
                    return
                if not left:
                    raise
            else:
                return


def _is_recent(time: datetime | None, now: datetime) -> bool:
    return time is not None and now - time < PRECISION
