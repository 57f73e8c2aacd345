"""Signed requests over HTTP, one worker process each: Bindery beside moto's server, and 1,000 beside 100,000 users.

Bindery verifies every signature, evaluates the caller's policies and keeps everything in the directory; moto's server
does none of it and keeps everything in memory.

Run it with `python -m tests.benchmarks.bench_api`; about two minutes.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.benchmarks.http_load import Script, Target, rate_of
from tests.benchmarks.servers import CALLER, another, bindery, with_caller
from tests.benchmarks.tables import Rates, beside, in_turns, say, table
from tests.benchmarks.worlds import name_of, world
from tests.ports import free_port

SIZES = (1_000, 100_000)
ROUNDS, SECONDS = 12, 0.5
PRESIGNED = 750
_MOTO = Path(sys.executable).with_name("moto_server")

Act = Callable[[Target, int], Iterator[Script]]


@contextmanager
def moto() -> Iterator[Target]:
    """moto's server, as it comes."""
    port = free_port()
    with another([str(_MOTO), "-H", "127.0.0.1", "-p", str(port)], port) as server:
        yield with_caller(server)


def get_caller_identity(server: Target, _users: int) -> Iterator[Script]:
    """Who am I?"""
    return itertools.repeat([server.request("sts", "GetCallerIdentity")])


def get_user(server: Target, _users: int) -> Iterator[Script]:
    """The caller, by name."""
    return itertools.repeat([server.request("iam", "GetUser", UserName=CALLER)])


def get_any_user(server: Target, users: int) -> Iterator[Script]:
    """Any of the many users."""
    names = [name_of(random.randrange(users)) for _ in range(PRESIGNED)]
    return itertools.cycle([[server.request("iam", "GetUser", UserName=name)] for name in names])


def list_access_keys(server: Target, _users: int) -> Iterator[Script]:
    """The caller's keys."""
    return itertools.repeat([server.request("iam", "ListAccessKeys", UserName=CALLER)])


def create_user(server: Target, _users: int) -> Iterator[Script]:
    """A new user."""
    mark = random.randrange(10**9)
    return iter(
        [[server.request("iam", "CreateUser", UserName=f"u{mark}x{number}")] for number in range(2 * PRESIGNED)]
    )


def create_and_delete_user(server: Target, _users: int) -> Iterator[Script]:
    """A new user, and away with it."""
    mark = random.randrange(10**9)
    scripts = []
    for number in range(PRESIGNED):
        name = f"new{mark}x{number}"
        scripts.append([server.request("iam", action, UserName=name) for action in ("CreateUser", "DeleteUser")])
    return itertools.cycle(scripts)


def list_users(server: Target, _users: int) -> Iterator[Script]:
    """The first hundred users."""
    return itertools.repeat([server.request("iam", "ListUsers", MaxItems="100")])


BESIDE_MOTO: dict[str, Act] = {
    "GetCallerIdentity": get_caller_identity,
    "GetUser": get_user,
    "ListAccessKeys": list_access_keys,
    "CreateUser": create_user,
    "CreateUser + DeleteUser": create_and_delete_user,
}
BY_SIZE: dict[str, Act] = {**BESIDE_MOTO, "GetUser (any)": get_any_user, "ListUsers (100)": list_users}


def turn_of(act: Act, server: Target, users: int) -> Callable[[], float]:
    """One turn of some load on a server; gives its rate."""
    return lambda: rate_of(server.url, act(server, users), SECONDS)


def rates(act: Act, servers: Sequence[tuple[Target, int]]) -> list[Rates]:
    """The rates of each server, measured in turns, so that other work on the machine disturbs all alike."""
    return in_turns([turn_of(act, server, users) for server, users in servers], ROUNDS)


def main() -> None:
    """Measures and prints."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bindery-bench-")))
        servers = []
        for users in SIZES:
            say(f"loading {users:,} users …")
            (folder / str(users)).mkdir()
            directory = stack.enter_context(world(users))
            servers.append((stack.enter_context(bindery(directory, folder / str(users))), users))
        other = (stack.enter_context(moto()), 0)
        by_name = {name: rates(act, [servers[0], other]) for name, act in BESIDE_MOTO.items()}
        by_size = {name: rates(act, servers) for name, act in BY_SIZE.items()}
    say()
    table(
        ["per second", "Bindery", "moto's server", "times"],
        [beside(name, *both) for name, both in by_name.items()],
    )
    table(
        ["per second", *(f"{size:,} users" for size in SIZES), "ratio"],
        [beside(name, *both) for name, both in by_size.items()],
    )


if __name__ == "__main__":
    main()
