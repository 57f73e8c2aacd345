"""Entries as LDIF that may be loaded again, for their owner alone to read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from adapter.ldap.operational import NOT_TAKEN
from adapter.ldap.search import Entry
from adapter.server import ldif


def export_entries(folder: Path, name: str, entries: Iterable[Entry]) -> Path:
    """Writes entries into a new file, parents first, on disk before this returns.

    Args:
        folder: where the file goes.
        name: how the file's name begins; the time follows.
    """
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.ldif"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        for entry in sorted(entries, key=lambda each: each.dn.count(",")):
            stream.write(ldif.serialise([_content(entry)]) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return path


def _content(entry: Entry) -> ldif.Entry:
    values = ((name, value) for name, values in entry.attributes.items() for value in values)
    return ldif.Entry(entry.dn, tuple((name, value) for name, value in values if name not in NOT_TAKEN))
