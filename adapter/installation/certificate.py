"""The LDAP server's certificate where nobody brings one: made at the first start, by an authority of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adapter.crypto.issuing_certificates import KeyPair, new_authority, server_certificate, serves
from adapter.files import write_whole
from adapter.installation.folder import UnusableSetting
from adapter.server import TlsFiles

PUBLIC_AUTHORITY: Final = Path("public/ca.pem")
"""What clients trust, below the data folder; its folder may be shared with them."""
_HOST: Final = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")


def own_certificate(data: Path, hosts: Sequence[str]) -> TlsFiles:
    """The certificate for these hosts, made anew where there is none or it is about to expire.

    Args:
        data: the data folder; the keys are kept in `tls`, for their owner alone.
        hosts: names and addresses that clients reach the server by.

    Raises:
        UnusableSetting: a host can't be one.
        OSError: the files can't be written.
    """
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise UnusableSetting(f"{host!r} is neither a host name nor an address")
    folder, now = data / "tls", datetime.now(UTC)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    authority = _read(folder, "authority") or _write(folder, "authority", new_authority("Bindery LDAP", now))
    server = _read(folder, "server")
    if server is None or not serves(server.certificate, authority.certificate, hosts, now):
        server = _write(folder, "server", server_certificate(authority, hosts, now))
    _publish(data / PUBLIC_AUTHORITY, authority.certificate)
    return TlsFiles(certificate=folder / "server.pem", key=folder / "server.key")


def _read(folder: Path, name: str) -> KeyPair | None:
    with suppress(FileNotFoundError):
        return KeyPair((folder / f"{name}.pem").read_bytes(), (folder / f"{name}.key").read_bytes())
    return None


def _write(folder: Path, name: str, pair: KeyPair) -> KeyPair:
    """The key first: a certificate without its key would be taken for a whole pair."""
    write_whole(folder / f"{name}.key", pair.key)
    write_whole(folder / f"{name}.pem", pair.certificate)
    return pair


def _publish(path: Path, certificate: bytes) -> None:
    path.parent.mkdir(mode=0o755, exist_ok=True)
    if not path.is_file() or path.read_bytes() != certificate:
        write_whole(path, certificate, mode=0o644)
