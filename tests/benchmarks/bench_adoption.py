"""What it costs to adopt a company of 20,000 people, beside the bare writes by ldap3, and to work there afterwards.

Run it with `python -m tests.benchmarks.bench_adoption`; two to five minutes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ldap3
from rich.progress import Progress

from adapter import Settings
from adapter.adoption.adopting import open_adoption
from adapter.adoption.maps import presets, read_map
from tests.adoption.company import Tree, company
from tests.adoption.conftest import Moved, move_in, opened, settings_of, target
from tests.adoption.foreign import Company, configure, load, running
from tests.benchmarks.tables import say, table

PEOPLE, GROUPS, EVERYONE = 20_000, 100, 15_000
ROUNDS = 2
MEGABYTES = 2_048
ALLOWED = 3.0
"""How many times the time of the bare writes adopting may take."""


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def bare(settings: Settings, places: Iterable[tuple[str, str]], operation: str) -> None:
    """ldap3's own writes, one after the other, as Bindery's own entry."""
    server = ldap3.Server(settings.ldap_uris[0], get_info=ldap3.NONE)
    identity = {"user": settings.ldap_bind_dn, "password": settings.ldap_bind_password}
    connection = ldap3.Connection(server, **identity, auto_bind=True, check_names=False)
    for at, mark in places:
        if not connection.modify(at, {"objectClass": [(operation, [mark])]}):
            raise AssertionError(connection.result)
    connection.unbind()


def adoption(settings: Settings) -> tuple[float, float, int]:
    """Seconds to look, seconds to adopt, and how many were adopted; the progress shows."""
    opened_adoption = open_adoption(settings)
    tree = read_map(presets()["openldap"])
    start = time.perf_counter()
    found = opened_adoption.look(tree)
    looked = time.perf_counter() - start
    with Progress() as bar:
        task = bar.add_task("Adopting", total=None)
        done = opened_adoption.adopt(tree, found, lambda now, total: bar.update(task, completed=now, total=total))
    spent = time.perf_counter() - start - looked
    opened_adoption.close()
    return looked, spent, done


def work(moved: Moved, tree: Tree) -> list[tuple[str, float]]:
    """What calls on the adopted tree take, in milliseconds: the best of some."""
    calls: dict[str, Callable[[], Any]] = {
        "get a user": lambda: moved.do("get_user", user_name="u00001"),
        "list 100 users": lambda: moved.do("list_users", max_items=100),
        "list 100 users in the console": lambda: moved.do("search_users", max_items=100),
        "groups of a user": lambda: moved.do("list_groups_for_user", user_name="u00001"),
        "a group of 300": lambda: moved.do("get_group", group_name="team-0", max_items=100),
        f"a group of {len(tree.members['everyone']):,}": lambda: moved.do("list_members", group_name="everyone"),
    }
    return [(name, 1000 * min(seconds(call) for _ in range(5))) for name, call in calls.items()]


def compare(server: Company, data: Path, tree: Tree) -> float:
    """Measures bare writes and adoption in turns; how many times as long adoption took."""
    settings = settings_of(server, data)
    people = [(at, "iamUser") for at in tree.people.values()]
    places = [*people, *((f"cn={name},ou=teams,dc=corp,dc=example", "iamGroup") for name in tree.groups)]
    plain, adopted, looked = [], [], []
    for number in range(ROUNDS):
        plain.append(seconds(lambda: bare(settings, places, ldap3.MODIFY_ADD)))
        bare(settings, places, ldap3.MODIFY_DELETE)
        look, spent, done = adoption(settings)
        if done != len(places):
            raise AssertionError(f"{done} of {len(places)} were adopted")
        looked.append(look)
        adopted.append(look + spent)
        if number + 1 < ROUNDS:
            bare(settings, places, ldap3.MODIFY_DELETE)
    rows = [("ldap3: bare writes", min(plain)), ("looking", min(looked)), ("looking and adopting", min(adopted))]
    table((f"of {len(places):,} entries", "seconds"), rows)
    return min(adopted) / min(plain)


def main() -> None:
    """Prints the figures; fails when adopting takes longer than it may."""
    tree = company(PEOPLE, GROUPS, EVERYONE)
    with tempfile.TemporaryDirectory(prefix="bindery-bench-") as place:
        folder = Path(place) / "server"
        configure(folder, MEGABYTES)
        load(folder, tree.text)
        with running(folder) as server:
            say(f"init: {seconds(lambda: move_in(target(server, folder / 'data'))):.1f} s\n")
            ratio = compare(server, folder / "data", tree)
            say(f"adopting takes {ratio:.2f} times the bare writes\n")
            for moved in opened(server, folder / "data"):
                table(("on the adopted tree", "ms"), work(moved, tree))
    if ratio > ALLOWED:
        raise SystemExit(f"at most {ALLOWED} times was wanted")


if __name__ == "__main__":
    main()
