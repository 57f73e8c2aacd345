"""boto3's paginators, also while others create and delete."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.benchmarks.worlds import name_of, world
from tests.clients.conftest import Api, serving
from tests.clients.refusals import refused

USERS = 10_000


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API on a directory with very many users."""
    with world(USERS) as directory, serving(directory, tmp_path_factory.mktemp("api") / "web.log") as found:
        yield found


@pytest.fixture(scope="module")
def crowd() -> set[str]:
    """The users who stay."""
    return {name_of(number) for number in range(USERS)}


def listed(iam: Any, size: int) -> list[str]:
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": size})
    return [user["UserName"] for page in pages for user in page["Users"]]


@pytest.mark.parametrize("size", [333, 1000])
def test_every_user_is_listed_once_and_in_order(iam: Any, crowd: set[str], size: int) -> None:
    names = listed(iam, size)
    assert set(names) >= crowd
    assert len(names) == len(set(names))
    assert names == sorted(names, key=str.casefold)


def test_a_page_has_a_hundred_users_unless_one_says_otherwise(iam: Any, crowd: set[str]) -> None:
    page = iam.list_users()
    assert (len(page["Users"]), page["IsTruncated"]) == (100, True)
    assert len(iam.list_users(Marker=page["Marker"], MaxItems=3)["Users"]) == 3


def test_a_marker_that_is_none_of_ours_is_refused(iam: Any) -> None:
    with refused("ValidationError", 400, "Invalid Marker."):
        iam.list_users(Marker="bm9uc2Vuc2U")


def test_while_others_come_and_go_those_who_stay_are_listed_once(api: Api, crowd: set[str]) -> None:
    ended = threading.Event()
    trouble: list[BaseException] = []

    def come_and_go(prefix: str) -> None:
        client = api.client("iam")
        number = 0
        try:
            while not ended.is_set():
                client.create_user(UserName=f"{prefix}{number}")
                client.delete_user(UserName=f"{prefix}{number}")
                number += 1
        except BaseException as error:
            trouble.append(error)

    others = [threading.Thread(target=come_and_go, args=(prefix,)) for prefix in ("aaa", "user005000x", "zzz")]
    for other in others:
        other.start()
    try:
        names = listed(api.client("iam"), 200)
    finally:
        ended.set()
        for other in others:
            other.join()
    assert not trouble
    assert len(names) == len(set(names))
    assert crowd <= set(names)


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("list_groups", "Groups"),
        ("list_roles", "Roles"),
        ("list_policies", "Policies"),
        ("list_account_aliases", "AccountAliases"),
        ("list_access_keys", "AccessKeyMetadata"),
    ],
)
def test_every_paginator_ends(iam: Any, operation: str, key: str) -> None:
    pages = list(iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}))
    assert all(len(page[key]) <= 1 for page in pages)
    assert pages[-1]["IsTruncated"] is False
