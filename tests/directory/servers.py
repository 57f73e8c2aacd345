"""Directory servers that tests of connections start, stop and kill."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from adapter.ldap import Store
from adapter.ldap.connection import Pool
from adapter.ldap.endpoint import Endpoint
from adapter.models import Account

SUFFIX = "dc=example,dc=org"


def a_store(*endpoints: Endpoint) -> Store:
    return Store(Pool(endpoints), SUFFIX, Pool(endpoints, size=2, authenticate=False))


def the_account(store: Store) -> Account:
    (only,) = store.accounts()
    return only


def slapd_pid(data: Path) -> int:
    """The process that has the data folder's `directory` as its current folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "slapd" and str(data) in str((process / "cwd").readlink()):
                return int(process.name)
        except OSError:
            continue
    raise AssertionError("no slapd runs there")


def kill(directory: Any) -> None:
    """Ends slapd as a crash does, and waits until that is known."""
    os.kill(slapd_pid(directory.data), signal.SIGKILL)
    while directory.server.is_running:
        time.sleep(0.005)
