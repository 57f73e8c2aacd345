"""Values are read as the guide writes them, and everything else is no value."""

import base64
import ipaddress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import values

moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 30))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def nanoseconds(moment):
    return (moment.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        seconds=1
    ) * 10**9 + moment.microsecond * 1000


@given(moments, offsets)
def test_iso_dates_are_moments(moment, offset):
    local = moment.replace(tzinfo=offset)
    assert values.moment(local.isoformat()) == nanoseconds(local)


@given(moments)
def test_a_date_without_offset_is_utc(moment):
    assert values.moment(moment.isoformat()) == nanoseconds(moment.replace(tzinfo=UTC))


@given(st.integers(-(10**11), 10**11).filter(lambda number: not 0 <= number <= 9999))
def test_epoch_seconds_are_moments(number):
    assert values.moment(str(number)) == number * 10**9


def test_fractions_of_epoch_seconds_count():
    assert values.moment("1795154400.25") == 1795154400_250_000_000


def test_digits_behind_a_billionth_are_dropped():
    assert values.moment("2026-01-01T00:00:00.1234567899Z") == values.moment("2026-01-01T00:00:00.123456789Z")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "x", "2026-13", "2026-00-01", "2026-02-30", "2026-1-1", "2026-01-01T24:00Z", "2026-01-01T00:60Z",
        "0000", "2026-01-01T00:00:60Z", "2026-01-01T00:00+25:00", "2026-01-01Z", "12:00", "1e5",
        "\uff11\uff12\uff13\uff14", "9" * 70, "2026-W01",
    ],
)  # fmt: skip
def test_these_are_no_dates(text):
    assert values.moment(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_decimals_are_numbers(number):
    assert values.number(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", " ", "1 ", "NaN", "inf", "-Infinity", "0x1", "1_000", "1,0", "٣", "1e9999", "--1", "9" * 99]
)
def test_these_are_no_numbers(text):
    assert values.number(text) is None


@pytest.mark.parametrize("text", [".5", "5.", "+5", "-0", "1e3", "1.5E-3"])
def test_these_are_numbers(text):
    assert values.number(text) == Decimal(text)


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_itself_however_it_is_written(address):
    mapped = f"::ffff:{address}"
    assert values.address(mapped) == values.address(str(address)) == (4, int(address))
    assert values.network(f"{mapped}/104") == values.network(f"{address}/8")
    assert values.network(mapped) == values.network(str(address))


def _is_ipv4_in_disguise(address):
    return address.version == 6 and address.ipv4_mapped is not None


@given(st.ip_addresses().filter(lambda address: not _is_ipv4_in_disguise(address)), st.data())
def test_an_address_is_in_every_range_that_is_made_of_it(address, data):
    bits = address.max_prefixlen
    prefix = data.draw(st.integers(0, bits))
    version, mask, masked = values.network(f"{address}/{prefix}")
    found = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    assert (version, masked) == (address.version, int(found.network_address))
    assert int(address) & mask == masked


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/255.0.0.0", "10.0.0.0/8/8", "10.0.0/8", "::/129",
        "::ffff:10.0.0.0/95", "fe80::1%eth0", "10.0.0.01", "", "10.0.0.0/\u0668",
    ],
)  # fmt: skip
def test_these_are_no_ranges(text):
    assert values.network(text) is None


@given(st.binary(max_size=40))
def test_base64_is_read_with_or_without_padding(data):
    text = base64.b64encode(data).decode()
    assert values.binary(text) == values.binary(text.rstrip("=")) == data


@pytest.mark.parametrize("text", ["!", "a", "ä", "QQ==QQ=="])
def test_these_are_no_base64(text):
    assert values.binary(text) is None
