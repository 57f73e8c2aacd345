"""Moving out of a server that is somebody else's: everything of the company stays as it was."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from adapter.adoption.installing import JOURNAL
from adapter.adoption.removal import plan_removal, remove
from adapter.adoption.target import Doors
from tests.adoption.conftest import GROUPS, PEOPLE, Moved, move_in, opened, target
from tests.adoption.foreign import SUFFIX, Company, configure, running
from tests.adoption.running import OWN, bindery


def test_removal_leaves_everything_of_the_company_as_it_was(server: Company, tmp_path: Path) -> None:
    before = server.dump(), server.configuration()
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    assert bindery(server, tmp_path / "data", "--remove", "--yes").exit_code == 0
    assert (server.dump(), server.configuration()) == before
    assert not (tmp_path / "data" / JOURNAL).exists()


def test_removal_without_the_data_folder_knows_what_was_added(server: Company, tmp_path: Path) -> None:
    before = server.dump(), server.configuration()
    assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
    (tmp_path / "other").mkdir()
    assert bindery(server, tmp_path / "other", "--remove", "--yes").exit_code == 0
    assert (server.dump(), server.configuration()) == before


def test_a_removal_that_is_interrupted_goes_on_from_where_it_was(moved: Moved) -> None:
    where = target(moved.company, moved.settings.data)

    def interrupt(stop_at: str, what: str, _refusal: str) -> None:
        if what == stop_at:
            raise KeyboardInterrupt

    for stop_at in ("Adopted people and groups", "Bindery's own entries"):
        with Doors(where) as doors, pytest.raises(KeyboardInterrupt):
            remove(plan_removal(where, doors), doors, partial(interrupt, stop_at))
    with Doors(where) as doors:
        assert remove(plan_removal(where, doors), doors, lambda _what, _refusal: None).left == ()
        assert not plan_removal(where, doors).anything
    assert not [line for line in moved.company.configuration() if "ou=iam" in line]


def test_a_group_that_has_nobody_but_what_fills_it_keeps_that(moved: Moved) -> None:
    only = (
        f"dn: cn=few,{GROUPS}\nobjectClass: groupOfNames\nobjectClass: iamGroup\ncn: few\nmember: uid=gone,{PEOPLE}\n"
    )
    moved.company.ldap("ldapadd", stdin=only)
    moved.do("create_user", user_name="gone")
    assert moved.do("get_group", group_name="few")["users"] == []
    where = target(moved.company, moved.settings.data)
    with Doors(where) as doors:
        remove(plan_removal(where, doors), doors, lambda _what, _refusal: None)
    assert f"member: cn=.empty,{OWN}" in moved.company.dump()[f"dn: cn=few,{GROUPS}"]


def test_removal_of_nothing_says_so(server: Company, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    result = bindery(server, tmp_path / "data", "--remove", "--yes")
    assert (result.exit_code, "Nothing of Bindery is there." in result.output) == (0, True)


def test_it_can_move_in_again_after_a_removal(server: Company, tmp_path: Path) -> None:
    for _ in range(2):
        assert bindery(server, tmp_path / "data", "--yes").exit_code == 0
        assert bindery(server, tmp_path / "data", "--remove", "--yes").exit_code == 0


def test_an_empty_database_gets_its_first_entry_and_loses_it_again(tmp_path: Path) -> None:
    configure(tmp_path / "server")
    with running(tmp_path / "server") as server:
        where = target(server, tmp_path / "data", users=None, groups=None)
        move_in(where)
        for moved in opened(server, tmp_path / "data"):
            moved.do("create_user", user_name="first")
            assert f"dn: uid=first,{SUFFIX}" in server.dump()
        with Doors(where) as doors:
            remove(plan_removal(where, doors), doors, lambda _what, _refusal: None)
        assert server.ldap("ldapsearch", "-LLL", "-b", SUFFIX, check=False).returncode == 32


def test_people_that_bindery_made_may_stay_as_plain_ones(moved: Moved) -> None:
    moved.do("create_user", user_name="newcomer", tags=[{"key": "a", "value": "b"}])
    where = target(moved.company, moved.settings.data)
    with Doors(where) as doors:
        remove(plan_removal(where, doors, keep_people=True), doors, lambda _what, _refusal: None)
    entry = moved.company.dump()[f"dn: uid=newcomer,{PEOPLE}"]
    assert "objectClass: inetOrgPerson" in entry
    assert not [line for line in entry if "iam" in line]
