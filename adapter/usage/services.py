"""Who tried to use which service and which action, and when: written off the request's path, to a quarter of an hour.

The door tells of every attempt at an operation, allowed or not; a service that decides elsewhere about its own actions
tells of them by `Iam.note_access`. What comes together within a second is one write to the entry of the user or role.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from types import MappingProxyType
from typing import Any, Final

from adapter.caller import Caller, CallerKind
from adapter.errors import IamError
from adapter.ldap import ROLE, USER, DirectoryRefusal, Noun, Set, Stale, Store
from adapter.models import Account, LastAccess

_log = logging.getLogger(__name__)

PRECISION: Final = timedelta(minutes=15)
TRACKED_FOR: Final = timedelta(days=400)
_MOST_KEPT: Final = 400
"""So many values an entry has at the most; the oldest go first."""
_MOST_WAITING: Final = 10_000
_MOST_REMEMBERED: Final = 50_000
_LONGEST_NAME: Final = 64
_GATHERING: Final = 1.0
"""Seconds for which further attempts are waited for before the first is written."""
_SECONDS_TO_FINISH: Final = 5.0
_TRIES: Final = 5
_NOUNS: Final[Mapping[CallerKind, Noun[Any]]] = MappingProxyType(
    {CallerKind.USER: USER, CallerKind.FEDERATED_USER: USER, CallerKind.ASSUMED_ROLE: ROLE}
)
"""Where the attempts of a caller are written down; the root user's are not."""


@dataclass(frozen=True, slots=True)
class _Principal:
    """An entry that attempts are written to.

    Attributes:
        unique_id: of the user or role; another one at that DN has done nothing.
    """

    noun: Noun[Any]
    account: Account
    dn: str
    unique_id: str


_Attempt = tuple[_Principal, LastAccess]


class LastAccesses:
    """Writes attempts down.

    Args:
        store: the directory.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[tuple[str, str], datetime] = {}
        self._waiting: Queue[_Attempt | None] = Queue(_MOST_WAITING)
        self._guard = threading.Lock()
        self._writer: threading.Thread | None = None

    def note(self, account: Account, caller: Caller, action: str, region: str, now: datetime) -> None:
        """Takes down that somebody tried to use an action; returns at once.

        Args:
            account: the caller's.
            caller: a user, or whoever acts as a role or for a user; others leave no trace.
            action: with its service, such as `s3:GetObject`.
            region: where.
            now: when.
        """
        noun = _NOUNS.get(caller.kind)
        key = (caller.subject_id, action)
        if noun is None or _is_recent(self._noted.get(key), now):
            return
        service, _, name = action.partition(":")
        access = LastAccess(
            service=_fit(service.lower()), action=_fit(name), time=now.replace(microsecond=0), region=_fit(region)
        )
        with self._guard:
            if not _is_recent(self._noted.get(key), now):
                self._remember(key, now)
                self._hand_over((_Principal(noun, account, caller.dn, caller.subject_id), access))

    def close(self) -> None:
        """Writes what is waiting and stops."""
        writer = self._writer
        if writer is not None:
            self._waiting.put(None)
            writer.join(_SECONDS_TO_FINISH)

    def _remember(self, key: tuple[str, str], now: datetime) -> None:
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted = {key: time for key, time in self._noted.items() if _is_recent(time, now)}
        if len(self._noted) < _MOST_REMEMBERED:
            self._noted[key] = now

    def _hand_over(self, attempt: _Attempt) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="last-accessed", daemon=True)
            self._writer.start()
        try:
            self._waiting.put_nowait(attempt)
        except Full:
            principal, access = attempt
            self._noted.pop((principal.unique_id, f"{access.service}:{access.action}"), None)

    def _write_all(self) -> None:
        is_open = True
        while is_open:
            attempts, is_open = self._gather()
            found: dict[tuple[str, str], tuple[_Principal, list[LastAccess]]] = {}
            for principal, access in attempts:
                found.setdefault((principal.dn, principal.unique_id), (principal, []))[1].append(access)
            for principal, accesses in found.values():
                self._write(principal, accesses)

    def _gather(self) -> tuple[list[_Attempt], bool]:
        """What comes within a short while, and whether more may come after it."""
        first = self._waiting.get()
        attempts = [first] if first else []
        until = time.monotonic() + _GATHERING
        while first is not None and (left := until - time.monotonic()) > 0:
            try:
                following = self._waiting.get(timeout=left)
            except Empty:
                break
            if following is None:
                return attempts, False
            attempts.append(following)
        return attempts, first is not None

    def _write(self, principal: _Principal, accesses: list[LastAccess]) -> None:
        """Writes the attempts of one principal, unless another process has written the same."""
        try:
            for _ in range(_TRIES):
                try:
                    self._merge(principal, accesses)
                except Stale:
                    continue
                return
        except (DirectoryRefusal, IamError) as error:
            _log.info("what %s has accessed is not written down: %s", principal.dn, error)

    def _merge(self, principal: _Principal, accesses: list[LastAccess]) -> None:
        noun, account = principal.noun, principal.account
        record = self._store.load(noun, account, principal.dn, also=("last_accessed",))
        if record is None or getattr(record, f"{noun.label}_id") != principal.unique_id:
            return
        wanted = merged(record.last_accessed, accesses)
        if wanted != record.last_accessed:
            self._store.change(noun, account, record, Set("last_accessed", wanted))


def merged(known: tuple[LastAccess, ...], accesses: Iterable[LastAccess]) -> tuple[LastAccess, ...]:
    """What is known after some attempts: one value for each service and for each action, no more than are kept.

    An attempt within a quarter of an hour of what is known changes nothing.
    """
    latest = {(each.service, each.action): each for each in known}
    for access in accesses:
        for each in (access, replace(access, action="")):
            before = latest.get((each.service, each.action))
            if before is None or each.time - before.time >= PRECISION:
                latest[each.service, each.action] = each
    if list(latest.values()) == list(known):
        return known
    newest = max(each.time for each in latest.values())
    kept = sorted(latest.values(), key=lambda each: (each.time, not each.action), reverse=True)[:_MOST_KEPT]
    return tuple(each for each in kept if newest - each.time <= TRACKED_FOR)


def _is_recent(time: datetime | None, now: datetime) -> bool:
    return time is not None and now - time < PRECISION


def _fit(name: str) -> str:
    """A name as it can be kept: short, and without what would end it."""
    kept = "".join(character for character in name[:_LONGEST_NAME] if character.isascii() and character.isprintable())
    return kept.replace(" ", "") or "-"
