"""A running slapd: started, asked whether it answers, stopped."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from adapter.server.database import CONFIGURATION, Database
from adapter.server.locks import ServerLock, note_clean_end
from adapter.server.program import SlapdError

# An anonymous bind and a successful answer to it (RFC 4511), as BER.
_BIND_REQUEST = bytes.fromhex("300c020101600702010304008000")
_BIND_ANSWERED = bytes.fromhex("300c02010161070a0100")
_START_PATIENCE = 60.0
_STOP_PATIENCE = 15.0
_STEP = 0.004
_LOG_MAXIMUM = 1_000_000
_OURS = "BINDERY_"
"""Variables that slapd has no use for; some hold secrets."""


@dataclass(frozen=True, slots=True)
class SlapdProcess:
    """A slapd that has been started."""

    process: subprocess.Popen[bytes]
    data: Path
    socket_path: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ends it: asks first, and after a while does not ask any more."""
        self.process.terminate()
        try:
            self.process.wait(_STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # slapd can't remove it itself once it has dropped its rights.
        self.socket_path.unlink(missing_ok=True)
        if self.process.returncode == 0:
            note_clean_end(self.data)


def socket_uri(path: Path) -> str:
    """A Unix socket as slapd and its clients write it."""
    return f"ldapi://{quote(str(path), safe='')}"


def start_slapd(
    database: Database, data: Path, urls: list[str], socket_path: Path, configuration: str = CONFIGURATION
) -> SlapdProcess:
    """Starts slapd and returns when it answers.

    Raises:
        SlapdError: it ended, or does not answer; the message holds what it said last.
    """
    _make_socket_folder(socket_path.parent, data)
    log = data / "slapd.log"
    if log.exists() and log.stat().st_size > _LOG_MAXIMUM:
        log.unlink()
    lock = ServerLock(data)
    identity = database.identity
    drop = ["-u", str(identity.name)] if identity.name else []
    with log.open("ab") as stderr:
        start = stderr.tell()
        try:
            process = subprocess.Popen(
                [str(database.program.path), "-d0", "-F", configuration, "-h", " ".join(urls), *drop],
                cwd=database.folder,
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                pass_fds=[lock.descriptor],
                start_new_session=True,
                umask=0o077 if not identity.name else -1,
                env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            )
        except BaseException:
            lock.close()
            raise
    lock.hand_over(process.pid)
    running = SlapdProcess(process, data, socket_path)
    try:
        _wait_until_it_answers(running, socket_path, log, start)
    except BaseException:  # nobody but this function knows of it yet, so nobody else would end it
        running.stop()
        raise
    return running


def answers(socket_path: Path, patience: float = 1.0) -> bool:
    """Whether a directory answers on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(patience)
        try:
            connection.connect(str(socket_path))
            connection.sendall(_BIND_REQUEST)
            return connection.recv(64).startswith(_BIND_ANSWERED)
        except OSError:
            return False


def _wait_until_it_answers(slapd: SlapdProcess, socket_path: Path, log: Path, start: int) -> None:
    deadline = time.monotonic() + _START_PATIENCE
    while not answers(socket_path):
        if not slapd.is_running:
            raise SlapdError(f"slapd did not start: {_said(log, start)}")
        if time.monotonic() > deadline:
            raise SlapdError(f"slapd does not answer: {_said(log, start)}")
        time.sleep(_STEP)


def _said(log: Path, start: int) -> str:
    with log.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode(errors="replace").strip().splitlines()[-5:]
    return " / ".join(lines) or f"it said nothing, see {log}"


def _make_socket_folder(folder: Path, data: Path) -> None:
    """The folder of the socket, where it is not the data folder itself: one where nobody else can put a socket."""
    if folder == data.absolute():
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    writable = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or writable:
        raise SlapdError(f"{folder} is not ours alone: remove it")
