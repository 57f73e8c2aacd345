"""`bindery up` as operators run it: real processes that are ended, killed and disturbed."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapter.crypto.sealing import MasterKey
from tests.ports import free_port

BINDERY = (sys.executable, "-m", "adapter.cli")
PATIENCE = 60


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def eventually(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Up:
    """A `bindery up` in a process group of its own, as a terminal gives it one."""

    def __init__(
        self, data: Path, *options: str, http: int | None = None, ldap: int | None = None, **environ: str
    ) -> None:
        self.data, self.http, self.ldap = data, http or free_port(), ldap or free_port()
        addresses = ("--http", f"127.0.0.1:{self.http}", "--ldap", f"127.0.0.1:{self.ldap}")
        self.log = data.with_name(f"{data.name}-{self.http}.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*BINDERY, "up", "--data", str(data), *addresses, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environ},
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self) -> "Up":
        assert eventually(lambda: "Ctrl-C stops it" in self.said or self.process.poll() is not None)
        assert "Ctrl-C stops it" in self.said, self.said
        return self

    def status(self, path: str = "/readyz") -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.http, timeout=10)) as connection:
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def is_ready(self) -> bool:
        return self.status() == 200

    @property
    def slapd_pid(self) -> int:
        text = (self.data / "slapd.lock").read_text().strip()
        return int(text) if text.isdigit() else 0  # empty while it changes hands, a word while what broke is put right

    @property
    def worker_pid(self) -> int:
        """The one child that listens; multiprocessing keeps another one for its resources."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def begin(*options: str, data: Path = tmp_path / "data", **arguments: object) -> Up:
        started.append(Up(data, *options, **arguments))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_both_servers_cleanly(start, number):
    up = start().wait_until_ready()
    pids = (up.slapd_pid, up.worker_pid)
    os.killpg(up.process.pid, number)  # as a terminal does: everybody in the group gets it
    assert up.process.wait(PATIENCE) == 0
    assert eventually(lambda: is_free(up.http))
    assert eventually(lambda: is_free(up.ldap))
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert "Traceback" not in up.said
    assert "ERROR" not in up.said


def test_a_signal_during_the_start_ends_it_cleanly(start):
    up = start("--demo")
    assert eventually((up.data / "directory").exists)
    assert up.end() == 0
    assert eventually(lambda: is_free(up.ldap))
    assert "Traceback" not in up.said
    assert start("--demo").wait_until_ready().is_ready()


def test_the_banner_says_where_to_go_and_who_can_sign_in(start):
    up = start("--demo").wait_until_ready()
    assert f"http://127.0.0.1:{up.http}/console/" in up.said
    assert f"ldap://127.0.0.1:{up.ldap}" in up.said
    assert "bob, alice, job, joy, ray" in up.said
    assert up.status("/console/sign-in") == 200


def test_invented_secrets_are_shown_at_the_first_start_only_and_kept_for_the_owner_alone(start):
    first = start().wait_until_ready()
    password = re.search(r"root user's password\s+(\S+)", first.said)[1]
    kept = first.data / "first-start.txt"
    assert f"BINDERY_ROOT_PASSWORD={password}\n" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    first.end()
    assert password not in start().wait_until_ready().said


def test_secrets_of_a_first_start_that_failed_are_shown_by_the_next_one(start):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        failed = start(ldap=other.getsockname()[1])
        assert failed.process.wait(PATIENCE) == 1
    password = next(
        line.partition("=")[2]
        for line in (failed.data / "first-start.txt").read_text().splitlines()
        if line.startswith("BINDERY_ROOT_PASSWORD=")
    )
    assert password not in failed.said
    assert password in start().wait_until_ready().said


def test_given_secrets_are_used_and_neither_shown_nor_kept(start):
    given = {"BINDERY_ROOT_PASSWORD": "correct horse battery", "BINDERY_ACCOUNT_ID": "210987654321"}
    up = start(**given, BINDERY_SUFFIX="o=Umbrella").wait_until_ready()
    bind = ["ldapwhoami", "-x", "-H", f"ldap://127.0.0.1:{up.ldap}", "-D", "cn=root,ou=iam,o=Umbrella"]
    subprocess.run([*bind, "-w", given["BINDERY_ROOT_PASSWORD"]], check=True, capture_output=True)
    assert "210987654321" in up.said
    assert given["BINDERY_ROOT_PASSWORD"] not in up.said + (up.data / "first-start.txt").read_text()


def test_a_master_key_may_come_by_value_and_is_not_written_down(start):
    up = start(BINDERY_MASTER_KEY=MasterKey.generate().to_text()).wait_until_ready()
    assert up.is_ready()
    assert not (up.data / "master.key").exists()


def test_secrets_of_the_first_start_reach_neither_web_server_nor_slapd(start):
    up = start(BINDERY_ROOT_PASSWORD="correct horse battery").wait_until_ready()
    for pid in (up.worker_pid, up.slapd_pid):
        assert b"correct horse" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_the_command_in_the_banner_works_with_a_suffix_that_has_spaces(start):
    up = start("--demo", BINDERY_SUFFIX="o=Acme Corp,c=DE").wait_until_ready()
    command = re.search(r"ldapsearch .*\n.*uid=bob$", up.said, re.MULTILINE)[0]
    done = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True)
    assert "dn: uid=bob,ou=people,o=Acme Corp,c=DE" in done.stdout


def test_the_suffix_is_remembered(start):
    start(BINDERY_SUFFIX="o=Umbrella").wait_until_ready().end()
    assert "o=Umbrella" in start().wait_until_ready().said


def test_a_killed_directory_is_back_soon_and_answers_again(start):
    up = start().wait_until_ready()
    killed = up.slapd_pid
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: up.slapd_pid not in {0, killed} and up.is_ready())
    assert up.status("/healthz") == 200


def test_a_killed_web_worker_is_replaced(start):
    up = start().wait_until_ready()
    killed = up.worker_pid
    os.kill(killed, signal.SIGKILL)
    assert eventually(up.is_ready)
    assert up.worker_pid != killed


def test_after_a_sigkill_the_next_start_takes_over_from_what_was_left(start):
    up = start().wait_until_ready()
    orphan = up.slapd_pid
    up.end(signal.SIGKILL)
    assert eventually(lambda: is_free(up.http))
    assert start(http=up.http, ldap=up.ldap).wait_until_ready().is_ready()
    assert eventually(lambda: not Path(f"/proc/{orphan}").exists())


@pytest.mark.parametrize("option", ["http", "ldap"])
def test_a_port_in_use_is_named(start, option):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        up = start(**{option: port})
        assert up.process.wait(PATIENCE) == 1
    assert f"127.0.0.1:{port} is in use by another program. Choose another with --{option} HOST:PORT." in up.said
    assert "Traceback" not in up.said


def test_a_data_folder_in_use_is_named(start):
    first = start().wait_until_ready()
    second = start()
    assert second.process.wait(PATIENCE) == 1
    assert f"{first.data} is in use by another server (process {first.process.pid})" in second.said
    assert first.is_ready()


def test_a_web_server_that_cannot_start_ends_the_directory_as_well(start, tmp_path):
    (tmp_path / "key").write_text("not a key")
    up = start(BINDERY_MASTER_KEY_FILE=str(tmp_path / "key"))
    assert up.process.wait(PATIENCE) == 1
    assert "key is not a master key" in up.said
    assert eventually(lambda: is_free(up.ldap))


def test_a_directory_can_run_without_its_web_server(start):
    up = start("--without-web").wait_until_ready()
    assert eventually(lambda: is_free(up.http))
    assert not is_free(up.ldap)
    killed = up.slapd_pid
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: up.slapd_pid not in {0, killed} and not is_free(up.ldap))
    assert up.end() == 0
    assert eventually(lambda: is_free(up.ldap))
