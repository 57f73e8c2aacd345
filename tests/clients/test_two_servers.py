"""Two web servers' processes on one directory: what is done at one counts at the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.clients.conftest import Api, Key, serving
from tests.clients.test_sts import temporary
from tests.conftest import running_copy
from tests.documents import allow

SOON = 1000
"""Calls within which the news is heard; it takes a few milliseconds."""


@dataclass(frozen=True)
class Pair:
    """Both servers."""

    here: Api
    there: Api


@pytest.fixture(scope="module")
def pair(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    for directory in running_copy(template, folder / "data"):
        with serving(directory, folder / "here.log") as here, serving(directory, folder / "there.log") as there:
            yield Pair(here, there)


@pytest.fixture
def key(pair: Pair, name: str) -> Key:
    """The key of a user of that name, which the other server has seen."""
    pair.here.client("iam").create_user(UserName=name)
    key = pair.here.key_of(name)
    pair.there.client("sts", key).get_caller_identity()
    return key


def refusal(call: Callable[[], Any]) -> str:
    """The code that a call is refused with; empty when it is not."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def becomes(call: Callable[[], Any], code: str) -> bool:
    """Whether a call comes to be refused with that code (or no longer, where that is empty)."""
    return any(refusal(call) == code for _ in range(SOON))


def test_a_new_key_is_good_at_the_other_server_at_once(pair: Pair, name: str) -> None:
    pair.here.client("iam").create_user(UserName=name)
    for _ in range(10):
        key = pair.here.key_of(name)
        assert not refusal(pair.there.client("sts", key).get_caller_identity)
        pair.here.client("iam").delete_access_key(UserName=name, AccessKeyId=key.id)


def test_a_key_that_is_switched_off_ends_at_the_other_server(pair: Pair, key: Key, name: str) -> None:
    pair.here.client("iam").update_access_key(UserName=name, AccessKeyId=key.id, Status="Inactive")
    assert becomes(pair.there.client("sts", key).get_caller_identity, "InvalidClientTokenId")


def test_permissions_come_and_go_at_the_other_server(pair: Pair, key: Key, name: str) -> None:
    here, there = pair.here.client("iam"), pair.there.client("iam", key)
    assert refusal(there.list_users) == "AccessDenied"
    here.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allow("iam:ListUsers"))
    assert becomes(there.list_users, "")
    here.delete_user_policy(UserName=name, PolicyName="p")
    assert becomes(there.list_users, "AccessDenied")


def test_a_session_is_good_at_both_and_ends_at_both_with_its_user(pair: Pair, key: Key, name: str) -> None:
    made = pair.here.client("sts", key).get_session_token()["Credentials"]
    clients = [temporary(server, made) for server in (pair.here, pair.there)]
    assert not any(refusal(client.get_caller_identity) for client in clients)
    iam = pair.there.client("iam")
    iam.delete_access_key(UserName=name, AccessKeyId=key.id)
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    assert all(becomes(client.get_caller_identity, "InvalidClientTokenId") for client in clients)
