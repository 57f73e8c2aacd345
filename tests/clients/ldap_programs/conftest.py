"""A company whose people are in the directory, and the programs that they sign in to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.ldap_programs.company import Company, open_company
from tests.clients.ldap_programs.programs import Program


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One company for all programs; each test hires people of its own."""
    with open_company(tmp_path_factory.mktemp("company")) as found:
        yield found


@pytest.fixture(scope="module")
def program(
    request: pytest.FixtureRequest, company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """The program that the test is parametrized with, running."""
    folder = tmp_path_factory.mktemp(request.param.recipe)
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)  # the programs run as users of their own
    running = request.param(company, folder)
    yield running
    running.close()
