"""Entries as LDIF that may be loaded again, for their owner alone to read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from adapter.files import whole_file
from adapter.ldap.operational import NOT_TAKEN
from adapter.ldap.search import Entry
from adapter.server import ldif
from adapter.transfer.exporting import canonical


def export_entries(folder: Path, name: str, entries: Iterable[Entry]) -> Path:
    """Writes entries into a new file, parents first, on disk before this returns.

    Args:
        folder: where the file goes.
        name: how the file's name begins; the time follows.

    Raises:
        OSError: it can't be written.
    """
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.ldif"
    with whole_file(path) as stream:
        ldif.write(canonical(map(_content, entries), without=NOT_TAKEN), stream)
    return path


def _content(entry: Entry) -> ldif.Entry:
    return ldif.Entry(entry.dn, tuple((name, value) for name, values in entry.attributes.items() for value in values))
