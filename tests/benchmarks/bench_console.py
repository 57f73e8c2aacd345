"""How long the console's pages about users and groups take in a small and in a large directory, and their round trips.

Run it with `python -m tests.benchmarks.bench_console`. One group holds every user, which is the worst case for lists.
"""

from __future__ import annotations

import statistics
import time
from contextlib import ExitStack
from unittest.mock import patch

from adapter import open_iam
from adapter.ldap.wire import Wire
from tests.benchmarks.tables import say, table
from tests.benchmarks.worlds import name_of, world
from tests.conftest import Directory
from tests.web.visitor import Visitor
from web import create_app

SIZES = (1_000, 100_000)
ROUNDS = 9
PAGES = {
    "users": "users",
    "users, second page": "users?at=MXVzZXIwMDAwNDU&page=2",
    "users, found by a part of the name": "users?q=r00012",
    "users, found by two letters": "users?q=us",
    "users, not found": "users?q=nobody-at-all",
    "one user: permissions": f"users/{name_of(500)}",
    "one user: credentials": f"users/{name_of(500)}/credentials",
    "one user: delete": f"users/{name_of(500)}/delete",
    "groups": "groups",
    "a group of everybody": "groups/everybody",
    "adding users to it": "groups/everybody/add-users",
    "creating a user": "create-user",
}


def everybody(directory: Directory, users: int) -> None:
    """Puts every user into one group, with an LDAP tool."""
    members = "\n".join(f"member: uid={name_of(number)},ou=people,{directory.suffix}" for number in range(users))
    entry = f"dn: cn=everybody,ou=groups,{directory.suffix}\nobjectClass: groupOfNames\ncn: everybody\n{members}\n"
    directory.ldap("ldapadd", stdin=entry)


def timed(visitor: Visitor, path: str) -> tuple[float, int]:
    """The median of some rounds in milliseconds, and the searches of one."""
    asked: list[object] = []
    search = Wire.search

    def counted(wire: Wire, *arguments: object) -> object:
        asked.append(arguments)
        return search(wire, *arguments)  # type: ignore[arg-type]

    visitor.get(f"/console/{path}")
    with patch.object(Wire, "search", counted):
        assert visitor.get(f"/console/{path}").status_code == 200
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        visitor.get(f"/console/{path}")
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1000, len(asked)


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        columns = []
        for users in SIZES:
            say(f"loading {users:,} users …")
            directory = stack.enter_context(world(users))
            everybody(directory, users)
            iam = open_iam(directory.settings)
            stack.callback(iam.close)
            visitor = Visitor(create_app(directory.settings, iam), account=directory.account_id)
            visitor.sign_in("bob")
            columns.append({name: timed(visitor, path) for name, path in PAGES.items()})
        rows = [[name, *(each for column in columns for each in column[name])] for name in PAGES]
    table(["milliseconds", *(head for users in SIZES for head in (f"{users:,} users", "searches"))], rows)


if __name__ == "__main__":
    main()
