"""Unix machines whose users are in the directory: `getent`, `id`, and what becomes of names and numbers."""

from __future__ import annotations

import pytest

from tests.clients.ldap_programs.company import GROUP, GROUP_NUMBER, PASSWORD, Company
from tests.clients.ldap_programs.unix import Nslcd, Sssd, UnixLogin

pytestmark = pytest.mark.parametrize("program", [Nslcd, Sssd], ids=lambda program: program.recipe, indirect=True)


def test_getent_knows_a_user(program: UnixLogin, company: Company) -> None:
    name = company.person()
    number = company.make_posix(name)
    fields = program.getent("passwd", name).split(":")
    assert [fields[0], *fields[2:4], *fields[5:]] == [name, str(number), str(GROUP_NUMBER), f"/home/{name}", "/bin/sh"]
    assert program.getent("passwd", str(number)).startswith(f"{name}:")


def test_getent_shows_no_password(program: UnixLogin, company: Company) -> None:
    name = company.person()
    company.make_posix(name)
    assert program.getent("passwd", name).split(":")[1] in {"x", "*"}
    assert program.getent("shadow", name).split(":")[1:2] in (["*"], [])


def test_getent_knows_a_group_with_its_members(program: UnixLogin, company: Company) -> None:
    name = company.person()
    company.make_posix(name)
    fields = program.getent("group", str(GROUP_NUMBER)).split(":")
    assert (fields[0], fields[2]) == (GROUP, str(GROUP_NUMBER))
    assert name in fields[3].split(",")


def test_id_tells_number_and_groups(program: UnixLogin, company: Company) -> None:
    name = company.person()
    number = company.make_posix(name)
    told = program.machine.run("id", name, check=True).stdout
    assert told == f"uid={number}({name}) gid={GROUP_NUMBER}({GROUP}) groups={GROUP_NUMBER}({GROUP})\n"


def test_who_has_no_posix_profile_is_no_user_of_the_machine(program: UnixLogin, company: Company) -> None:
    name = company.person()
    assert program.getent("passwd", name) == ""
    assert not program.admits(name, PASSWORD)


def test_who_is_disabled_keeps_the_number(program: UnixLogin, company: Company) -> None:
    name = company.person()
    number = company.make_posix(name)
    company.disable(name)
    assert program.getent("passwd", name).split(":")[2] == str(number)
    assert not program.admits(name, PASSWORD)


def test_who_is_disabled_stays_outside_without_a_password_too(program: UnixLogin, company: Company) -> None:
    name = company.person()
    company.make_posix(name)
    with_a_key = ("pamtester", "bindery", name, "acct_mgmt")  # what sshd asks about somebody whose key it took
    assert program.machine.run(*with_a_key).returncode == 0
    company.disable(name)
    assert program.machine.run(*with_a_key).returncode != 0


def test_who_leaves_the_group_stays_outside_without_a_password_too(program: UnixLogin, company: Company) -> None:
    name = company.person()
    company.make_posix(name)
    company.do("remove_user_from_group", group_name=GROUP, user_name=name)
    assert program.machine.run("pamtester", "bindery", name, "acct_mgmt").returncode != 0


def test_who_is_renamed_keeps_number_and_home(program: UnixLogin, company: Company) -> None:
    name = company.person()
    number = company.make_posix(name)
    new = company.rename(name)
    fields = program.getent("passwd", new).split(":")
    assert (fields[2], fields[5]) == (str(number), f"/home/{name}")


def test_a_user_changes_the_password_at_the_machine(program: UnixLogin, company: Company) -> None:
    name = company.person()
    number = company.make_posix(name)
    assert program.admits(name, PASSWORD)
    typed = f"{PASSWORD}\nA-newer-password-2\nA-newer-password-2\n"
    change = program.machine.as_user(number, GROUP_NUMBER, "pamtester", "bindery", name, "chauthtok")
    done = program.machine.run(*change, stdin=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert program.admits(name, "A-newer-password-2")
    assert not program.admits(name, PASSWORD)
