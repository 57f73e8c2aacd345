"""Connections are bounded, limited in time, verified, and replaced when a server dies."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from adapter.errors import ServiceUnavailable
from adapter.ldap import ROOT, USER, Set, Store
from adapter.ldap.connection import Pool
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.filters import present
from adapter.ldap.search import NO_ATTRIBUTES, Scope, Search
from adapter.ldap.wire import Wire
from adapter.models import Account, User
from adapter.names import IdPrefix, new_unique_id
from adapter.server import PrivateServer, ServerConfig
from adapter.server.config import TlsFiles
from adapter.settings import Settings

SUFFIX = "dc=example,dc=org"
ROOT_DSE = Search("", Scope.BASE, present("objectClass"), NO_ATTRIBUTES)
ADAPTER_PASSWORD = "Adapter-password-1"


def ask(wire: Wire) -> int:
    return len(wire.search(ROOT_DSE)[0])


def uri_of(settings: Settings) -> str:
    return f"ldapi://{quote(str(settings.socket_path), safe='')}"


def a_store(*endpoints: Endpoint) -> Store:
    return Store(Pool(endpoints), SUFFIX, Pool(endpoints, size=2, authenticate=False))


def the_account(store: Store) -> Account:
    (only,) = store.accounts()
    return only


def a_user(name: str) -> User:
    user_id = new_unique_id(IdPrefix.USER)
    return User(user_name=name, user_id=user_id, arn="", create_date=datetime.now(UTC))


def slapd_pid(data: Path) -> int:
    """The process that has the data folder's `directory` as its current folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "slapd" and str(data) in str((process / "cwd").readlink()):
                return int(process.name)
        except OSError:
            continue
    raise AssertionError("no slapd runs there")


def kill(directory: Any) -> None:
    """Ends slapd as a crash does, and waits until that is known."""
    os.kill(slapd_pid(directory.data), signal.SIGKILL)
    while directory.server.is_running:
        time.sleep(0.005)


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true while a server that was given up is left alone, which is half a second at most."""
    deadline = time.monotonic() + 1
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def refused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def twin(template: Path, tmp_path: Path) -> Iterator[Settings]:
    """A second server with the same content."""
    data = tmp_path / "twin"
    shutil.copytree(template, data, symlinks=True)
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX)) as server:
        server.prepare()
        server.start()
        yield Settings(data=data, suffix=SUFFIX)


def test_a_pool_never_has_more_connections_than_it_may(directory: Any) -> None:
    pool = Pool((Endpoint(uri=uri_of(directory.settings)),), size=3)
    used: set[int] = set()
    together, most, lock = 0, 0, threading.Lock()

    def hold(wire: Wire) -> None:
        nonlocal together, most
        with lock:
            used.add(id(wire))
            together += 1
            most = max(most, together)
        ask(wire)
        with lock:
            together -= 1

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: pool.read(hold), range(200)))
    pool.close()
    assert most <= 3
    assert len(used) <= 3


def test_who_gets_no_connection_is_told_so(directory: Any) -> None:
    pool = Pool((Endpoint(uri=uri_of(directory.settings)),), size=1, checkout_timeout=0.05)
    with pytest.raises(ServiceUnavailable, match="busy"):
        pool.read(lambda _: pool.read(ask))
    assert pool.read(ask) == 1
    pool.close()


def test_a_connection_is_replaced_when_it_is_old(directory: Any) -> None:
    pool = Pool((Endpoint(uri=uri_of(directory.settings)),), max_lifetime=0.0)
    first, second = pool.read(lambda wire: wire), pool.read(lambda wire: wire)
    assert first is not second
    pool.close()


def test_a_connection_is_used_again(directory: Any) -> None:
    pool = Pool((Endpoint(uri=uri_of(directory.settings)),))
    assert pool.read(lambda wire: wire) is pool.read(lambda wire: wire)
    pool.close()


def test_a_forked_process_does_not_talk_on_its_parents_connections(directory: Any) -> None:
    pool = Pool((Endpoint(uri=uri_of(directory.settings)),))
    parents = pool.read(lambda wire: wire)
    reader, writer = os.pipe()
    if os.fork() == 0:
        own = pool.read(lambda wire: wire)
        os.write(writer, b"same" if own is parents else b"own")
        os._exit(0)
    os.close(writer)
    assert os.read(reader, 10) == b"own"
    os.close(reader)
    os.wait()
    assert pool.read(ask) == 1
    pool.close()


def test_a_silent_server_is_given_up_in_time() -> None:
    with silent_server() as port:
        pool = Pool((Endpoint(uri=f"ldap://127.0.0.1:{port}", receive_timeout=1),), authenticate=False)
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            pool.read(ask)
        assert time.monotonic() - started < 4
        pool.close()


def test_a_silent_server_does_not_hold_up_every_call() -> None:
    with silent_server() as port:
        pool = Pool((Endpoint(uri=f"ldap://127.0.0.1:{port}", receive_timeout=1),))
        with pytest.raises(ServiceUnavailable):
            pool.read(ask)
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            pool.read(ask)
        assert time.monotonic() - started < 0.5
        pool.close()


def test_a_server_that_talks_nonsense_is_no_directory() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def babble() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 200)

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        pool = Pool(
            (Endpoint(uri=f"ldap://127.0.0.1:{listener.getsockname()[1]}", receive_timeout=1),), authenticate=False
        )
        with pytest.raises(ServiceUnavailable):
            pool.read(ask)
        pool.close()


def test_reads_move_on_to_a_server_that_answers(directory: Any) -> None:
    dead = Endpoint(uri=f"ldap://127.0.0.1:{refused_port()}")
    store = a_store(dead, Endpoint(uri=uri_of(directory.settings)))
    assert the_account(store).account_id == directory.account_id
    assert list(store.server_info().servers.values()).count("ok") == 1
    store.close()


def test_writes_go_to_the_first_server_that_is_alive(directory: Any, twin: Settings) -> None:
    store = a_store(Endpoint(uri=uri_of(directory.settings)), Endpoint(uri=uri_of(twin)))
    account = the_account(store)
    store.add(USER, account, a_user("bob"))
    kill(directory)
    assert store.get(USER, account, "bob") is None
    store.add(USER, account, a_user("job"))
    assert store.names(USER, account) == ["job"]
    directory.server.start()
    assert eventually(lambda: store.names(USER, account) == ["bob"])
    store.close()


def test_no_server_means_unavailable_and_unchanged() -> None:
    store = a_store(Endpoint(uri=f"ldap://127.0.0.1:{refused_port()}"))
    account = Account(account_id="123456789012", user_base=f"ou=people,{SUFFIX}", group_base=f"ou=groups,{SUFFIX}")
    with pytest.raises(ServiceUnavailable, match="Nothing has been changed"):
        store.add(USER, account, a_user("bob"))
    assert not store.is_answering()
    assert not store.server_info().answers
    store.close()


def test_after_a_crash_it_answers_at_once_when_the_server_is_back(directory: Any, store: Store) -> None:
    account = the_account(store)
    kill(directory)
    with pytest.raises(ServiceUnavailable):
        store.accounts()
    directory.server.start()
    assert eventually(store.is_answering)
    assert the_account(store) == account
    assert store.add(USER, account, a_user("bob")).user_name == "bob"


def test_every_acknowledged_write_survives_a_crash_and_none_is_sent_twice(directory: Any, store: Store) -> None:
    account = the_account(store)
    acknowledged: list[str] = []
    stop = threading.Event()

    def keep_adding(writer: int) -> None:
        number = 0
        while not stop.is_set():
            name = f"user-{writer}-{number}"
            number += 1
            try:
                store.add(USER, account, a_user(name))
            except ServiceUnavailable:
                time.sleep(0.01)
            else:
                acknowledged.append(name)

    with ThreadPoolExecutor(3) as threads:
        writers = [threads.submit(keep_adding, writer) for writer in range(3)]
        for _ in range(3):
            time.sleep(0.3)
            kill(directory)
            directory.server.start()
        time.sleep(0.3)
        stop.set()
        for writer in writers:
            writer.result()
    assert acknowledged
    assert set(acknowledged) <= set(store.names(USER, account))


def test_a_write_that_was_cut_off_says_that_its_fate_is_unknown(directory: Any, store: Store) -> None:
    account = the_account(store)
    bob = store.add(USER, account, a_user("bob"))
    pid = slapd_pid(directory.data)
    os.kill(pid, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(ServiceUnavailable, match="not known"):
        store.change(USER, account, bob, Set("display_name", "Bob"))
    killer.join()


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
    port = refused_port()
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
