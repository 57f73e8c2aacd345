"""Backups: LDIF of everything, with a first and a last line of their own, so that half a file is recognised."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from adapter.files import whole_file
from adapter.server.database import Database

_HEADER = b"# Bindery backup 1\n"
_FOOTER = b"# End of backup\n"
_CHUNK = 1 << 20


class InvalidBackup(Exception):
    """A file is not a backup, or not a whole one."""


def write_backup(database: Database, path: Path) -> None:
    """Writes a backup; a path that ends in `.gz` is compressed. What was there before is replaced at the end.

    Raises:
        SlapdError: slapcat failed; what was there before is untouched.
    """
    write_backup_of(path, database.dump)


def write_backup_of(path: Path, fill: Callable[[IO[bytes]], None]) -> None:
    """Writes LDIF with the marks of a backup, so that `read_backup` takes it whole or not at all.

    Args:
        path: the file; one that ends in `.gz` is compressed. What was there before is replaced at the end.
        fill: writes the content; when it raises, what was there before is untouched.
    """
    with whole_file(path) as file:
        if _is_compressed(path):
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6) as packed:
                _write(fill, packed)
        else:
            _write(fill, file)


def read_backup(path: Path) -> Iterator[bytes]:
    """The content of a backup in chunks.

    Raises:
        InvalidBackup: it is damaged or ends too early.
    """
    try:
        with gzip.open(path) if _is_compressed(path) else path.open("rb") as stream:
            yield from _checked(stream, path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidBackup(f"{path} is damaged: {error}") from error


def _write(fill: Callable[[IO[bytes]], None], target: IO[bytes] | gzip.GzipFile) -> None:
    target.write(_HEADER)
    fill(target)  # type: ignore[arg-type]
    target.write(_FOOTER)


def _checked(stream: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[bytes]:
    """Passes chunks on and looks at both ends. LDIF of other origin (slapcat) has neither mark and is let through."""
    chunk = stream.read(_CHUNK)
    marked = chunk.startswith(_HEADER)
    tail = b""
    while chunk:
        yield chunk
        tail = (tail + chunk)[-len(_FOOTER) :]
        chunk = stream.read(_CHUNK)
    if marked and tail != _FOOTER:
        raise InvalidBackup(f"{path} ends too early: it is not a whole backup")


def _is_compressed(path: Path) -> bool:
    return path.suffix == ".gz"
