"""The commands of the page on ldap-utils, as they stand there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.clients.ldap_programs.company import Company
from tests.clients.ldap_programs.machine import Machine
from tests.clients.ldap_programs.programs import CA
from tests.clients.ldap_programs.recipes import files, steps

SECRET = "etc/ldap/joy.secret"


@pytest.fixture
def machine(company: Company, tmp_path) -> Iterator[Machine]:
    own = files("ldap-utils", company.values)
    own |= {SECRET: own[SECRET].rstrip("\n"), CA: company.authority.read_text()}
    running = Machine(tmp_path / "own", own)
    yield running
    running.close()


def test_the_page_answers_as_it_says(company: Company, machine: Machine) -> None:
    for step in steps("ldap-utils", company.values):
        ldapi = f"LDAPI={company.directory.server.ldapi_uri}"
        done = machine.run("env", ldapi, "sh", "-c", step.command)
        for line in step.answer:
            assert line in done.stdout.splitlines(), (step.command, done.stdout, done.stderr)


def test_the_page_shows_every_program_of_the_package(company: Company) -> None:
    listing = subprocess.run(["dpkg", "-L", "ldap-utils"], capture_output=True, text=True, check=True).stdout
    programs = {line.removeprefix("/usr/bin/") for line in listing.splitlines() if line.startswith("/usr/bin/")}
    commands = " ".join(step.command for step in steps("ldap-utils", company.values)).split()
    assert programs - set(commands) == set()
    assert len(programs) >= 10
