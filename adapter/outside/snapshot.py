"""What every entry was when it was last looked at, on disk: one can tell by it what has changed, and who is gone.

Of values there are keyed digests only, and the key is the file's own.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapter.ldap import State, csn

_TABLES: Final = """
create table if not exists entries (
    uuid text primary key, dn text not null, csn text not null, is_group integer not null, digests text not null
) without rowid;
create table if not exists facts (name text primary key, value text not null) without rowid;
"""
_SALT, _POINT, _SUFFIX = "salt", "point", "suffix"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was."""

    dn: str
    csn: str
    is_group: bool
    digests: dict[str, str]


class Snapshot:
    """The file; used by one thread of one process at a time.

    Args:
        path: where it is; made with mode 0600 when it is not there.
        suffix: of the directory; what was kept of another one is forgotten.
    """

    def __init__(self, path: Path, suffix: str) -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.execute("pragma journal_mode=wal")
        self._file.execute("pragma synchronous=normal")
        self._file.executescript(_TABLES)
        if self._fact(_SUFFIX) != suffix:
            self.forget()
            self._set(_SUFFIX, suffix)
        if self._fact(_SALT) is None:
            self._set(_SALT, secrets.token_hex(16))

    @property
    def salt(self) -> bytes:
        """The key of the digests."""
        return bytes.fromhex(self._fact(_SALT) or "")

    @property
    def point(self) -> list[str] | None:
        """Up to which changes it is current, one number a server; None while it has not been filled."""
        text = self._fact(_POINT)
        return None if text is None else text.split()

    def fill(self, states: Iterable[State], point: Iterable[str]) -> None:
        """Takes in every entry in place of what was kept."""
        self._file.execute("begin")
        try:
            self._file.execute("delete from entries")
            self._file.executemany("insert or replace into entries values (?, ?, ?, ?, ?)", map(_row, states))
            self._set(_POINT, " ".join(point))
            self._file.execute("commit")
        except BaseException:
            self._file.execute("rollback")
            raise

    def get(self, uuid: str) -> Kept | None:
        """What an entry was; None when it was not there."""
        found = self._file.execute("select dn, csn, is_group, digests from entries where uuid = ?", (uuid,)).fetchone()
        return Kept(found[0], found[1], bool(found[2]), json.loads(found[3])) if found else None

    def put(self, state: State) -> None:
        """Takes down what an entry is, and that changes up to it have been seen."""
        self._file.execute("insert or replace into entries values (?, ?, ?, ?, ?)", _row(state))
        self._move_on(state.csn)

    def drop(self, uuid: str) -> None:
        """Forgets an entry."""
        self._file.execute("delete from entries where uuid = ?", (uuid,))

    def uuids(self) -> set[str]:
        """Every entry that is kept."""
        return {uuid for (uuid,) in self._file.execute("select uuid from entries")}

    def forget(self) -> None:
        """Forgets everything, so that it is filled anew."""
        self._file.execute("delete from entries")
        self._file.execute("delete from facts where name = ?", (_POINT,))

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _move_on(self, number: str) -> None:
        """Replaces the number of the server that made a change, if it is a later one."""
        by_server = {csn.server_of(each): each for each in self.point or ()}
        server = csn.server_of(number)
        if number and number > by_server.get(server, ""):
            by_server[server] = number
            self._set(_POINT, " ".join(sorted(by_server.values())))

    def _fact(self, name: str) -> str | None:
        found = self._file.execute("select value from facts where name = ?", (name,)).fetchone()
        return str(found[0]) if found else None

    def _set(self, name: str, value: str) -> None:
        self._file.execute("insert or replace into facts values (?, ?)", (name, value))


def _row(state: State) -> tuple[str, str, str, int, str]:
    return state.entry_uuid, state.dn, state.csn, int(state.is_group), json.dumps(state.digests)
