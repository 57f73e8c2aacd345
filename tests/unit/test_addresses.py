import socket
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.addresses import Address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("localhost:389", "localhost", 389),
        ("[::1]:8000", "::1", 8000),
        ("0.0.0.0:65535", "0.0.0.0", 65535),
    ],
)
def test_an_address_is_a_host_and_a_port(text, host, port):
    assert Address.parse(text) == Address(host, port)


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "localhost", "localhost:", "localhost:0", "localhost:65536", "a:²"]
)
def test_what_is_not_an_address_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"write HOST:PORT, such as 127\.0\.0\.1:8000"):
        Address.parse(text)


@given(st.text())
def test_any_text_is_either_an_address_or_a_value_error(text):
    try:
        address = Address.parse(text)
    except ValueError:
        return
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_addresses_are_told_from_others(host):
    assert Address(host, 1).is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"])
def test_whatever_is_not_surely_loopback_counts_as_the_network(host):
    assert not Address(host, 1).is_loopback


def test_a_server_on_every_interface_is_reached_by_loopback():
    assert Address("0.0.0.0", 80).nearby == Address("127.0.0.1", 80)


def test_a_port_that_another_program_listens_on_is_explained_even_when_it_shares_it():
    with closing(socket.socket()) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = Address("127.0.0.1", other.getsockname()[1])
        assert address.explain_if_unusable() == f"{address} is in use by another program"
    assert address.explain_if_unusable() is None


def test_an_address_of_another_machine_is_explained():
    assert Address("192.0.2.1", 8000).explain_if_unusable() == "192.0.2.1:8000 is not an address of this machine"


def test_a_name_of_no_host_is_explained():
    assert Address("no-such-host.invalid", 8000).explain_if_unusable() == "no-such-host.invalid:8000 names no host"
