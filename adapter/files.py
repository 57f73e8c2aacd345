"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

FOR_OWNER: Final = 0o600
"""The mode of what is nobody else's business."""
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What a write fails with; the system does not say of which file."""


@contextmanager
def whole_file(path: Path, mode: int = FOR_OWNER) -> Iterator[BinaryIO]:
    """Writes a file beside its place and puts it there when the block has written all of it, and the disk has it.

    Args:
        path: the file; what was there before stays until the end.
        mode: who may read it.

    Raises:
        OSError: it can't be written; it names the file, and what was there before is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(descriptor, mode)
            yield stream
            stream.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except OSError as error:
        if error.filename == str(temporary) or error.errno in _NO_ROOM:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_whole(path: Path, content: bytes, mode: int = FOR_OWNER) -> None:
    """Writes a file that appears with all of its content.

    Raises:
        OSError: it can't be written; it names the file, and what was there before is untouched.
    """
    with whole_file(path, mode) as stream:
        stream.write(content)
