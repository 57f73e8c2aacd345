"""The files that slapd works on, and its offline tools.

slapd runs with the `directory` folder as its current one and every path in its configuration is relative to it: the
data folder can be moved, and folders above it need not be open to the user that slapd runs as.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

from adapter.server import ldif
from adapter.server.config import SlapdConfiguration, TlsFiles
from adapter.server.identity import Identity
from adapter.server.program import SlapdProgram, tool_failed

CONFIGURATION = "conf"
_CACHED_AT_ONCE = 1 << 20
_DATABASE_NUMBER = "1"


@dataclass(frozen=True, slots=True)
class Database:
    """The `directory` folder of a data folder."""

    folder: Path
    program: SlapdProgram
    identity: Identity

    def configure(self, configuration: SlapdConfiguration, name: str = CONFIGURATION) -> None:
        """Puts a configuration in the place of the one that is there; the next start repeats what is half-done."""
        fresh = f"{name}.new"
        self.discard(fresh)
        self.identity.make_folder(self.folder / fresh)
        self._run("add", "-n0", "-F", fresh, stdin=configuration.text)
        self.discard(name)
        (self.folder / fresh).rename(self.folder / name)

    def is_configured(self) -> bool:
        """Whether there is a whole configuration."""
        return (self.folder / CONFIGURATION / "cn=config.ldif").is_file()

    def make_folder(self, name: str) -> None:
        """An empty folder in the place of whatever is there."""
        self.discard(name)
        self.identity.make_folder(self.folder / name)

    def discard(self, name: str) -> None:
        """Removes a folder, if it is there."""
        if (self.folder / name).exists():
            shutil.rmtree(self.folder / name)

    def discard_databases_except(self, name: str) -> None:
        """Removes what interrupted or finished restores left."""
        for path in self.folder.glob("db-*"):
            if path.name != name:
                shutil.rmtree(path)

    def add(self, entries: Iterable[ldif.Entry], *, quick: bool = False) -> None:
        """Adds entries while slapd is stopped.

        Args:
            quick: for a database that nobody uses yet: no care is taken of a crash in between.
        """
        text = ldif.serialise(entries)
        if text:
            self._database_tool("add", "-w", *(("-q",) if quick else ()), stdin=text)

    def shrink(self, name: str) -> None:
        """Cuts off the hole that a quick tool leaves: it makes the file as long as the database may ever become.

        A copy that knows nothing of holes would write them out. What the tool wrote in one go also stays cached in
        large pieces, which Linux then writes as a whole for every page that slapd changes in them (an added user took
        2.5 times as long): it is dropped from the cache, and read anew page by page.
        """
        descriptor = os.open(self.folder / name / "data.mdb", os.O_RDWR | os.O_NOFOLLOW)
        try:
            size = _end_of_data(descriptor)
            os.ftruncate(descriptor, size)
            if hasattr(os, "posix_fadvise"):
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
                for start in range(0, size, _CACHED_AT_ONCE):
                    os.pread(descriptor, _CACHED_AT_ONCE, start)
        finally:
            os.close(descriptor)

    def read(self, base: str, configuration: str = CONFIGURATION, kind: str = "*") -> list[ldif.Entry]:
        """All entries at and below a DN, or those of one object class."""
        # `-s BASE` says the same and crashes slapcat 2.5.13.
        uri = f"ldap:///{quote(base, safe='=,')}??sub?(objectClass={kind})"
        return ldif.parse(self._run("cat", "-F", configuration, "-n", _DATABASE_NUMBER, "-H", uri))

    def reindex(self) -> None:
        """Builds all indexes while slapd is stopped."""
        self._database_tool("index")

    def dump(self, target: IO[bytes]) -> None:
        """Writes everything, operational attributes included; slapd may be running.

        Raises:
            SlapdError: slapcat failed.
        """
        command = self.program.command("cat", "-F", CONFIGURATION, "-n", _DATABASE_NUMBER)
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(
                command, cwd=self.folder, stdout=subprocess.PIPE, stderr=errors, **self.identity.process_options
            ) as process,
        ):
            shutil.copyfileobj(cast(IO[bytes], process.stdout), target, 1 << 20)
            status = process.wait()
            errors.seek(0)
            if status:
                raise tool_failed("cat", status, errors.read())

    def fill(self, source: Iterable[bytes], configuration: str) -> None:
        """Adds everything that a dump holds to a database that nobody uses yet.

        Raises:
            SlapdError: slapadd refused something.
            Exception: whatever the source raises, after slapadd was ended.
        """
        command = self.program.command("add", "-q", "-F", configuration, "-n", _DATABASE_NUMBER)
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                **self.identity.process_options,
            ) as process,
        ):
            status = _feed(process, source)
            errors.seek(0)
            if status:
                raise tool_failed("add", status, errors.read())

    def copy_tls_files(self, tls: TlsFiles | None) -> None:
        """Copies certificate and key to where slapd can read them after it dropped its rights."""
        self.discard("tls")
        if tls is None:
            return
        (self.folder / "tls").mkdir(mode=0o700)
        for name, source in (("certificate", tls.certificate), ("key", tls.key), ("ca", tls.ca)):
            if source is not None:
                target = self.folder / "tls" / f"{name}.pem"
                target.touch(mode=0o600)
                target.write_bytes(source.read_bytes())
        self.identity.own(self.folder / "tls")

    def _database_tool(self, tool: str, *arguments: str, stdin: str = "") -> None:
        self._run(tool, *arguments, "-F", CONFIGURATION, "-n", _DATABASE_NUMBER, stdin=stdin)

    def _run(self, tool: str, *arguments: str, stdin: str = "") -> str:
        return self.program.tool(tool, *arguments, folder=self.folder, identity=self.identity, stdin=stdin)


def _end_of_data(descriptor: int) -> int:
    """Where the last written part of a file ends."""
    length, position = os.fstat(descriptor).st_size, 0
    while position < length:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return position
            raise
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
    return length


def _feed(process: subprocess.Popen[bytes], source: Iterable[bytes]) -> int:
    """Writes to a process and waits for its end; a tool that ends early is judged by its status."""
    try:
        with cast(IO[bytes], process.stdin) as pipe:
            for chunk in source:
                pipe.write(chunk)
    except BrokenPipeError:
        pass
    except BaseException:
        process.kill()
        raise
    return process.wait()
