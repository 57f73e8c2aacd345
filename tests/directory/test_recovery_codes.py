"""Recovery codes: good once, kept as digests, counted with other wrong codes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapter import Caller, Iam, RequestContext, Settings
from adapter.crypto.recovery import new_recovery_codes, recovery_digest
from adapter.errors import NoSuchEntity
from adapter.ldap import USER, Store
from adapter.operations.recovery_codes import use_recovery_code
from tests.directory.authenticator import App, enrolled
from tests.directory.conftest import Do
from tests.racing import racers

RACERS = 12


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def app(do: Do) -> App:
    do("create_user", user_name="bob")
    do("put_user_policy", user_name="bob", policy_name="all", policy_document=ALL)
    do("create_login_profile", user_name="bob", password="Bindery-demo-1")
    return enrolled(do, "bob")


ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@pytest.fixture
def bob(iam: Iam, app: App) -> Caller:
    """Bob, who has given a code."""
    from adapter import Proof

    later = RequestContext(now=datetime.now(UTC) + timedelta(minutes=1))
    attempt = iam.login.begin("123456789012", "bob", "Bindery-demo-1", later)
    assert attempt.half_done is not None
    done = iam.login.prove(attempt.half_done, Proof(code=app.code(later.now)), later)
    assert done.session is not None
    caller = iam.login.resume(done.session)
    assert caller is not None
    return caller


@pytest.fixture
def codes(iam: Iam, bob: Caller) -> list[str]:
    found: list[str] = iam.execute(bob, "create_recovery_codes")["recovery_codes"]
    return found


def use(settings: Settings, code: str, now: datetime) -> bool:
    """Tries a code on a connection of its own, perhaps in a process of its own."""
    store = Store.open(settings)
    try:
        (account,) = store.accounts()
        owner = store.get(USER, account, "bob")
        assert owner is not None
        return use_recovery_code(store, account, owner, code, now) is not None
    finally:
        store.close()


def test_a_code_has_at_least_112_random_bits() -> None:
    for code in new_recovery_codes():
        characters = code.replace("-", "")
        assert len(characters) * 5 >= 112
        assert set(characters) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_there_are_ten_different_ones() -> None:
    assert len(set(new_recovery_codes())) == 10


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_how_a_code_is_typed_does_not_matter(typed: Any) -> None:
    (code, *_) = new_recovery_codes()
    assert recovery_digest(typed(code), "AIDA") == recovery_digest(code, "AIDA")


@pytest.mark.parametrize("text", ["", "123456", "A" * 23, "A" * 25, "Ä" * 24, "é" * 24, "\x00" * 24])
def test_what_can_not_be_a_code_has_no_digest(text: str) -> None:
    assert recovery_digest(text, "AIDA") is None


def test_a_digest_is_good_for_one_owner_only() -> None:
    (code, *_) = new_recovery_codes()
    assert recovery_digest(code, "AIDA") != recovery_digest(code, "AIDB")


def test_each_code_is_good_once(directory: Any, codes: list[str], now: datetime) -> None:
    assert use(directory.settings, codes[0], now)
    assert not use(directory.settings, codes[0], now)
    assert use(directory.settings, codes[1], now)


def test_the_number_that_is_left_goes_down(
    iam: Iam, bob: Caller, directory: Any, codes: list[str], now: datetime
) -> None:
    use(directory.settings, codes[0], now)
    assert iam.execute(bob, "describe_mfa")["recovery_codes_left"] == 9


def test_new_codes_make_the_old_ones_void(
    iam: Iam, bob: Caller, directory: Any, codes: list[str], now: datetime
) -> None:
    iam.execute(bob, "create_recovery_codes")
    assert not use(directory.settings, codes[0], now)


def test_without_a_device_there_are_none(do: Do) -> None:
    with pytest.raises(NoSuchEntity):
        do("create_recovery_codes")


def test_they_go_with_the_last_device(do: Do, directory: Any, app: App, codes: list[str], now: datetime) -> None:
    do("deactivate_mfa_device", user_name="bob", serial_number=app.serial)
    enrolled(do, "bob", "tablet")
    assert not use(directory.settings, codes[0], now)


def test_the_directory_has_no_code_only_digests(directory: Any, codes: list[str]) -> None:
    found = directory.ldap("ldapsearch", "-LLL", "-b", "uid=bob,ou=people,dc=example,dc=org").stdout
    assert found.count("iamRecoveryCode:") == 10
    for code in codes:
        assert code not in found
        assert code.replace("-", "") not in found


def test_nobody_sees_the_digests(directory: Any, codes: list[str], do: Do) -> None:
    search = ("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "(uid=bob)", "*", "+")
    assert "iamRecoveryCode" not in directory.ldap_as("bob", "Bindery-demo-1", *search).stdout
    assert "iamRecoveryCode" not in do("describe_user_entry", user_name="bob")["ldif"]


def test_wrong_ones_are_counted_with_other_wrong_codes(directory: Any, codes: list[str], now: datetime) -> None:
    for _ in range(5):
        assert not use(directory.settings, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", now)
    assert not use(directory.settings, codes[0], now)
    assert use(directory.settings, codes[0], now + timedelta(minutes=6))


def test_of_many_processes_with_one_code_exactly_one_gets_in(directory: Any, codes: list[str], now: datetime) -> None:
    with racers(RACERS) as pool:
        for code in codes[:3]:
            outcomes = Counter(pool.map(use, [directory.settings] * RACERS, [code] * RACERS, [now] * RACERS))
            assert outcomes[True] == 1
            now += timedelta(minutes=6)
