"""Reports about directories of two sizes: a page of authorization details has to cost the same in both."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

from adapter import Iam, open_iam
from adapter.operations.paging import make_marker
from tests.benchmarks.tables import say, table
from tests.benchmarks.worlds import name_of, world
from tests.callers import root_of
from tests.conftest import Directory

SIZES = (1_000, 100_000)
PAGE = 100
ROUNDS = 15
MADE_ONCE = "credential report, made"


def timed(act: Callable[[], object]) -> float:
    """How many milliseconds something takes."""
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def acts(iam: Iam, directory: Directory, users: int) -> dict[str, Callable[[], object]]:
    """Every report of a directory of so many users; the credential report is made the first time it is asked for."""
    root = root_of(iam, directory)

    def do(operation: str, **params: Any) -> dict[str, Any]:
        return iam.execute(root, operation, params)

    def make_report() -> None:
        while do("generate_credential_report")["state"] != "COMPLETE":
            time.sleep(0.01)

    middle = make_marker(f"0 {name_of(users // 2)}")
    return {
        MADE_ONCE: make_report,
        f"authorization details, {PAGE} from the middle": lambda: do(
            "get_account_authorization_details", max_items=PAGE, marker=middle
        ),
        "account summary": lambda: do("get_account_summary"),
        "credential report, fetched": lambda: do("get_credential_report"),
    }


def figures(each: Sequence[Callable[[], object]], *, once: bool) -> list[float]:
    """Milliseconds of the same report in every directory: the median of some rounds, after a first one."""
    if once:
        return [timed(act) for act in each]
    for act in each:
        act()
    rounds = [[timed(act) for act in each] for _ in range(ROUNDS)]
    return [median(column) for column in zip(*rounds, strict=True)]


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        found = []
        for users in SIZES:
            say(f"loading {users:,} users …")
            directory = stack.enter_context(world(users))
            iam = open_iam(directory.settings)
            stack.callback(iam.close)
            found.append(acts(iam, directory, users))
        rows = [[name, *figures([each[name] for each in found], once=name == MADE_ONCE)] for name in found[0]]
    table(["milliseconds", *(f"{users:,} users" for users in SIZES)], rows)


if __name__ == "__main__":
    main()
