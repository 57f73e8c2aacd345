"""Proxies that may speak for others: those in `BINDERY_ASKING_PROXIES`, by the address of their connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any


class AskingProxies:
    """The proxies that an operator has named.

    Args:
        networks: from which they connect; none means that nobody is believed.
    """

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(ip_network(network) for network in networks)

    def sent(self, environ: Mapping[str, Any]) -> bool:
        """Whether a request (WSGI) comes straight from one of them."""
        try:
            address = ip_address(peer(environ))
        except ValueError:
            return False
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address  # as a server that listens for both sees IPv4
        return any(address in network for network in self._networks)


def peer(environ: Mapping[str, Any]) -> str:
    """Who is connected, whatever X-Forwarded-For says."""
    original = environ.get("werkzeug.proxy_fix.orig") or environ
    found: str = original.get("REMOTE_ADDR") or ""
    return found
