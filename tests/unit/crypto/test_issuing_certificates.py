"""Certificates of an authority of one's own, judged by `openssl`, as LDAP clients judge them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapter.crypto.issuing_certificates import KeyPair, new_authority, server_certificate, serves

NOW = datetime.now(UTC)
HOSTS = ("ldap.example.org", "127.0.0.1", "::1")
AUTHORITY = new_authority("Bindery LDAP", NOW)


def verified(pair: KeyPair, authority: KeyPair, folder: Path, *options: str) -> bool:
    ca, server = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(authority.certificate)
    server.write_bytes(pair.certificate)
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, *options, server]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-verify_hostname", "ldap.example.org"), True),
        (("-verify_ip", "127.0.0.1"), True),
        (("-verify_ip", "::1"), True),
        (("-verify_hostname", "other.example.org"), False),
        (("-verify_ip", "127.0.0.2"), False),
    ],
)
def test_openssl_takes_a_certificate_for_its_hosts_and_no_others(
    options: tuple[str, ...], expected: bool, tmp_path: Path
) -> None:
    assert verified(server_certificate(AUTHORITY, HOSTS, NOW), AUTHORITY, tmp_path, *options) is expected


def test_another_authority_does_not_vouch(tmp_path: Path) -> None:
    pair = server_certificate(AUTHORITY, HOSTS, NOW)
    assert not verified(pair, new_authority("Bindery LDAP", NOW), tmp_path)


def test_a_server_s_key_can_not_vouch_for_others(tmp_path: Path) -> None:
    middle = server_certificate(AUTHORITY, HOSTS, NOW)
    (tmp_path / "middle.pem").write_bytes(middle.certificate)
    forged = server_certificate(middle, ("bank.example.org",), NOW)
    assert not verified(forged, AUTHORITY, tmp_path, "-untrusted", str(tmp_path / "middle.pem"))


@pytest.mark.parametrize(
    ("hosts", "later", "expected"),
    [
        (HOSTS, timedelta(0), True),
        (HOSTS[:2], timedelta(0), False),
        (HOSTS, timedelta(days=360), True),
        (HOSTS, timedelta(days=370), False),
    ],
)
def test_a_certificate_serves_its_hosts_until_a_month_before_it_expires(
    hosts: tuple[str, ...], later: timedelta, expected: bool
) -> None:
    pair = server_certificate(AUTHORITY, HOSTS, NOW)
    assert serves(pair.certificate, AUTHORITY.certificate, hosts, NOW + later) is expected


@pytest.mark.parametrize("broken", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_can_not_be_read_serves_nobody(broken: bytes) -> None:
    assert not serves(broken, AUTHORITY.certificate, HOSTS, NOW)


def test_no_key_shows_in_a_repr() -> None:
    assert "PRIVATE" not in repr(AUTHORITY)
