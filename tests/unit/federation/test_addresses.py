"""Addresses of identity providers: how they are written, and which may be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.federation.addresses import Guard, UnusableAddress, host_and_port, provider_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://accounts.google.com", "accounts.google.com"),
        ("https://ID.Example.com/Realms/A", "id.example.com/Realms/A"),
        ("HTTPS://id.example.com/", "id.example.com/"),
        ("https://localhost:8443/x", "localhost:8443/x"),
        ("https://[::1]:8443", "[::1]:8443"),
    ],
)
def test_the_host_is_written_in_small_letters_and_the_path_stays(url: str, name: str) -> None:
    assert provider_name(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.com",
        "id.example.com",
        "https://",
        "https:///path",
        "https://user@id.example.com",
        "https://user:password@id.example.com",
        "https://id.example.com?x=1",
        "https://id.example.com/#x",
        "https://id.example.com/a/../b",
        "https://id.example.com/a b",
        "https://id.example.com\\@evil.example",
        "https://id..example.com",
        "https://id.example.com\n",
        "https://idé.example.com",
        "https://id.example.com:0",
        "file:///etc/passwd",
        "https://" + "a" * 300,
    ],
)
def test_what_is_no_address_of_a_provider_is_refused(url: str) -> None:
    with pytest.raises(UnusableAddress):
        provider_name(url)


@given(st.text(max_size=400))
def test_any_text_is_a_provider_s_address_or_refused(text: str) -> None:
    try:
        name = provider_name(f"https://{text}")
    except UnusableAddress:
        return
    assert provider_name(f"https://{name}") == name
    assert host_and_port(f"https://{name}")[0]


@given(st.text(max_size=60))
def test_any_text_leads_to_a_host_or_is_refused(text: str) -> None:
    try:
        host, port = host_and_port(f"https://{text}")
    except UnusableAddress:
        return
    assert host
    assert 0 < port < 2**16


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://example.com", "https://a@example.com", "https://x:99999/"]
)
def test_only_https_can_be_asked(url: str) -> None:
    with pytest.raises(UnusableAddress):
        host_and_port(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "2001::1", "nonsense",
    ],
)  # fmt: skip
def test_what_is_not_public_may_not_be_asked(address: str) -> None:
    assert not Guard().allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_asked(address: str) -> None:
    assert Guard().allows(address)


def test_an_operator_may_allow_a_network_that_is_not_public() -> None:
    guard = Guard(["10.1.0.0/16", "::1/128"])
    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert guard.allows("::1")
    assert not guard.allows("10.2.0.1")


def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    with pytest.raises(UnusableAddress, match="localhost is not a public address"):
        Guard().addresses("localhost", 443)
    with pytest.raises(UnusableAddress, match="has no address"):
        Guard().addresses("nothing.invalid", 443)
    assert Guard(["127.0.0.0/8", "::1/128"]).addresses("localhost", 443)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_no_spelling_of_a_private_address_gets_past_the_guard(spelling: str) -> None:
    with pytest.raises(UnusableAddress):
        Guard().addresses(spelling, 443)
