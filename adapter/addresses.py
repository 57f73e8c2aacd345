"""Addresses: where a server listens (`HOST:PORT`, as people type it), and who a visitor counts as."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

_IPV6_HOUSEHOLD = 64
_EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, not listened on


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a TCP port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads `127.0.0.1:8000`, `localhost:8000` or `[::1]:8000`.

        Raises:
            ValueError: it has another form, or the port is not between 1 and 65535.
        """
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise ValueError(f"{text!r} is not an address: write HOST:PORT, such as 127.0.0.1:8000 or [::1]:8000")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Only programs on this machine can reach it; a name counts by every address it has."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror:
            return False
        return all(ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback for *_, address in found)

    @property
    def numeric(self) -> Address:
        """The first address that the host name stands for, for servers that take no names.

        Raises:
            OSError: the name stands for none.
        """
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return Address(str(found[0][4][0]), self.port)

    @property
    def nearby(self) -> Address:
        """The address by which a program on this machine reaches it."""
        return Address(_EVERY_INTERFACE.get(self.host, self.host), self.port)

    def explain_if_unusable(self) -> str | None:
        """Why nothing can start to listen here now, in one sentence; None when it can.

        It tries, because two web servers of one user may share a port without an error (SO_REUSEPORT), each then
        answering half of the requests.
        """
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                probe.listen(1)
        except OSError as error:
            return _EXPLANATIONS.get(error.errno, "{address}: {error}").format(address=self, error=error.strerror)
        return None


def household(text: str) -> str:
    """Whom the address of a visitor counts as: for IPv6 its /64, because one household has that many."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(ip, ipaddress.IPv6Address) and not ip.ipv4_mapped:
        return str(ipaddress.ip_network((ip, _IPV6_HOUSEHOLD), strict=False))
    return str(ip)


_EXPLANATIONS: dict[int | None, str] = {
    errno.EADDRINUSE: "{address} is in use by another program",
    errno.EADDRNOTAVAIL: "{address} is not an address of this machine",
    errno.EACCES: "{address} needs rights that this user does not have (ports below 1024)",
    socket.EAI_NONAME: "{address} names no host",
}
