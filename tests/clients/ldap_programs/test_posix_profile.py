"""Accounts on Unix systems as Bindery itself gives them: real machines see its users and groups, and let them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.ldap_programs.company import PASSWORD, Company, open_company
from tests.clients.ldap_programs.unix import Nslcd, Sssd, UnixLogin

pytestmark = pytest.mark.parametrize("program", [Nslcd, Sssd], ids=lambda program: program.recipe, indirect=True)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company that wants numbers for its people."""
    with open_company(tmp_path_factory.mktemp("posix-company")) as found:
        found.do("update_posix_settings", enabled=True, home_directory="/srv/home/%u", login_shell="/bin/sh")
        yield found


def settings(company: Company) -> dict[str, Any]:
    return dict(company.iam.execute(company.root, "get_posix_settings")["posix_settings"])


def test_a_new_user_is_one_of_the_machine_without_further_ado(program: UnixLogin, company: Company) -> None:
    name = company.person()
    fields = program.getent("passwd", name).split(":")
    assert fields[0] == name
    assert int(fields[2]) >= 10_000
    assert fields[5:] == [f"/srv/home/{name}", "/bin/sh"]
    assert program.admits(name, PASSWORD)
    assert not program.admits(name, "Not-the-password-1")


def test_the_primary_group_and_the_others_have_names(program: UnixLogin, company: Company) -> None:
    name = company.person()
    told = program.machine.run("id", name, check=True).stdout
    assert f"({settings(company)['group_name']})" in told
    assert "(DevelopmentPersonnel)" in told


def test_who_may_not_bind_is_known_and_not_let_in(program: UnixLogin, company: Company) -> None:
    name = company.person()
    company.do("update_user_bind_settings", user_name=name, bind_mode="app-passwords")
    assert program.getent("passwd", name).startswith(f"{name}:")
    assert not program.admits(name, PASSWORD)
