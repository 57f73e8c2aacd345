"""Which entries Bindery itself has just written to, told between the processes of one host.

The directory tells who has changed an entry, but the operator's `ldapmodify` through the Unix socket is the adapter to
it, somebody's new password is that person's whether it was chosen in the console or with `ldappasswd`, and of a removal
it tells nothing.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from adapter.ldap import dn

_log = logging.getLogger(__name__)

_REMEMBERED: Final = 120.0
"""Seconds; what the directory tells of comes within far less."""
_LONGEST_WRITE: Final = 2.0
_TOLERANCE: Final = 0.05
_LARGEST: Final = 1 << 20


class OwnWrites:
    """A file of names with the times at which they were written to.

    Args:
        path: the file; made with mode 0600 when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, at: str) -> None:
        """Takes down that an entry has been written to."""
        try:
            self._append(at)
        except OSError:
            _log.warning("a write of our own may be taken for somebody else's", exc_info=True)

    def _append(self, at: str) -> None:
        line = f"{time.time():.3f} {dn.comparable(at)}\n".encode()
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(handle).st_size > _LARGEST:
                os.ftruncate(handle, 0)
            os.write(handle, line)
        finally:
            os.close(handle)

    def recent(self) -> Mapping[str, list[float]]:
        """When each entry was written to that has been lately, as seconds since 1970."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return {}
        since = time.time() - _REMEMBERED
        found: dict[str, list[float]] = {}
        for line in lines:
            moment, _, name = line.partition(" ")
            if _seconds(moment) >= since:
                found.setdefault(name, []).append(_seconds(moment))
        return found


def is_own(at: str, moment: float, recent: Mapping[str, list[float]], *, tolerance: float = _TOLERANCE) -> bool:
    """Whether a change is one of those: it is noted when it has been acknowledged, which is soon after it was made.

    Args:
        at: the entry's name.
        moment: when it was changed, as seconds since 1970; 0 when that is not known.
        recent: what was noted.
        tolerance: by how many seconds the moment may be too late.
    """
    noted = recent.get(dn.comparable(at), ())
    return any(not moment or each - _LONGEST_WRITE <= moment <= each + tolerance for each in noted)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
