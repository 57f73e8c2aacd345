"""A real directory for every test: a copy of a data folder that is made once a session, and slapd started on it."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from adapter import RequestContext, SessionClaims, open_iam
from adapter.server import PrivateServer, ServerConfig, bootstrap
from adapter.settings import Settings

ACCOUNT_ID = "123456789012"
SUFFIX = "dc=example,dc=org"
ROOT_EMAIL = "root@example.org"
ROOT_PASSWORD = "Root-password-1"
ENVIRONMENT = {
    "BINDERY_ACCOUNT_ID": ACCOUNT_ID,
    "BINDERY_ROOT_EMAIL": ROOT_EMAIL,
    "BINDERY_ROOT_PASSWORD": ROOT_PASSWORD,
}
settings.register_profile("untimed", deadline=None)  # other work on the machine is no fault of the code
settings.load_profile("untimed")

_WRITERS = {"ldapadd", "ldapdelete", "ldapmodify", "ldapmodrdn", "ldappasswd"}
_FEED_DELAY = 0.1
"""Seconds; what others write holds a few milliseconds later, on a busy machine some tens."""
_HERE = Path(__file__).parent
_MILLISECONDS = {"packaging": 5000, "browser": 2000, "faults": 2000, "adoption": 500, "clients": 150, "unit": 10}
_USUAL_MILLISECONDS = 60
"""What a test takes, about, by its folder."""
_OWN_AUTHENTICATION = {"-x", "-Y", "-D"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many `-n auto` is: more than there are processors, for tests wait for directories, browsers and clocks."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects without looking for garbage, here and later: thousands of tests last as long as the run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files first that take longest: one that is begun last keeps one processor busy and the others idle."""
    spent = Counter[Path]()
    for item in items:
        folder = item.path.relative_to(_HERE).parts[0]
        spent[item.path] += _MILLISECONDS.get(folder, _USUAL_MILLISECONDS)
    items.sort(key=lambda item: -spent[item.path])


@dataclass(frozen=True)
class Directory:
    """A running private server and what a test needs to know of it."""

    server: PrivateServer
    settings: Settings
    account_id: str = ACCOUNT_ID
    root_email: str = ROOT_EMAIL
    root_password: str = ROOT_PASSWORD

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def suffix(self) -> str:
        return self.settings.suffix

    @property
    def ldap_uri(self) -> str:
        return self.server.ldap_uri

    def ldap(
        self, program: str, *arguments: str, stdin: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of ldap-utils: as the adapter, or as whom its arguments (-x, -D …) say."""
        own = _OWN_AUTHENTICATION & set(arguments)
        where = [] if "-H" in arguments else ["-H", self.ldap_uri if own else self.server.ldapi_uri]
        who = [] if own else ["-Q", "-Y", "EXTERNAL"]
        unfolded = ["-o", "ldif-wrap=no"] if program == "ldapsearch" else []
        command = [program, *where, *who, *unfolded, *arguments]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=60)
        if program in _WRITERS:
            time.sleep(_FEED_DELAY)
        if check and result.returncode:
            raise AssertionError(f"{command} ended with {result.returncode}: {result.stdout}{result.stderr}")
        return result

    def ldap_as(
        self, name: str, password: str, program: str, *arguments: str, stdin: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of ldap-utils as a user (`bob`) or as any DN."""
        dn = name if "=" in name else f"uid={name},ou=people,{self.suffix}"
        return self.ldap(program, "-x", "-D", dn, "-w", password, *arguments, stdin=stdin, check=check)


def make_template(data: Path, *, demo: bool) -> Path:
    """A data folder as the first start leaves it."""
    first = bootstrap(data, ENVIRONMENT)
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX)) as server:
        server.prepare(first, demo=demo)
    return data


def running_copy(template: Path, data: Path) -> Iterator[Directory]:
    """A server on a copy of a template."""
    shutil.copytree(template, data, symlinks=True)
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX)) as server:
        server.prepare()
        server.start()
        yield Directory(server, Settings(data=data, suffix=SUFFIX))


def root_sign_in(template: Path, data: Path) -> SessionClaims:
    """What a sign-in of the root user rests on: the same in every copy of a template, and 40 ms of hashing."""
    for directory in running_copy(template, data):
        iam = open_iam(directory.settings)
        attempt = iam.login.begin(directory.account_id, None, directory.root_password, RequestContext())
        iam.close()
    assert attempt.session is not None, attempt.owed
    return attempt.session


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without the demo; tests copy it and leave it alone."""
    return make_template(tmp_path_factory.mktemp("template") / "data", demo=False)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo; tests copy it and leave it alone."""
    return make_template(tmp_path_factory.mktemp("demo-template") / "data", demo=True)


@pytest.fixture(scope="session")
def root_claims(template: Path, tmp_path_factory: pytest.TempPathFactory) -> SessionClaims:
    """The root user's sign-in at copies of `template`."""
    return root_sign_in(template, tmp_path_factory.mktemp("root-claims") / "data")


@pytest.fixture(scope="session")
def demo_root_claims(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> SessionClaims:
    """The root user's sign-in at copies of `demo_template`."""
    return root_sign_in(demo_template, tmp_path_factory.mktemp("demo-root-claims") / "data")


@pytest.fixture
def directory(template: Path, tmp_path: Path) -> Iterator[Directory]:
    """A running directory with the base tree and the system-defined policies."""
    yield from running_copy(template, tmp_path / "data")


@pytest.fixture
def demo_directory(demo_template: Path, tmp_path: Path) -> Iterator[Directory]:
    """A running directory with the demo story."""
    yield from running_copy(demo_template, tmp_path / "data")
