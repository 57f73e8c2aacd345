"""Which server is meant, who may change it, and the connections to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from adapter.ldap.endpoint import Endpoint
from adapter.ldap.foreign import Connection, ForeignServerError

_SOCKETS: Final = tuple(
    map(Path, ("/run/slapd/ldapi", "/run/openldap/ldapi", "/run/ldapi", "/var/run/ldapi", "/usr/local/var/run/ldapi"))
)
"""Where the slapd of Debian, Alpine, Red Hat and OpenLDAP itself have their Unix socket."""

PATIENCE: Final = 600
"""Seconds for one answer: an index that is added, or a large tree that is read at once, takes long."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who changes the server.

    Attributes:
        dn: the bind DN; None for SASL EXTERNAL, which needs the server's Unix socket.
    """

    uri: str
    dn: str | None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The server, who may change it, and the data folder.

    Attributes:
        config: who may see and change cn=config; None when nobody may.
        ca_file: authorities that may vouch for the server; None for the system's.
        suffix: below which Bindery is to live; None where the server has only one.
        users, groups: where people and groups are; None for where they usually are.
        new_users, new_groups: where new ones go; None for where the others are.
    """

    data: Path
    administrator: Administrator
    config: Administrator | None
    ca_file: Path | None = None
    suffix: str | None = None
    users: str | None = None
    groups: str | None = None
    new_users: str | None = None
    new_groups: str | None = None


class Doors:
    """Connections to a target, as those who may change it.

    Args:
        target: the server.

    Raises:
        ForeignServerError: there is no way in.
    """

    def __init__(self, target: Target) -> None:
        self.data = Connection(endpoint(target, target.administrator))
        self.config = Connection(endpoint(target, target.config)) if target.config else None

    def __enter__(self) -> Doors:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.data.close()
        if self.config:
            self.config.close()


def whole_uri(uri: str, sockets: Iterable[Path] = _SOCKETS) -> str:
    """A URI as it is; for `ldapi:///`, that of the Unix socket which slapd has here.

    Raises:
        ForeignServerError: there is no socket where slapd usually has it.
    """
    if uri.rstrip("/") != "ldapi:":
        return uri
    for path in sockets:
        if path.is_socket():
            return f"ldapi://{quote(str(path), safe='')}"
    raise ForeignServerError(
        "slapd's Unix socket is not where it usually is: write ldapi:// and its path, with %2F for /"
    )


def endpoint(target: Target, who: Administrator) -> Endpoint:
    """How an administrator reaches the server."""
    return Endpoint(
        uri=who.uri, bind_dn=who.dn, bind_password=who.password, ca_file=target.ca_file, receive_timeout=PATIENCE
    )
