"""One-time codes: which step they are of, and that an old one is over."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.crypto import totp

SEED = b"12345678901234567890"
NOW = datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)
STEP = totp.current_step(NOW)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        # RFC 6238, appendix B: the last six of its eight digits.
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_rfc_6238_are_accepted(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.matching_step(SEED, code, now) == seconds // 30


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_code_one_step_away_is_accepted_and_its_own_step_is_returned(away: int) -> None:
    assert totp.matching_step(SEED, totp.code_at(SEED, STEP + away), NOW) == STEP + away


@pytest.mark.parametrize("away", [-3, -2, 2, 3])
def test_a_code_further_away_is_refused(away: int) -> None:
    assert totp.matching_step(SEED, totp.code_at(SEED, STEP + away), NOW) is None


def test_a_code_is_over_once_its_step_was_accepted() -> None:
    code = totp.code_at(SEED, STEP)
    assert totp.matching_step(SEED, code, NOW, last_step=STEP - 1) == STEP
    assert totp.matching_step(SEED, code, NOW, last_step=STEP) is None
    assert totp.matching_step(SEED, code, NOW, last_step=STEP + 1) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    code = totp.code_at(SEED, STEP)
    assert totp.matching_step(SEED, f" {code[:3]} {code[3:]}\n", NOW) == STEP


@given(st.text(max_size=12))
def test_text_that_is_no_code_is_refused(text: str) -> None:
    codes = {totp.code_at(SEED, STEP + away) for away in (-1, 0, 1)}
    if "".join(text.split()) not in codes:
        assert totp.matching_step(SEED, text, NOW) is None


def test_digits_of_other_scripts_are_refused() -> None:
    arabic = totp.code_at(SEED, STEP).translate({ord("0") + n: 0x660 + n for n in range(10)})
    assert totp.matching_step(SEED, arabic, NOW) is None


def test_two_codes_in_a_row_are_accepted_while_the_second_is_near() -> None:
    codes = totp.code_at(SEED, STEP - 1), totp.code_at(SEED, STEP)
    for late in (-1, 0, 1):
        now = NOW + timedelta(seconds=30 * late)
        assert totp.consecutive_step(SEED, codes, now) == STEP
    assert totp.consecutive_step(SEED, codes, NOW + timedelta(seconds=60)) is None


def test_two_codes_that_do_not_follow_each_other_are_refused() -> None:
    before, here, after = (totp.code_at(SEED, STEP + away) for away in (-1, 0, 1))
    assert totp.consecutive_step(SEED, (here, before), NOW) is None
    assert totp.consecutive_step(SEED, (here, here), NOW) is None
    assert totp.consecutive_step(SEED, (before, after), NOW) is None
    assert totp.consecutive_step(SEED, ("", before + here), NOW) is None
    assert totp.consecutive_step(SEED, (here, ""), NOW) is None


def test_two_codes_are_refused_when_the_first_was_used_before() -> None:
    codes = totp.code_at(SEED, STEP - 1), totp.code_at(SEED, STEP)
    assert totp.consecutive_step(SEED, codes, NOW, last_step=STEP - 1) is None
    assert totp.consecutive_step(SEED, codes, NOW, last_step=STEP - 2) == STEP


def test_seeds_are_new_and_long_enough() -> None:
    seeds = {totp.new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert {len(seed) for seed in seeds} == {20}


def test_the_provisioning_address_names_issuer_account_and_seed() -> None:
    address = urlsplit(totp.provisioning_uri(SEED, "bob@123456789012", "Bindery"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Bindery:bob%40123456789012"
    assert parse_qs(address.query) == {"secret": [totp.seed_text(SEED)], "issuer": ["Bindery"]}


@given(st.integers(-totp.SYNC_WINDOW, totp.SYNC_WINDOW))
def test_a_wide_window_finds_out_how_wrong_a_clock_is(away: int) -> None:
    codes = totp.code_at(SEED, STEP + away - 1), totp.code_at(SEED, STEP + away)
    assert totp.consecutive_step(SEED, codes, NOW, window=totp.SYNC_WINDOW) == STEP + away


def test_even_a_wide_window_has_an_end() -> None:
    away = totp.SYNC_WINDOW + 1
    codes = totp.code_at(SEED, STEP + away - 1), totp.code_at(SEED, STEP + away)
    assert totp.consecutive_step(SEED, codes, NOW, window=totp.SYNC_WINDOW) is None
