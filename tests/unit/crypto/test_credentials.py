"""New secrets: their form and that they are new."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.credentials import MIN_PASSWORD, new_password, new_secret_access_key


def test_a_secret_access_key_has_forty_characters_of_base64() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9+/]{40}", new_secret_access_key()) for _ in range(200))


def test_no_two_secret_access_keys_are_alike() -> None:
    assert len({new_secret_access_key() for _ in range(1000)}) == 1000


@given(st.integers(MIN_PASSWORD, 128))
def test_a_password_satisfies_every_rule_that_a_policy_can_set(length: int) -> None:
    password = new_password(length)
    assert len(password) == length
    for rule in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[!@#$%^&*()_+\-=\[\]{}|']"):
        assert re.search(rule, password)


@given(st.integers(MIN_PASSWORD, 64))
def test_a_password_starts_with_a_letter_and_has_no_characters_that_look_alike(length: int) -> None:
    password = new_password(length)
    assert password[0].isalpha()
    assert not set(password) & set("0O1lI")


def test_a_password_of_less_than_eight_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="8"):
        new_password(7)
