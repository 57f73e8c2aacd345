"""A directory with a certificate that it made itself."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from adapter.installation.certificate import own_certificate
from adapter.installation.folder import UnusableSetting
from adapter.server import PrivateServer, ServerConfig
from adapter.settings import Settings
from tests.conftest import SUFFIX, Directory, make_template

HOSTS = ("localhost", "127.0.0.1")
JOY = "uid=joy,ou=people,dc=example,dc=org"


def test_clients_that_trust_the_public_authority_sign_in_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_template(tmp_path / "data", demo=True)
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX, tls=own_certificate(data, HOSTS))) as server:
        server.prepare()
        server.start()
        directory = Directory(server, Settings(data=data, suffix=SUFFIX))
        monkeypatch.setenv("LDAPTLS_REQCERT", "demand")
        monkeypatch.setenv("LDAPTLS_CACERT", str(data / "public/ca.pem"))
        assert JOY in directory.ldap_as("joy", "Bindery-demo-1", "ldapwhoami", "-ZZ").stdout
        monkeypatch.setenv("LDAPTLS_CACERT", "/etc/ssl/certs/ca-certificates.crt")
        assert directory.ldap_as("joy", "Bindery-demo-1", "ldapwhoami", "-ZZ", check=False).returncode != 0


def test_the_next_start_takes_the_same_certificate(tmp_path: Path) -> None:
    before = own_certificate(tmp_path, HOSTS).certificate.read_bytes()
    assert own_certificate(tmp_path, HOSTS).certificate.read_bytes() == before


def test_another_host_gets_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    before, authority = own_certificate(tmp_path, HOSTS).certificate.read_bytes(), tmp_path / "public/ca.pem"
    trusted = authority.read_bytes()
    assert own_certificate(tmp_path, (*HOSTS, "ldap.example.org")).certificate.read_bytes() != before
    assert authority.read_bytes() == trusted


def test_keys_are_for_their_owner_alone_and_the_authority_is_for_all(tmp_path: Path) -> None:
    data = tmp_path / "data"
    own_certificate(data, HOSTS)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
    assert modes["data"] == modes["tls"] == 0o700
    assert modes["authority.key"] == modes["server.key"] == 0o600
    assert modes["ca.pem"] == 0o644


@pytest.mark.parametrize("host", ["", "a b", "-x", "a\nb", "*"])
def test_what_is_no_host_is_refused(host: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableSetting, match="host name"):
        own_certificate(tmp_path / "data", [host])
    assert not (tmp_path / "data").exists()
