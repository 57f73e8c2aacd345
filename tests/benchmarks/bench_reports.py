"""Reports about directories of two sizes: a page of authorization details has to cost the same in both."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from adapter import Caller, Iam, RequestContext, open_iam
from adapter.operations.paging import make_marker
from tests.benchmarks.tables import say, table
from tests.benchmarks.worlds import name_of, world
from tests.conftest import Directory

SIZES = (1_000, 100_000)
PAGE = 100
ROUNDS = 15


def sign_in(iam: Iam, directory: Directory) -> Caller:
    """The root user."""
    session = iam.login.begin(directory.account_id, None, directory.root_password, RequestContext()).session
    caller = iam.login.resume(session) if session else None
    if caller is None:
        raise AssertionError("the root user can't sign in")
    return caller


def milliseconds(act: Callable[[], object]) -> float:
    """How long something takes: the median of some rounds, the first of which is not counted."""
    act()
    return 1000 * median(_timed(act) for _ in range(ROUNDS))


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def figures(users: int) -> dict[str, float]:
    """Milliseconds of every report in a directory of so many users."""
    say(f"loading {users:,} users …")
    with world(users) as directory:
        iam = open_iam(directory.settings)
        root = sign_in(iam, directory)

        def do(operation: str, **params: Any) -> dict[str, Any]:
            return iam.execute(root, operation, params)

        def make_report() -> None:
            while do("generate_credential_report")["state"] != "COMPLETE":
                time.sleep(0.01)

        middle = make_marker(f"0 {name_of(users // 2)}")
        found = {
            f"authorization details, {PAGE} from the middle": milliseconds(
                lambda: do("get_account_authorization_details", max_items=PAGE, marker=middle)
            ),
            "account summary": milliseconds(lambda: do("get_account_summary")),
            "credential report, made once": 1000 * _timed(make_report),
            "credential report, fetched": milliseconds(lambda: do("get_credential_report")),
        }
        iam.close()
        return found


def main() -> None:
    """Measures and prints."""
    measured = [figures(users) for users in SIZES]
    rows = [[name, *(each[name] for each in measured)] for name in measured[0]]
    table(["milliseconds", *(f"{users:,} users" for users in SIZES)], rows)


if __name__ == "__main__":
    main()
