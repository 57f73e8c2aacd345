"""Directories of any size to measure on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapter.server import PrivateServer, ServerConfig
from adapter.settings import Settings
from tests.conftest import SUFFIX, Directory, make_template

PASSWORD = "Correct-horse-1"


def name_of(number: int) -> str:
    """The user name of one of the many."""
    return f"user{number:06}"


@contextmanager
def world(users: int) -> Iterator[Directory]:
    """A running directory with so many users besides the demo's; each has a name, a mail address and no password."""
    with tempfile.TemporaryDirectory(prefix="bindery-bench-") as folder:
        data = make_template(Path(folder) / "data", demo=True)
        with PrivateServer(ServerConfig(data=data, suffix=SUFFIX)) as server:
            server.prepare()
            _fill(server, Path(folder) / "all.ldif", users)
            server.start()
            yield Directory(server, Settings(data=data, suffix=SUFFIX))


def _fill(server: PrivateServer, dump: Path, users: int) -> None:
    server.backup(dump)
    *entries, end = dump.read_text(encoding="utf-8").splitlines(keepends=True)
    with dump.open("w", encoding="utf-8") as target:
        target.writelines(entries)
        target.write("\n")
        target.writelines(_person(name_of(number)) for number in range(users))
        target.write(end)
    server.restore(dump, overwrite=True)


def _person(name: str) -> str:
    return (
        f"dn: uid={name},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n"
        f"mail: {name}@example.org\n\n"
    )
