"""What the adapter costs at 1,000 and at 100,000 users, beside ldap3's bare search and bare binds in C.

Run it with `python -m tests.benchmarks.bench_directory`; about two minutes.
"""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import ldap3

from adapter import Caller, Iam, RequestContext, open_iam
from tests.benchmarks import libldap
from tests.benchmarks.tables import Rates, in_turns, rate, say, table
from tests.benchmarks.worlds import name_of, world
from tests.conftest import Directory

SIZES = (1_000, 100_000)
ROUNDS, SECONDS = 25, 0.2
"""So many turns of so many seconds; what takes longer is done once in a turn."""
COMPARED = (
    ("get user", "ldap3: bare search"),
    ("list 100 users",),
    ("add user",),
    ("sign in", "libldap: bare bind"),
)
"""What is measured in turns, so that other work on the machine disturbs all of it alike."""
DEMO_PASSWORD = "Bindery-demo-1"
BOB = "uid=bob,ou=people,dc=example,dc=org"
ADMIN = "cn=admin,ou=groups,dc=example,dc=org"
CONTEXT = RequestContext()


def signed_in(iam: Iam, directory: Directory) -> Caller:
    """Bob, an administrator."""
    attempt = iam.login.begin(directory.account_id, "bob", DEMO_PASSWORD, CONTEXT)
    caller = iam.login.resume(attempt.session) if attempt.session else None
    if caller is None:
        raise AssertionError("bob can't sign in")
    return caller


def bare_search(directory: Directory, users: int) -> Callable[[], object]:
    """ldap3's own search for one user, with the attributes that a user has."""
    connection = _external(directory)
    wanted = ["uid", "iamUniqueId", "iamPath", "displayName", "description", "mobile", "mail", "iamTag", "entryUUID"]
    return lambda: connection.search(
        "ou=people,dc=example,dc=org", f"(uid={name_of(random.randrange(users))})", attributes=wanted
    )


def _external(directory: Directory) -> Any:
    server = ldap3.Server(directory.server.ldapi_uri, get_info=ldap3.NONE)
    return ldap3.Connection(
        server,
        authentication=ldap3.SASL,
        sasl_mechanism="EXTERNAL",
        sasl_credentials="",
        client_strategy=ldap3.SAFE_SYNC,
        auto_bind=True,
    )


def bare_bind(directory: Directory) -> Callable[[], object]:
    """A bind as Bob in C."""
    connection = libldap.Connection(directory.server.ldapi_uri)
    return lambda: connection.bind(BOB, DEMO_PASSWORD)


def adapter_acts(iam: Iam, directory: Directory, users: int) -> dict[str, Callable[[], object]]:
    """What is measured, through the one door as Bob."""
    bob = signed_in(iam, directory)
    fresh = itertools.count()
    middle = iam.execute(bob, "list_users", {"max_items": 1})["marker"]
    return {
        "get user": lambda: iam.execute(bob, "get_user", {"user_name": name_of(random.randrange(users))}),
        "list 100 users": lambda: iam.execute(bob, "list_users", {"max_items": 100, "marker": middle}),
        "add user": lambda: iam.execute(bob, "create_user", {"user_name": f"new{next(fresh)}"}),
        "sign in": lambda: iam.login.begin(directory.account_id, "bob", DEMO_PASSWORD, CONTEXT),
    }


def feed_delay(iam: Iam, directory: Directory) -> list[float]:
    """Seconds from the acknowledgement of another's write until it holds here, many times."""
    joy = iam.login.begin(directory.account_id, "joy", DEMO_PASSWORD, CONTEXT).session
    caller = iam.login.resume(joy) if joy else None
    if caller is None:
        raise AssertionError("joy can't sign in")
    other = _external(directory)
    member = BOB.replace("bob", "joy")
    delays = []
    for number in range(400):
        joins = number % 2 == 0
        other.modify(ADMIN, {"member": [(ldap3.MODIFY_ADD if joins else ldap3.MODIFY_DELETE, [member])]})
        acknowledged = time.perf_counter()
        while iam.can(caller, "list_users") is not joins:
            pass
        delays.append(time.perf_counter() - acknowledged)
    return delays


def measure(worlds: Sequence[Directory]) -> tuple[dict[str, list[Rates]], list[float]]:
    """Rates of every act in every world, and the delays of the feed in the last one."""
    doors = [open_iam(directory.settings) for directory in worlds]
    acts = []
    for iam, directory, users in zip(doors, worlds, SIZES, strict=True):
        acts.append(adapter_acts(iam, directory, users))
        acts[-1] |= {"ldap3: bare search": bare_search(directory, users), "libldap: bare bind": bare_bind(directory)}
    figures: dict[str, list[Rates]] = {}
    for names in COMPARED:
        rates = in_turns([turn_of(each[name]) for name in names for each in acts], ROUNDS)
        figures |= {name: rates[2 * number : 2 * number + 2] for number, name in enumerate(names)}
    delays = feed_delay(doors[-1], worlds[-1])
    for iam in doors:
        iam.close()
    return figures, delays


def turn_of(act: Callable[[], object]) -> Callable[[], float]:
    """One turn of something; gives its rate."""
    return lambda: rate(act, seconds=SECONDS, rounds=1)


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        worlds = []
        for users in SIZES:
            say(f"loading {users:,} users …")
            worlds.append(stack.enter_context(world(users)))
        figures, delays = measure(worlds)
    say()
    table(
        ["per second", *(f"{size:,} users" for size in SIZES), "ratio"],
        [[name, *(each.usual for each in both), both[0].times(both[1])] for name, both in figures.items()],
    )
    last = {name: values[-1] for name, values in figures.items()}
    say(f"get user / ldap3's bare search:   {last['get user'].times(last['ldap3: bare search']):.2f}")
    say(f"sign in / libldap's bare bind:    {last['sign in'].times(last['libldap: bare bind']):.2f}")
    p50, p99 = statistics.median(delays), statistics.quantiles(delays, n=100)[98]
    say(f"another's write holds after:      {p50 * 1000:.2f} ms (median), {p99 * 1000:.2f} ms (99th percentile)")


if __name__ == "__main__":
    main()
