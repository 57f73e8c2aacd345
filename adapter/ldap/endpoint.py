"""Where a server is, how it is verified, and how an ldap3 connection to it is opened."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ldap3  # type: ignore[import-untyped]

from adapter.ldap import ber

_NUMBER = re.compile(r"\[Errno -?\d+\] ")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server and how to speak to it.

    Attributes:
        uri: `ldapi://` (an escaped socket path), `ldaps://host:port`, or `ldap://host:port`, which is turned into
            TLS by StartTLS unless the host is this very machine.
        bind_dn, bind_password: who we are there; absent means SASL EXTERNAL.
        ca_file: what the server's certificate is verified against; absent means the system's authorities.
        connect_timeout, receive_timeout: seconds.
    """

    uri: str
    bind_dn: str | None = None
    bind_password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    connect_timeout: float = 2.0
    receive_timeout: int = 5

    def tls_context(self) -> ssl.SSLContext | None:
        """What verifies the server; None where the connection never leaves this machine."""
        parts = urlsplit(self.uri)
        if parts.scheme == "ldapi" or (parts.scheme == "ldap" and parts.hostname in _LOOPBACK):
            return None
        return ssl.create_default_context(cafile=self.ca_file)


class VerifiedTls(ldap3.Tls):  # type: ignore[misc]
    """ldap3's TLS with the standard library's checks: the chain, the host name, and IP addresses as names."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Puts TLS around a connection's socket."""
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=connection.server.host)


def _raw_control(control: Any, from_server: bool = True) -> tuple[str, dict[str, bytes]]:
    """A response's control with its value as it came; ldap3 would take octets that are no text for Latin-1."""
    (_, _, _, oid), *rest = control
    value = next((content for _, _, tag, content in rest if tag == ber.OCTETS), b"")
    return oid.decode("ascii"), {"value": bytes(value)}


def plain_words(error: Exception) -> str:
    """An error's words without the tuples that ldap3 wraps them into, and without the system's numbers."""
    return _NUMBER.sub("", str(error).strip("()\"', "))


def unopened_connection(endpoint: Endpoint, context: ssl.SSLContext | None) -> Any:
    """An ldap3 connection, not opened yet.

    Every connection has a server object of its own: ldap3 keeps the current address there, and clears it for
    all connections of that server when one of them closes.
    """
    server = ldap3.Server(
        endpoint.uri.rstrip("/"),
        get_info=ldap3.NONE,
        connect_timeout=endpoint.connect_timeout,
        tls=VerifiedTls(context) if context else None,
    )
    identity = (
        {"authentication": ldap3.SIMPLE, "user": endpoint.bind_dn, "password": endpoint.bind_password}
        if endpoint.bind_dn
        else {"authentication": ldap3.SASL, "sasl_mechanism": "EXTERNAL", "sasl_credentials": ""}
    )
    connection = ldap3.Connection(
        server,
        client_strategy=ldap3.SYNC,
        receive_timeout=endpoint.receive_timeout,
        auto_referrals=False,
        check_names=False,
        auto_encode=False,
        **identity,
    )
    connection.strategy.decode_control_fast = _raw_control
    return connection


def open_connection(connection: Any, context: ssl.SSLContext | None, authenticate: bool) -> None:
    """Connects, turns TLS on where it is not yet, and says who we are unless told not to.

    Raises:
        LDAPException, OSError: that was not possible.
    """
    connection.open(read_server_info=False)
    if context and not connection.server.ssl and not connection.start_tls(read_server_info=False):
        raise ConnectionError("StartTLS was refused")
    if authenticate and not connection.bind(read_server_info=False):
        who = connection.user or "who runs this (SASL EXTERNAL)"
        raise ConnectionError(f"the directory does not let {who} in: {connection.result['description']}")
