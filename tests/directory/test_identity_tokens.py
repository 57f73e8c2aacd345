"""The keys behind identity tokens: made anew each month, and published as long as what they signed is good."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws

from adapter import Caller, Iam, RequestContext, open_iam
from adapter.ldap import SIGNING_KEY, Store
from adapter.models import Account, SigningKey
from adapter.operations.identity_tokens import published
from tests.conftest import ACCOUNT_ID, Directory
from tests.directory.conftest import sign_in

MONTH, HOUR = timedelta(days=30), timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    """When the test begins: keys are as old as the directory says."""
    return datetime.now(UTC)


@pytest.fixture
def issuer(directory: Directory) -> Iterator[Iam]:
    door = open_iam(replace(directory.settings, public_url="https://iam.example.org"))
    yield door
    door.close()


@pytest.fixture
def key_after(issuer: Iam, directory: Directory, now: datetime) -> Callable[..., str]:
    """Gives the id of the key that signs a token after some time."""
    root: Caller = sign_in(issuer, ACCOUNT_ID, None, directory.root_password)
    issuer.execute(root, "enable_outbound_web_identity_federation")

    def ask(age: timedelta, algorithm: str = "ES384") -> str:
        given = {"audience": ["x"], "signing_algorithm": algorithm, "duration_seconds": 3600}
        made = issuer.execute(root, "get_web_identity_token", given, RequestContext(now=now + age))
        found: str = jws.extract_compact(made["web_identity_token"].encode()).headers()["kid"]
        return found

    return ask


@pytest.fixture
def published_after(store: Store, account: Account, now: datetime) -> Callable[[timedelta], set[str]]:
    """Gives the ids of the keys that everybody is shown after some time."""

    def show(age: timedelta) -> set[str]:
        keys: list[SigningKey] = store.find(SIGNING_KEY, account)
        return {key.key_id for key in published(keys, now + age)}

    return show


def test_a_key_signs_for_a_month(key_after: Callable[..., str]) -> None:
    first = key_after(timedelta())
    assert key_after(MONTH - timedelta(minutes=1)) == first
    assert key_after(MONTH + timedelta(minutes=1)) != first


def test_a_token_can_be_verified_as_long_as_it_lasts(
    key_after: Callable[..., str], published_after: Callable[[timedelta], set[str]]
) -> None:
    first = key_after(timedelta())
    assert key_after(MONTH - timedelta(minutes=1)) == first
    assert published_after(MONTH + HOUR) == {first}
    assert published_after(MONTH + 3 * HOUR) == set()


def test_a_key_that_has_run_out_is_thrown_away(key_after: Callable[..., str], store: Store, account: Account) -> None:
    first = key_after(timedelta())
    second = key_after(MONTH + timedelta(minutes=1))
    third = key_after(3 * MONTH)
    left = {key.key_id for key in store.find(SIGNING_KEY, account)}
    assert left == {third}
    assert len({first, second, third}) == 3


def test_each_algorithm_has_keys_of_its_own(key_after: Callable[..., str], issuer: Iam) -> None:
    names = {algorithm: key_after(timedelta(), algorithm) for algorithm in ("ES384", "RS256")}
    shown = [json.loads(text) for text in issuer.identity_keys(ACCOUNT_ID) or []]
    assert {key["alg"]: key["kid"] for key in shown} == names
    private: set[str] = {"d", "p", "q", "dp", "dq", "qi"}
    assert not any(private & set(key) for key in shown)


def test_the_private_half_is_sealed(key_after: Callable[..., str], store: Store, account: Account) -> None:
    key_after(timedelta())
    for key in store.find(SIGNING_KEY, account):
        assert b"PRIVATE" not in key.sealed_key
        assert "PRIVATE" not in repr(key)
