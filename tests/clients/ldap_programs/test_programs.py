"""Every program that signs people in by LDAP, as its recipe configures it: who gets in, and who does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.ldap_programs.conftest import PASSWORD, Company
from tests.clients.ldap_programs.programs import Apache, Dovecot, FreeRadius, PostgreSql, Program

PROGRAMS = (Apache, FreeRadius, Dovecot, PostgreSql)


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda program: program.recipe)
def program(
    request: pytest.FixtureRequest, company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp(request.param.recipe)
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)  # the programs run as users of their own
    running = request.param(company, folder)
    yield running
    running.close()


def test_a_member_of_the_group_gets_in(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)


@pytest.mark.parametrize("password", ["A-wrong-password-1", "", "*", PASSWORD.lower()])
def test_a_wrong_password_stays_outside(program: Program, company: Company, password: str) -> None:
    name = company.person()
    program.expect(name)
    assert not program.admits(name, password)


def test_who_is_outside_the_group_stays_outside(program: Program, company: Company) -> None:
    name = company.person(group="TestPersonnel")
    program.expect(name)
    assert not program.admits(name, PASSWORD)


def test_who_is_disabled_stays_outside_at_once(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    company.disable(name)
    assert not program.admits(name, PASSWORD)


def test_who_leaves_the_group_stays_outside_at_once(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    company.do("remove_user_from_group", group_name="DevelopmentPersonnel", user_name=name)
    assert not program.admits(name, PASSWORD)


def test_who_is_renamed_gets_in_with_the_new_name_alone(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    new = company.rename(name)
    program.expect(new)
    assert program.admits(new, PASSWORD)
    assert not program.admits(name, PASSWORD)


def test_a_name_that_is_a_filter_is_taken_as_a_name(program: Program, company: Company) -> None:
    assert not program.admits("*", PASSWORD)
    assert not program.admits("bob)(uid=*", PASSWORD)
