"""Addresses of identity providers: how they are written, and which of them may be asked.

A provider's address comes from whoever may create providers. Asking it must not become a way to reach what only this
server can reach (server-side request forgery): it has to be a public address unless the operator says otherwise.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

SCHEME: Final = "https://"
LONGEST_URL: Final = 255
_PORT: Final = 443
_MOST_ADDRESSES: Final = 4
_URL: Final = re.compile(
    r"https://(?P<host>[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?P<port>:[1-9][0-9]{0,4})?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?",
    re.IGNORECASE | re.ASCII,
)
_CARRIERS: Final = tuple(
    ip_network(text) for text in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10")
)
"""IPv6 networks whose addresses stand for others, among them private IPv4 addresses, or are private by old rules."""

Address = IPv4Address | IPv6Address


class UnusableAddress(ValueError):
    """An address can't be used; the message says why."""


def provider_name(url: str) -> str:
    """An address without `https://`, as a provider's ARN has it; the host in lower case.

    Raises:
        UnusableAddress: it is no such address, or has a query, a fragment or a user.
    """
    found = _URL.fullmatch(url) if len(url) <= LONGEST_URL + len(SCHEME) else None
    segments = (found["path"] or "").split("/") if found else []
    if found is None or ".." in segments or "." in segments or ".." in found["host"]:
        raise UnusableAddress("it has to be https://, a host and perhaps a path")
    return found["host"].lower() + (found["port"] or "") + (found["path"] or "")


def host_and_port(url: str) -> tuple[str, int]:
    """Where a request to an address goes.

    Raises:
        UnusableAddress: it is none that can be asked.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORT
    except ValueError as error:
        raise UnusableAddress(str(error)) from error
    if parts.scheme != "https" or not host or parts.username is not None or not url.isascii() or not url.isprintable():
        raise UnusableAddress("only https:// addresses can be asked")
    return host, port


class Guard:
    """Knows which network addresses may be asked.

    Args:
        networks: networks that are not public and allowed all the same.
    """

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = tuple(ip_network(text) for text in networks)

    def addresses(self, host: str, port: int) -> list[str]:
        """The network addresses of a host, all of which may be asked.

        Raises:
            UnusableAddress: it has none, or one of them may not be asked.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnusableAddress(f"{host} has no address") from error
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not all(self.allows(address) for address in addresses):
            raise UnusableAddress(f"{host} is not a public address")
        return addresses[:_MOST_ADDRESSES]

    def allows(self, text: str) -> bool:
        """Whether a network address may be asked."""
        try:
            address: Address = ip_address(text)
        except ValueError:  # with a scope, such as fe80::1%eth0
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks):
            return True
        return address.is_global and not address.is_multicast and not any(address in each for each in _CARRIERS)
