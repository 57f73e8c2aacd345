"""The private OpenLDAP server: one object to make it ready, start, watch, stop, back up and restore it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from adapter.server.backup import read_backup, write_backup
from adapter.server.bootstrap import FirstStart
from adapter.server.config import ServerConfig
from adapter.server.folder import IS_FULL, DataFolder
from adapter.server.locks import FolderLock, ServerLock, was_interrupted
from adapter.server.process import SlapdProcess, socket_uri, start_slapd
from adapter.server.program import PasswordHash, SlapdError
from adapter.server.state import UnusableFolder, read_state
from adapter.settings import Settings

_PORT_ATTEMPTS = 5
_WATCH_STEP = 0.05
_LONGEST_PAUSE = 10.0
_SHORT_LIFE = 10.0


class PrivateServer:
    """A private slapd on one data folder.

    Args:
        config: how it is set up.

    Raises:
        SlapdError: slapd is not installed or not usable.
    """

    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self._folder = DataFolder(config)
        self._lock = FolderLock(config.data)
        self._guard = threading.RLock()
        self._slapd: SlapdProcess | None = None
        self._port = config.ldap_port
        self._socket_path = Settings(data=config.data, suffix=config.suffix).socket_path

    def prepare(self, first: FirstStart | None = None, *, demo: bool = False) -> None:
        """Makes the directory or brings an older one up to date, and holds the folder from now on.

        Args:
            first: what bootstrap() returned; needed when there is no directory yet.
            demo: also load what is missing of the demo.

        Raises:
            UnusableFolder: another server holds the folder, or it can't be used with this configuration.
            SlapdError: slapd refused something.
        """
        with self._guard:
            self._take()
            self._folder.prepare(first)
            if demo:
                self._folder.load_demo()

    def start(self) -> None:
        """Starts slapd and returns when it answers; does nothing when it runs.

        Raises:
            UnusableFolder: another server holds the folder, or there is no directory in it yet.
            SlapdError: it does not start; the message says why.
        """
        with self._guard:
            if self.is_running:
                return
            self._lock.acquire()
            if read_state(self.config.data) is None:
                raise UnusableFolder(f"{self.config.data} holds no directory yet: prepare it first")
            self._slapd = self._start_somewhere()

    def stop(self) -> None:
        """Stops slapd and lets go of the folder."""
        with self._guard:
            self._stop_slapd()
            self._lock.release()

    def supervise(self, stop_event: threading.Event) -> None:
        """Starts slapd again whenever it ends by itself, until the event is set or stop() is called.

        One that keeps failing is tried again after longer and longer pauses.
        """
        pause = 0.0
        started = time.monotonic()
        while not stop_event.wait(_WATCH_STEP):
            with self._guard:
                if self._slapd is None:
                    return
                if self._slapd.is_running:
                    continue
            short = time.monotonic() - started < _SHORT_LIFE
            if short and stop_event.wait(pause):
                return
            pause = min(max(2 * pause, 0.25), _LONGEST_PAUSE) if short else 0.0
            started = time.monotonic()
            self._start_again()

    def backup(self, path: Path) -> None:
        """Writes LDIF of everything, whether the server runs or not; `.gz` is compressed. The master key is not in it.

        Raises:
            UnusableFolder: there is no directory yet.
            SlapdError: slapcat failed.
        """
        if read_state(self.config.data) is None:
            raise UnusableFolder(f"{self.config.data} holds no directory yet")
        write_backup(self._folder.database, path)

    def restore(self, path: Path, overwrite: bool = False) -> None:
        """Puts a backup in the place of what is there: all of it, or nothing. A server that runs is back afterwards.

        Raises:
            UnusableFolder: another server holds the folder, or there is a directory and `overwrite` is not given.
            InvalidBackup: the file is damaged.
            SlapdError: slapd refused its content.
        """
        with self._guard:
            was_running, was_held = self.is_running, self._lock.is_held
            if read_state(self.config.data) and not overwrite:
                raise UnusableFolder(IS_FULL.format(data=self.config.data))
            self._take()
            try:
                self._folder.restore(read_backup(path), overwrite=overwrite)
            finally:
                if was_running:
                    self.start()
                elif not was_held:
                    self._lock.release()

    @property
    def is_running(self) -> bool:
        """Whether slapd runs."""
        return self._slapd is not None and self._slapd.is_running

    @property
    def pid(self) -> int | None:
        """The process id of slapd while it runs."""
        return self._slapd.pid if self._slapd and self.is_running else None

    @property
    def ldap_uri(self) -> str:
        """Where LDAP clients connect; known once it was started."""
        return f"ldap://{self.config.url_host}:{self._port}"

    @property
    def ldapi_uri(self) -> str:
        """The Unix socket, where the user who runs Bindery is the adapter."""
        return socket_uri(self._socket_path)

    @property
    def password_hash(self) -> PasswordHash:
        """How this installation stores passwords."""
        return self._folder.program.password_hash

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take(self) -> None:
        """Holds the folder, with no slapd on it."""
        self.config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        self._stop_slapd()
        ServerLock(self.config.data).close()

    def _stop_slapd(self) -> None:
        if self._slapd is not None:
            self._slapd.stop()
            self._slapd = None

    def _start_again(self) -> None:
        with self._guard:
            if self._slapd is None or self._slapd.is_running:
                return
            try:
                self._slapd = self._start_somewhere()
            except (SlapdError, UnusableFolder):
                # What it said is in slapd.log; the next round tries again.
                return

    def _start_somewhere(self) -> SlapdProcess:
        """Starts slapd; when the port is ours to choose, another one is taken if somebody was faster."""
        if was_interrupted(self.config.data):
            self._folder.recover()
        attempts = _PORT_ATTEMPTS if self.config.ldap_port == 0 else 1
        for attempt in range(attempts):
            if self.config.ldap_port == 0 and (attempt or not self._port):
                self._port = _free_port(self.config.ldap_host)
            try:
                return start_slapd(self._folder.database, self.config.data, self._urls(), self._socket_path)
            except SlapdError as error:
                failure = error
        raise failure

    def _urls(self) -> list[str]:
        config = self.config
        secure = [] if config.ldaps_port is None else [f"ldaps://{config.url_host}:{config.ldaps_port}"]
        return [self.ldapi_uri, self.ldap_uri, *secure]


def _free_port(host: str) -> int:
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        return int(listener.getsockname()[1])
