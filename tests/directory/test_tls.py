"""Over TLS the store works as on the socket, and talks to no server that it can not verify."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from adapter.errors import ServiceUnavailable
from adapter.ldap import ROOT, USER
from adapter.ldap.endpoint import Endpoint
from adapter.server import PrivateServer, ServerConfig
from adapter.server.config import TlsFiles
from tests.directory.records import a_user
from tests.directory.servers import SUFFIX, a_store, the_account
from tests.ports import free_port

ADAPTER_PASSWORD = "Adapter-password-1"


def make_certificate(folder: Path, name: str, hosts: str) -> Path:
    """A self-signed certificate, which is its own authority."""
    certificate = folder / f"{name}.pem"
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={hosts}"]
    files = ["-keyout", str(folder / f"{name}.key"), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(command, check=True, capture_output=True)
    return certificate


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    local = "DNS:localhost,IP:127.0.0.1,IP:127.0.0.2"
    hosts = {"right": local, "other": local, "elsewhere": "DNS:example.net"}
    return {name: make_certificate(folder, name, names) for name, names in hosts.items()}


@contextmanager
def tls_server(template: Path, data: Path, certificate: Path, host: str = "127.0.0.1") -> Iterator[PrivateServer]:
    shutil.copytree(template, data, symlinks=True)
    port = free_port()
    files = TlsFiles(certificate=certificate, key=certificate.with_suffix(".key"))
    config = ServerConfig(
        data=data,
        suffix=SUFFIX,
        ldap_host=host,
        tls=files,
        ldaps_port=port,
        adapter_password=ADAPTER_PASSWORD,
    )
    with PrivateServer(config) as server:
        server.prepare()
        server.start()
        yield server


def over_tls(server: PrivateServer, ca: Path | None, host: str = "localhost") -> Endpoint:
    return Endpoint(
        uri=f"ldaps://{host}:{server.config.ldaps_port}",
        bind_dn=f"cn=adapter,ou=iam,{SUFFIX}",
        bind_password=ADAPTER_PASSWORD,
        ca_file=ca,
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_over_tls_everything_works_as_on_the_socket(
    template: Path, tmp_path: Path, certificates: dict[str, Path], host: str
) -> None:
    with tls_server(template, tmp_path / "tls", certificates["right"]) as server:
        store = a_store(over_tls(server, certificates["right"], host))
        account = the_account(store)
        bob = store.add(USER, account, a_user("bob"))
        store.set_password(bob.dn, "Good-password-1")
        assert store.verify_password(bob.dn, "Good-password-1").ok
        assert store.root(account) is not None
        assert store.find(ROOT, account)
        store.close()


@pytest.mark.parametrize("trusted", ["right", "other"])
def test_start_tls_is_verified_as_well(
    template: Path, tmp_path: Path, certificates: dict[str, Path], trusted: str
) -> None:
    with tls_server(template, tmp_path / "tls", certificates["right"], host="127.0.0.2") as server:
        endpoint = replace(over_tls(server, certificates[trusted]), uri=server.ldap_uri)
        store = a_store(endpoint)
        assert store.is_answering() == (trusted == "right")
        store.close()


def test_only_what_stays_on_this_machine_goes_without_tls() -> None:
    local = ["ldapi://%2Frun%2Fldapi", "ldap://localhost", "ldap://127.0.0.1:389", "ldap://[::1]:389"]
    assert [Endpoint(uri=uri).tls_context() for uri in local] == [None] * 4
    for uri in ("ldap://ldap.example.org", "ldaps://localhost", "ldap://127.0.0.1.example.org"):
        context = Endpoint(uri=uri).tls_context()
        assert context is not None
        assert context.check_hostname


@pytest.mark.parametrize(("served", "trusted"), [("right", "other"), ("right", None), ("elsewhere", "elsewhere")])
def test_a_server_that_can_not_be_verified_is_refused(
    template: Path, tmp_path: Path, certificates: dict[str, Path], served: str, trusted: str | None
) -> None:
    with tls_server(template, tmp_path / "tls", certificates[served]) as server:
        store = a_store(over_tls(server, certificates[trusted] if trusted else None))
        with pytest.raises(ServiceUnavailable):
            store.accounts()
        assert "certificate" in next(iter(store.server_info().servers.values())).lower()
        store.close()


def test_a_wrong_adapter_password_is_told_without_showing_it(
    template: Path, tmp_path: Path, certificates: dict[str, Path]
) -> None:
    with tls_server(template, tmp_path / "tls", certificates["right"]) as server:
        endpoint = over_tls(server, certificates["right"])
        wrong = Endpoint(
            uri=endpoint.uri, bind_dn=endpoint.bind_dn, bind_password="hush-hush", ca_file=endpoint.ca_file
        )
        assert "hush" not in repr(wrong)
        store = a_store(wrong)
        (status,) = store.server_info().servers.values()
        assert "invalidCredentials" in status
        assert "hush" not in status
        store.close()
