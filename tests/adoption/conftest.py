"""A company's server in the states that it goes through: as it was, with Bindery moved in, with its people adopted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from adapter import Caller, Iam, Settings, open_iam
from adapter.adoption.adopting import open_adoption
from adapter.adoption.installing import carry_out, make_plan, write_settings
from adapter.adoption.maps import presets, read_map
from adapter.adoption.target import Administrator, Doors, Target
from adapter.installation.folder import Installation
from tests.adoption.company import GROUPS, PEOPLE, Tree, company
from tests.adoption.foreign import (
    ADMIN,
    ADMIN_PASSWORD,
    CONFIG_ADMIN,
    CONFIG_PASSWORD,
    SUFFIX,
    Company,
    configure,
    load,
    running,
)
from tests.directory.conftest import sign_in

ENVIRONMENT = {"BINDERY_ACCOUNT_ID": "123456789012", "BINDERY_ROOT_PASSWORD": "Root-password-1"}
CORP = company(people=60, groups=9, everyone=45)


@dataclass(frozen=True)
class Moved:
    """Bindery on a company's server."""

    company: Company
    settings: Settings
    iam: Iam
    root: Caller

    def do(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.iam.execute(self.root, operation, params)


def target(company: Company, data: Path, **options: Any) -> Target:
    """The company's server, as its administrators see it."""
    return Target(
        data=data,
        administrator=Administrator(company.uri, ADMIN, ADMIN_PASSWORD),
        config=Administrator(company.uri, CONFIG_ADMIN, CONFIG_PASSWORD),
        **{"users": PEOPLE, "groups": GROUPS} | options,
    )


def move_in(where: Target) -> None:
    """What `bindery init` does."""
    with Doors(where) as doors:
        plan = make_plan(where, doors, ENVIRONMENT)
        assert carry_out(plan, doors, lambda _what, refusal: _fail(refusal)) == []
        write_settings(plan)


def _fail(refusal: str) -> None:
    assert not refusal


def adopt(settings: Settings, preset: str = "openldap") -> int:
    """What `bindery adopt --apply` does."""
    adoption = open_adoption(settings)
    try:
        tree = read_map(presets()[preset])
        return adoption.adopt(tree, adoption.look(tree), lambda _done, _total: None)
    finally:
        adoption.close()


def settings_of(company: Company, data: Path) -> Settings:
    """How Bindery reaches the server, which has another port than when it moved in."""
    return replace(Installation(data, {}).settings, ldap_uris=(company.uri,))


@pytest.fixture(scope="session")
def corp() -> Tree:
    return CORP


@pytest.fixture(scope="session")
def as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's server before anybody thought of Bindery."""
    folder = tmp_path_factory.mktemp("company") / "server"
    configure(folder)
    load(folder, CORP.text)
    return folder


@pytest.fixture(scope="session")
def adopted_template(as_it_was: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with Bindery moved in and everybody adopted; `data` is Bindery's own folder."""
    folder = tmp_path_factory.mktemp("adopted") / "server"
    shutil.copytree(as_it_was, folder)
    with running(folder) as server:
        move_in(target(server, folder / "data"))
        assert adopt(settings_of(server, folder / "data")) == 70
    return folder


@pytest.fixture
def server(as_it_was: Path, tmp_path: Path) -> Iterator[Company]:
    """The company's server, running."""
    shutil.copytree(as_it_was, tmp_path / "server")
    with running(tmp_path / "server") as company:
        yield company


@pytest.fixture
def moved(adopted_template: Path, tmp_path: Path) -> Iterator[Moved]:
    """Bindery on the company's server, with everybody adopted."""
    shutil.copytree(adopted_template, tmp_path / "server", ignore=shutil.ignore_patterns("ldapi"))
    with running(tmp_path / "server") as company:
        yield from opened(company, tmp_path / "server" / "data")


@pytest.fixture(scope="module")
def resting(adopted_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    """The same for a whole module: for tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("resting") / "server"
    shutil.copytree(adopted_template, folder, ignore=shutil.ignore_patterns("ldapi"))
    with running(folder) as company:
        yield from opened(company, folder / "data")


def opened(company: Company, data: Path) -> Iterator[Moved]:
    """Bindery on a server that it has moved into."""
    settings = settings_of(company, data)
    iam = open_iam(settings)
    root = sign_in(iam, ENVIRONMENT["BINDERY_ACCOUNT_ID"], None, ENVIRONMENT["BINDERY_ROOT_PASSWORD"])
    yield Moved(company, settings, iam, root)
    iam.close()


__all__ = ["ENVIRONMENT", "GROUPS", "PEOPLE", "SUFFIX", "Moved", "adopt", "move_in", "opened", "settings_of", "target"]
