"""What every page of the console costs in a small and in a large directory: milliseconds and LDAP round trips.

Run it with `python -m tests.benchmarks.bench_console`; about four minutes. One group holds every user.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from unittest.mock import patch

from adapter import open_iam
from adapter.ldap.wire import Wire
from tests.benchmarks.console_pages import addresses, everybody, furnish
from tests.benchmarks.tables import say, table
from tests.benchmarks.worlds import world
from tests.callers import root_of
from tests.conftest import Directory
from tests.web.factors import begin, prove
from tests.web.visitor import Visitor
from web import create_app

SIZES = (1_000, 100_000)
ROUNDS = 7
MOST_TRIPS, MOST_MILLISECONDS = 15, 300
_EXCHANGES = ("_exchange", "_write")
"""Every question and every change passes through one of these."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The round trips that this thread makes meanwhile; what others do in the background is no part of a page."""
    made: list[str] = []
    with ExitStack() as stack:
        for name in _EXCHANGES:
            stack.enter_context(patch.object(Wire, name, _noting(name, made)))
        yield made


def _noting(name: str, made: list[str]) -> object:
    act = getattr(Wire, name)

    def noted(*arguments: object, **options: object) -> object:
        if threading.current_thread() is threading.main_thread():
            made.append(name)
        return act(*arguments, **options)

    return noted


def measured(visitor: Visitor, path: str) -> tuple[float, int] | None:
    """The milliseconds of the quickest of some rounds, as other work only ever slows it down, and the round trips.

    The trips are those of the first look, when the page has not been opened before. None where there is no such page.
    """
    with counted() as made:
        response = visitor.get(f"/console/{path}")
    if response.status_code != HTTPStatus.OK:
        say(f"not measured: {path} ({response.status})")
        return None
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        visitor.get(f"/console/{path}")
        spent.append(time.perf_counter() - start)
    return min(spent) * 1000, len(made)


def costs(directory: Directory, users: int, stack: ExitStack) -> dict[str, tuple[float, int]]:
    """What every page costs in a directory."""
    everybody(directory, users)
    iam = open_iam(directory.settings)
    stack.callback(iam.close)
    iam.start()
    visitor = Visitor(create_app(directory.settings, iam), account=directory.account_id)
    root = root_of(iam, directory)
    facts, app = furnish(iam, root)
    begin(visitor, "bob")
    prove(visitor, app.code())
    while iam.execute(root, "generate_credential_report", {})["state"] != "COMPLETE":
        time.sleep(0.1)
    found = {name: measured(visitor, path) for name, path in addresses(visitor.app, facts)}
    return {name: cost for name, cost in found.items() if cost is not None}


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        columns = []
        for users in SIZES:
            say(f"loading {users:,} users …")
            columns.append(costs(stack.enter_context(world(users)), users, stack))
    rows = [[name, *(float(each) for column in columns for each in column[name])] for name in columns[-1]]
    rows.sort(key=lambda row: str(row[0]))
    table(["page", *(head for users in SIZES for head in (f"ms at {users:,}", "round trips"))], rows)
    over = [name for name, (ms, trips) in columns[-1].items() if ms > MOST_MILLISECONDS or trips > MOST_TRIPS]
    say(f"over {MOST_TRIPS} round trips or {MOST_MILLISECONDS} ms: {', '.join(sorted(over)) or 'none'}")


if __name__ == "__main__":
    main()
