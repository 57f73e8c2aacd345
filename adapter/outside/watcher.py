"""Follows what others change in the directory, writes it down, and brings what rests on it into step.

One process of a host does it, whoever gets the lock; when it ends, another one goes on where it was. What was
changed while nobody followed is told when somebody does again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from adapter.errors import IamError
from adapter.ldap import USER, DirectoryRefusal, Seen, State, Store, changed_attributes, csn, dn, places
from adapter.ldap.errors import ConnectionLost, Unreachable
from adapter.operations.app_entries import AppEntries
from adapter.outside.own_writes import OwnWrites, is_own
from adapter.outside.snapshot import Kept, Snapshot
from adapter.outside.telling import UNKNOWN, Telling, Told
from adapter.outside.turns import turn
from adapter.settings import Settings
from adapter.trail.audit import AuditTrail

_log = logging.getLogger(__name__)

_LONGEST_BATCH: Final = 1.0
"""Seconds for which changes are gathered at the most."""
_HEARTBEAT: Final = 0.25
"""Seconds of silence after which the changes before it are looked at."""
_LONGEST_WAY: Final = 1.0
"""Seconds in which a write of our own that has been acknowledged is surely noted."""
_PAUSE: Final = 1.0
_LONGEST_SILENCE: Final = 1200
"""Heartbeats after which the connection is made anew, in case it is dead."""
_TRANSIENT: Final = (Unreachable, ConnectionLost, DirectoryRefusal, IamError, OSError, sqlite3.Error, ValueError)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change that the directory has told of.

    Attributes:
        heard: when, as seconds since 1970; 0 for one that was found out later.
    """

    seen: Seen
    heard: float

    def is_own(self, at: str, own: Mapping[str, list[float]]) -> bool:
        """Whether it was noted as our own.

        Args:
            at: the entry's name; of one that is gone the directory need not tell it.
            own: what was noted.
        """
        if self.seen.is_gone:
            return is_own(at, self.heard, own, tolerance=_LONGEST_WAY)
        return is_own(at, _moment(self.seen.csn), own)


class Watcher:
    """Follows one directory on a thread of its own.

    Args:
        store: the directory.
        trail: where changes are written down; lock, notes and snapshot are kept beside it.
        adapter: the DN under which Bindery writes.
        is_alone: every process that is Bindery runs on this host.
    """

    def __init__(self, store: Store, trail: AuditTrail, *, adapter: str, is_alone: bool) -> None:
        self._store = store
        self._telling = Telling(store, trail)
        self._adapter = adapter
        self._is_alone = is_alone
        self._folder = trail.path.parent
        self.own_writes = OwnWrites(self._folder / "own-writes")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outside changes", daemon=True)

    @classmethod
    def of(cls, settings: Settings, store: Store, trail: AuditTrail) -> Watcher:
        """The watcher of an installation."""
        adapter = settings.ldap_bind_dn or places.adapter(settings.suffix)
        return cls(store, trail, adapter=adapter, is_alone=not settings.ldap_uris)

    def start(self) -> None:
        """Starts following, or waiting for one's turn; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with turn(self._folder / "outside.lock") as is_ours:
                    if is_ours:
                        self._telling.look_back()
                        self._follow_and_again()
            except OSError as error:
                _log.warning("changes by others are not followed: %s", error)
            self._stopping.wait(_PAUSE)

    def _follow_and_again(self) -> None:
        while not self._stopping.is_set():
            try:
                with closing(Snapshot(self._folder / "outside.sqlite", self._store.suffix)) as snapshot:
                    self._follow(snapshot)
            except _TRANSIENT as error:
                _log.warning("changes by others are not followed for a moment: %s", error)
            self._stopping.wait(_PAUSE)

    def _follow(self, snapshot: Snapshot) -> None:
        """Looks at changes until it is told to stop, or the connection breaks."""
        point = snapshot.point
        if point is None or _is_ahead(point, self._store.context_csns()):
            point = self._store.context_csns()
            snapshot.fill(self._store.all_states(snapshot.salt), point)
        batch: dict[str, _Change] = {}
        silence, is_caught_up = 0, False
        for seen in self._store.changes_since(point, _HEARTBEAT):
            if seen is not None:
                before = batch.get(seen.entry_uuid)
                batch[seen.entry_uuid] = _Change(seen, before.heard if before else time.time())
                if not _is_due(batch):
                    continue
            silence = 0 if batch else silence + 1
            self._look(snapshot, list(batch.values()))
            batch.clear()
            if seen is None and not is_caught_up:
                self._find_the_gone(snapshot)
                is_caught_up = True
            if self._stopping.is_set() or silence > _LONGEST_SILENCE:
                return

    def _find_the_gone(self, snapshot: Snapshot) -> None:
        """What was removed while nobody followed: the server need not tell of it."""
        gone = snapshot.uuids() - set(self._store.all_uuids())
        self._look(snapshot, [_Change(Seen("", uuid, is_gone=True), 0) for uuid in sorted(gone)])

    def _look(self, snapshot: Snapshot, changes: list[_Change]) -> None:
        own = self._noted(snapshot, changes)
        outside = [at for change in changes if (at := self._look_at(snapshot, change, own))]
        if outside:
            self._bring_into_step(outside)

    def _noted(self, snapshot: Snapshot, changes: list[_Change]) -> Mapping[str, list[float]]:
        """What we have written to ourselves; what is not noted yet gets the time that a busy machine may take."""
        own = self.own_writes.recent() if changes else {}
        if all(change.is_own(_name(snapshot, change.seen), own) for change in changes):
            return own
        self._stopping.wait(_LONGEST_WAY)
        return self.own_writes.recent()

    def _look_at(self, snapshot: Snapshot, change: _Change, own: Mapping[str, list[float]]) -> str:
        """Writes a change down if it is none of our own; gives the name of what others have changed."""
        seen = change.seen
        before = snapshot.get(seen.entry_uuid)
        if seen.is_gone:
            outside = self._look_at_gone(change, before, own)
            snapshot.drop(seen.entry_uuid)
            return outside
        if before is not None and before.csn == seen.csn:
            return ""
        state = self._store.state_at(seen.dn, snapshot.salt)
        if state is None:
            return ""
        known = before.digests if before else None
        changed = [] if self._is_ours(before, state, own) else changed_attributes(known, state)
        if changed:
            self._telling.tell(_told(before, state, changed))
        snapshot.put(state)
        return state.dn if changed else ""

    def _look_at_gone(self, change: _Change, before: Kept | None, own: Mapping[str, list[float]]) -> str:
        if before is None or change.is_own(before.dn, own):
            return ""
        self._telling.tell(Told(dn=before.dn, kind="deleted", by=UNKNOWN))
        return before.dn

    def _is_ours(self, before: Kept | None, state: State, own: Mapping[str, list[float]]) -> bool:
        """Whether Bindery has made a change, or slapd's tools an entry.

        Where others can't be Bindery, it is ours if we have noted it. Otherwise the adapter's name has to do, which
        several web servers share. An overlay's write changes nothing that counts, but puts its name on what others
        have changed just before.
        """
        noted = is_own(state.dn, _moment(state.csn), own)
        if state.is_by_server:
            return before is None or noted
        if dn.same(state.modifier, self._adapter):
            return noted or not self._is_alone
        return noted and dn.same(state.modifier, state.dn)

    def _bring_into_step(self, changed: list[str]) -> None:
        """Lets applications see what others have changed of users and groups."""
        for account in self._store.accounts():
            entries = AppEntries(self._store, account)
            if any(dn.is_below(at, account.group_base) for at in changed):
                entries.follow_everybody()
                continue
            for at in changed:
                user = self._store.load(USER, account, at) if dn.is_below(at, account.user_base) else None
                if user:
                    entries.follow(user)


def _is_due(batch: Mapping[str, _Change]) -> bool:
    """Whether changes have been gathered for long enough, though others still come."""
    return time.time() - next(iter(batch.values())).heard > _LONGEST_BATCH


def _name(snapshot: Snapshot, seen: Seen) -> str:
    before = snapshot.get(seen.entry_uuid) if seen.is_gone else None
    return before.dn if before else seen.dn


def _told(before: Kept | None, state: State, changed: list[str]) -> Told:
    kind = "added" if before is None else "modified" if dn.same(before.dn, state.dn) else "renamed"
    former = before.dn if before and kind == "renamed" else ""
    by = UNKNOWN if state.is_by_server else state.modifier
    return Told(dn=state.dn, kind=kind, by=by, attributes=tuple(changed), csn=state.csn, former=former)


def _moment(number: str) -> float:
    """When a change was made, as seconds since 1970; 0 when its number does not tell."""
    made = csn.time_of(number)
    return made.timestamp() if made else 0.0


def _is_ahead(point: list[str], csns: list[str]) -> bool:
    """Whether a point in time is later than the directory is: it has been put back from a backup."""
    return bool(point) and bool(csns) and max(point) > max(csns)
