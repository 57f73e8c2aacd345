"""Locks on a data folder that last as long as the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

from adapter.server.state import UnusableFolder

_PATIENCE = 10.0
_STEP = 0.02
_SERVER_LOCK = "slapd.lock"
_INTERRUPTED = b"interrupted\n"


class FolderLock:
    """Held by the process that runs a data folder's server."""

    def __init__(self, data: Path) -> None:
        self._path = data / "lock"
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Takes the lock; does nothing when this object holds it already.

        Raises:
            UnusableFolder: another process holds it.
        """
        if self._descriptor is not None:
            return
        descriptor = _open(self._path)
        if not _try_lock(descriptor):
            owner = _read_pid(descriptor)
            os.close(descriptor)
            raise UnusableFolder(
                f"{self._path.parent} is in use by another server (process {owner}): stop that one first"
            )
        _write_pid(descriptor, os.getpid())
        self._descriptor = descriptor

    def release(self) -> None:
        """Gives the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class ServerLock:
    """Handed on to slapd: whoever holds it is a slapd that has the database open.

    A slapd may outlive the process that started it, when that one is killed. The next owner of the folder ends it.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / _SERVER_LOCK
        self.descriptor = _open(self._path)
        if not _try_lock(self.descriptor):
            self._end_orphan()
        # A number that an earlier run left must never be taken for the next holder's; that it was left is remembered.
        if os.pread(self.descriptor, 1, 0):
            _write(self.descriptor, _INTERRUPTED)

    def hand_over(self, pid: int) -> None:
        """Notes who has it now; our own copy is closed, so that it ends with that process."""
        _write_pid(self.descriptor, pid)
        self.close()

    def close(self) -> None:
        """Closes our own copy."""
        os.close(self.descriptor)

    def _end_orphan(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            pid = _read_pid(self.descriptor)
            if pid is not None and _send(pid, number) and self._wait():
                return
        self.close()
        raise UnusableFolder(f"{self._path.parent}: a slapd that another user started still runs: end it")

    def _wait(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if _try_lock(self.descriptor):
                return True
            time.sleep(_STEP)
        return False


def was_interrupted(data: Path) -> bool:
    """Whether the last slapd on a data folder did not end by itself."""
    path = data / _SERVER_LOCK
    return path.exists() and path.stat().st_size > 0


def note_clean_end(data: Path) -> None:
    """Notes that slapd has ended by itself."""
    os.truncate(data / _SERVER_LOCK, 0)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(descriptor: int) -> int | None:
    text = os.pread(descriptor, 20, 0).strip()
    return int(text) if text.isdigit() else None


def _write_pid(descriptor: int, pid: int) -> None:
    _write(descriptor, f"{pid}\n".encode())


def _write(descriptor: int, content: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)


def _send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return True
