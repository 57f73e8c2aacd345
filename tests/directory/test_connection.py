"""Connections are bounded, limited in time, verified, and replaced when a server dies."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from adapter.errors import ServiceUnavailable
from adapter.ldap import USER, Set, Store
from adapter.ldap.connection import Pool
from adapter.ldap.endpoint import Endpoint
from adapter.ldap.filters import present
from adapter.ldap.search import NO_ATTRIBUTES, Scope, Search
from adapter.ldap.wire import Wire
from adapter.models import Account
from adapter.server import PrivateServer, ServerConfig
from adapter.settings import Settings
from tests.directory.records import a_user
from tests.directory.servers import SUFFIX, a_store, kill, slapd_pid, the_account
from tests.ports import free_port

ROOT_DSE = Search("", Scope.BASE, present("objectClass"), NO_ATTRIBUTES)


def ask(wire: Wire) -> int:
    return len(wire.search(ROOT_DSE)[0])


def uri_of(settings: Settings) -> str:
    return f"ldapi://{quote(str(settings.socket_path), safe='')}"


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
    dead = Endpoint(uri=f"ldap://127.0.0.1:{free_port()}")
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
    store = a_store(Endpoint(uri=f"ldap://127.0.0.1:{free_port()}"))
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
