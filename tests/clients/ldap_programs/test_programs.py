"""Every program that signs people in by LDAP, as its recipe configures it: who gets in, and who does not."""

from __future__ import annotations

import pytest

from tests.clients.ldap_programs.company import PASSWORD, Company
from tests.clients.ldap_programs.programs import (
    Apache,
    Dovecot,
    FreeRadius,
    LdapAccountManager,
    PhpLdapAdmin,
    PostgreSql,
    Program,
)
from tests.clients.ldap_programs.unix import Nginx, Nslcd, Sssd

PROGRAMS = (Apache, FreeRadius, Dovecot, PostgreSql, Nslcd, Sssd, Nginx, PhpLdapAdmin, LdapAccountManager)

each = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.recipe, indirect=True)
each_with_groups = pytest.mark.parametrize(
    "program",
    [program for program in PROGRAMS if program.asks_for_group],
    ids=lambda program: program.recipe,
    indirect=True,
)


@each
def test_a_member_of_the_group_gets_in(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)


@each
@pytest.mark.parametrize("password", ["A-wrong-password-1", "", "*", PASSWORD.lower()])
def test_a_wrong_password_stays_outside(program: Program, company: Company, password: str) -> None:
    name = company.person()
    program.expect(name)
    assert not program.admits(name, password)


@each_with_groups
def test_who_is_outside_the_group_stays_outside(program: Program, company: Company) -> None:
    name = company.person(group="TestPersonnel")
    program.expect(name)
    assert not program.admits(name, PASSWORD)


@each
def test_who_is_disabled_stays_outside_at_once(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    company.disable(name)
    assert not program.admits(name, PASSWORD)


@each_with_groups
def test_who_leaves_the_group_stays_outside_at_once(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    company.do("remove_user_from_group", group_name="DevelopmentPersonnel", user_name=name)
    assert not program.admits(name, PASSWORD)


@each
def test_who_is_renamed_gets_in_with_the_new_name_alone(program: Program, company: Company) -> None:
    name = company.person()
    program.expect(name)
    assert program.admits(name, PASSWORD)
    new = company.rename(name)
    program.expect(new)
    assert program.admits(new, PASSWORD)
    assert not program.admits(name, PASSWORD)


@each
def test_a_name_that_is_a_filter_is_taken_as_a_name(program: Program, company: Company) -> None:
    assert not program.admits("*", PASSWORD)
    assert not program.admits("bob)(uid=*", PASSWORD)
