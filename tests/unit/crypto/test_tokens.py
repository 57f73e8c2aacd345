"""Temporary credentials: what a token carries, and what is none."""

from __future__ import annotations

import base64
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto.sealing import Keyring, MasterKey
from adapter.crypto.tokens import (
    LONGEST_TOKEN,
    InvalidToken,
    accounts_of_session_key,
    issue,
    new_session_key_id,
    open_message,
    open_token,
    packed_size,
    seal_message,
)
from adapter.models import Tag
from adapter.sessions import Session, SessionKind

KEYRING = Keyring(MasterKey(bytes(32)))
OTHER = Keyring(MasterKey(bytes(31) + b"\x01"))
START = datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=64)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=0)
)
SESSIONS = st.builds(
    Session,
    kind=st.sampled_from(SessionKind),
    account_id=st.text(string.digits, min_size=12, max_size=12),
    dn=TEXT.filter(bool),
    subject_id=TEXT.filter(bool),
    name=TEXT,
    issued_at=TIMES,
    expires_at=TIMES,
    mfa_at=st.none() | TIMES,
    policy=st.none() | TEXT.filter(bool),
    policy_arns=st.lists(TEXT).map(tuple),
    tags=st.lists(st.builds(Tag, key=TEXT, value=TEXT)).map(tuple),
    transitive_tag_keys=st.lists(TEXT).map(tuple),
    source_identity=st.none() | TEXT.filter(bool),
    keys=st.lists(st.tuples(TEXT, TEXT)).map(tuple),
)


def session(**changes: object) -> Session:
    facts = {
        "kind": SessionKind.ROLE,
        "account_id": "123456789012",
        "dn": "cn=deploy,ou=roles,ou=iam,dc=example,dc=org",
        "subject_id": "AROA" + "A" * 17,
        "name": "bob",
        "issued_at": START,
        "expires_at": START + timedelta(hours=1),
    }
    return Session(**(facts | changes))  # type: ignore[arg-type]


@given(SESSIONS)
def test_a_token_carries_its_session_and_its_secret(given_session: Session) -> None:
    made = issue(KEYRING, given_session)
    opened = open_token(KEYRING, made.access_key_id, made.session_token)
    assert (opened.session, opened.secret_access_key) == (given_session, made.secret_access_key)


def test_credentials_look_like_those_of_aws() -> None:
    made = issue(KEYRING, session())
    assert made.access_key_id.startswith("ASIA")
    assert (len(made.access_key_id), len(made.secret_access_key)) == (20, 40)


def test_credentials_hide_their_secrets_when_shown() -> None:
    made = issue(KEYRING, session())
    opened = open_token(KEYRING, made.access_key_id, made.session_token)
    for secret in (made.secret_access_key, made.session_token):
        assert secret not in repr(made) + repr(opened)


def test_a_token_says_nothing_in_clear() -> None:
    made = issue(KEYRING, session(tags=(Tag(key="project", value="canary"),)))
    octets = base64.b64decode(made.session_token)
    assert b"canary" not in octets
    assert made.secret_access_key.encode() not in octets


def test_a_token_is_bound_to_its_access_key() -> None:
    made, other = issue(KEYRING, session()), issue(KEYRING, session())
    with pytest.raises(InvalidToken):
        open_token(KEYRING, other.access_key_id, made.session_token)


def test_a_token_of_another_installation_is_none() -> None:
    made = issue(OTHER, session())
    with pytest.raises(InvalidToken):
        open_token(KEYRING, made.access_key_id, made.session_token)


def test_a_token_of_an_earlier_master_key_still_opens() -> None:
    made = issue(KEYRING, session())
    rotated = Keyring(MasterKey(b"\x02" * 32), MasterKey(bytes(32)))
    assert open_token(rotated, made.access_key_id, made.session_token).session == session()


@given(st.integers(0), st.integers(0, 7))
def test_a_token_with_one_changed_bit_is_none(place: int, bit: int) -> None:
    made = issue(KEYRING, session())
    octets = bytearray(base64.b64decode(made.session_token))
    octets[place % len(octets)] ^= 1 << bit
    with pytest.raises(InvalidToken):
        open_token(KEYRING, made.access_key_id, base64.b64encode(octets).decode())


@given(TEXT | st.binary(max_size=200).map(lambda octets: base64.b64encode(octets).decode()), TEXT)
def test_any_other_text_is_no_token(text: str, access_key_id: str) -> None:
    with pytest.raises(InvalidToken):
        open_token(KEYRING, access_key_id, text)


def test_an_endless_token_is_not_looked_at() -> None:
    with pytest.raises(InvalidToken):
        open_token(KEYRING, "ASIA", "A" * (LONGEST_TOKEN + 1))


def test_what_is_sealed_for_something_else_is_no_token() -> None:
    sealed = base64.b64encode(KEYRING.seal(b"{}", "ASIAX", "iamSealedSecret")).decode()
    with pytest.raises(InvalidToken):
        open_token(KEYRING, "ASIAX", sealed)


def test_what_is_sealed_as_a_token_but_says_nothing_is_none() -> None:
    sealed = base64.b64encode(KEYRING.seal(b"{}", "ASIAX", "session token")).decode()
    with pytest.raises(InvalidToken):
        open_token(KEYRING, "ASIAX", sealed)


@given(st.integers(0, 4096))
def test_a_token_can_be_made_longer(size: int) -> None:
    made = issue(KEYRING, session(), minimum_size=size)
    assert len(made.session_token) >= size
    assert open_token(KEYRING, made.access_key_id, made.session_token).session == session()


def test_the_fullest_token_is_not_too_long() -> None:
    """Whatever fits by its packed size fits into a token, beside the longest names."""
    noise = "".join(chr(0x20 + (n * n * 7919 + n * 31) % 0xDF) for n in range(1900))
    assert packed_size(noise, (), ()) <= 100
    made = issue(KEYRING, session(policy=noise, name="n" * 64, source_identity="s" * 64, dn="d" * 400))
    assert len(made.session_token) <= LONGEST_TOKEN
    assert made.token_utilization <= 100


def test_the_packed_size_grows_with_what_is_packed() -> None:
    tags = [Tag(key=f"{n:0128}", value=f"{n * 7919:0256}") for n in range(50)]
    assert 0 < packed_size("{}", (), ()) < packed_size("{}", ["arn:aws:iam::aws:policy/ReadOnlyAccess"], tags)


@given(st.integers(0, 10**12 - 1))
def test_the_id_of_a_temporary_key_tells_its_account(number: int) -> None:
    account_id = f"{number:012}"
    assert accounts_of_session_key(KEYRING, new_session_key_id(KEYRING, account_id)) == (account_id,)


def test_the_id_of_a_temporary_key_tells_its_account_to_nobody_else() -> None:
    assert accounts_of_session_key(OTHER, new_session_key_id(KEYRING, "123456789012")) != ("123456789012",)


def test_the_id_of_a_temporary_key_outlives_a_new_master_key() -> None:
    rotated = Keyring(MasterKey(bytes(31) + b"\x01"), MasterKey(bytes(32)))
    made_up, account = accounts_of_session_key(rotated, new_session_key_id(KEYRING, "123456789012"))
    assert (account, made_up != account) == ("123456789012", True)


@pytest.mark.parametrize(
    "name", ["", "ASIA", "AKIA" + "A" * 16, "ASIA" + "1" * 16, "ASIA" + "A" * 24, "ASIA" + "ä" * 16]
)
def test_what_is_no_temporary_key_belongs_to_nobody(name: str) -> None:
    assert accounts_of_session_key(KEYRING, name) == ()


def test_an_authorization_message_is_for_one_account() -> None:
    text = seal_message(KEYRING, "123456789012", {"allowed": False})
    assert open_message(KEYRING, "123456789012", text) == '{"allowed":false}'
    with pytest.raises(InvalidToken):
        open_message(KEYRING, "210987654321", text)


@given(TEXT)
def test_any_other_text_is_no_authorization_message(text: str) -> None:
    with pytest.raises(InvalidToken):
        open_message(KEYRING, "123456789012", text)
