"""Fixtures for what runs on a real directory: the door, and callers who have signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapter import Caller, Iam, SessionClaims, open_iam
from adapter.ldap import Store
from adapter.models import Account
from tests.callers import resumed, sign_in
from tests.conftest import Directory, running_copy
from tests.directory.sessions import Signer

DEMO_PASSWORD = "Bindery-demo-1"


@pytest.fixture
def iam(directory: Any) -> Iterator[Iam]:
    door = open_iam(directory.settings)
    yield door
    door.close()


@pytest.fixture
def demo_iam(demo_directory: Any) -> Iterator[Iam]:
    door = open_iam(demo_directory.settings)
    yield door
    door.close()


@pytest.fixture
def root(iam: Iam, root_claims: SessionClaims) -> Caller:
    return resumed(iam, root_claims)


Do = Callable[..., dict[str, Any]]


@pytest.fixture
def do(iam: Iam, root: Caller) -> Do:
    """Calls an operation as the root user: `do("create_user", user_name="bob")`."""

    def call(operation: str, **params: Any) -> dict[str, Any]:
        return iam.execute(root, operation, params)

    return call


@pytest.fixture
def store(directory: Directory) -> Iterator[Store]:
    opened = Store.open(directory.settings)
    yield opened
    opened.close()


@pytest.fixture
def account(store: Store) -> Account:
    (only,) = store.accounts()
    return only


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Iam, Directory]]:
    """A door on one directory for a whole module: for tests that leave nothing behind."""
    for directory in running_copy(template, tmp_path_factory.mktemp("shared") / "data"):
        door = open_iam(directory.settings)
        yield door, directory
        door.close()


@pytest.fixture(scope="module")
def ask(shared: tuple[Iam, Directory], root_claims: SessionClaims) -> Do:
    """As `do`, on the shared directory."""
    door, _directory = shared
    return partial(_execute, door, resumed(door, root_claims))


def _execute(door: Iam, caller: Caller, operation: str, **params: Any) -> dict[str, Any]:
    return door.execute(caller, operation, params)


@pytest.fixture
def as_user(iam: Iam, directory: Any, do: Do) -> Callable[[str], Do]:
    """Makes a user with a password if need be, signs in, and gives what calls operations as that user."""

    def sign_in_as(name: str) -> Do:
        if name not in {user["user_name"] for user in do("list_users")["users"]}:
            do("create_user", user_name=name)
            do("create_login_profile", user_name=name, password=DEMO_PASSWORD)
        caller = sign_in(iam, directory.account_id, name, DEMO_PASSWORD)
        return lambda operation, **params: iam.execute(caller, operation, params)

    return sign_in_as


@pytest.fixture
def key_of(iam: Iam, do: Do) -> Callable[..., Signer]:
    """Makes a user with an access key and, if need be, permissions: `key_of("bob", ADMINISTRATOR)`."""

    def make(name: str, *policy_arns: str, document: str | None = None) -> Signer:
        do("create_user", user_name=name)
        for arn in policy_arns:
            do("attach_user_policy", user_name=name, policy_arn=arn)
        if document is not None:
            do("put_user_policy", user_name=name, policy_name="own", policy_document=document)
        return Signer(iam, do("create_access_key", user_name=name)["access_key"])

    return make
