"""The recipes' advice on second factors: an application whose base is its own takes app passwords and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.clients.ldap_programs.company import PASSWORD, Company
from tests.clients.ldap_programs.programs import Apache, Dovecot, FreeRadius, Program

APPLICATION = "wiki"
BASE = f"ou={APPLICATION},ou=apps,ou=iam,dc=example,dc=org"


def _moved(pages: dict[str, str]) -> dict[str, str]:
    """A recipe's files with the application's base in place of people's and groups'."""
    moved = re.compile(r"ou=(?:people|groups),(?:dc=example,dc=org|\$\{\.\.base_dn\})")
    return {name: moved.sub(BASE, text) for name, text in pages.items()}


class WikiApache(Apache):
    """Apache as the recipe has it, with a base of its own."""

    def pages(self) -> dict[str, str]:
        return _moved(super().pages())


class WikiDovecot(Dovecot):
    """Dovecot, likewise."""

    def pages(self) -> dict[str, str]:
        return _moved(super().pages())


class WikiFreeRadius(FreeRadius):
    """FreeRADIUS, likewise."""

    def pages(self) -> dict[str, str]:
        return _moved(super().pages())


pytestmark = pytest.mark.parametrize(
    "program", [WikiApache, WikiDovecot, WikiFreeRadius], ids=lambda program: program.recipe, indirect=True
)


def test_the_app_password_opens_the_application_and_the_own_one_does_not(program: Program, company: Company) -> None:
    name = company.person()
    secret, _ = company.app_password(name, APPLICATION)
    assert program.admits(name, secret)
    assert not program.admits(name, PASSWORD)


def test_the_app_password_of_another_application_does_not_open_it(program: Program, company: Company) -> None:
    name = company.person()
    company.app_password(name, APPLICATION)
    other, _ = company.app_password(name, "calendar")
    assert not program.admits(name, other)


def test_who_is_outside_the_group_stays_outside(program: Program, company: Company) -> None:
    name = company.person(group="TestPersonnel")
    secret, _ = company.app_password(name, APPLICATION)
    assert not program.admits(name, secret)


def test_an_app_password_that_is_taken_back_opens_nothing(program: Program, company: Company) -> None:
    name = company.person()
    secret, credential = company.app_password(name, APPLICATION)
    assert program.admits(name, secret)
    company.do("delete_service_specific_credential", user_name=name, service_specific_credential_id=credential)
    assert not program.admits(name, secret)


def test_who_is_disabled_stays_outside_at_once(program: Program, company: Company) -> None:
    name = company.person()
    secret, _ = company.app_password(name, APPLICATION)
    company.disable(name)
    assert not program.admits(name, secret)


def test_who_may_bind_with_app_passwords_alone_gets_in_with_one(program: Program, company: Company) -> None:
    name = company.person()
    secret, _ = company.app_password(name, APPLICATION)
    company.modify(name, "add: iamBindMode", "iamBindMode: app-passwords")
    assert program.admits(name, secret)
    assert company.directory.ldap_as(name, PASSWORD, "ldapwhoami", check=False).returncode == 49
