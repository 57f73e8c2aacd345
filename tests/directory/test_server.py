"""The private server's life: started, killed, watched, moved, refused."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import ldap3
import pytest
from ldap3.core.exceptions import LDAPExceptionError

from adapter.server import PrivateServer, ServerConfig, SlapdError, TlsFiles, UnusableFolder, bootstrap
from adapter.server.process import answers
from adapter.server.program import find_slapd
from adapter.settings import Settings
from tests.conftest import ENVIRONMENT, Directory

PASSWORD = "Bindery-demo-1"
OPENSSL = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
)
FULLWIDTH = "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in "123456789012")


def copied(template: Path, data: Path) -> Path:
    return shutil.copytree(template, data, symlinks=True)


@contextmanager
def running(config: ServerConfig, **options: bool) -> Iterator[Directory]:
    with PrivateServer(config) as server:
        server.prepare(bootstrap(config.data, ENVIRONMENT), **options)
        server.start()
        yield Directory(server, Settings(data=config.data, suffix=config.suffix))


@contextmanager
def supervised(server: PrivateServer) -> Iterator[None]:
    stop = threading.Event()
    watcher = threading.Thread(target=server.supervise, args=(stop,))
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def until(condition: Callable[[], bool]) -> None:
    """Waits for something that has to come; the test's own time limit ends a wait in vain."""
    while not condition():
        time.sleep(0.01)


def test_it_answers_once_start_returns_and_no_more_after_stop(directory: Directory) -> None:
    assert answers(directory.settings.socket_path)
    directory.server.stop()
    assert not answers(directory.settings.socket_path)


def test_starting_and_stopping_twice_does_no_harm(directory: Directory) -> None:
    pid = directory.server.pid
    directory.server.start()
    assert directory.server.pid == pid
    directory.server.stop()
    directory.server.stop()
    directory.server.start()
    assert directory.server.is_running


def test_it_listens_on_loopback_only(directory: Directory) -> None:
    port = int(directory.ldap_uri.rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text(encoding="ascii")
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


def test_started_by_root_it_runs_as_an_ordinary_user_below_a_closed_folder(directory: Directory) -> None:
    status = Path(f"/proc/{directory.server.pid}/status").read_text(encoding="ascii")
    uid = int(status.partition("Uid:")[2].split()[1])
    expected = pwd.getpwnam("openldap").pw_uid if os.geteuid() == 0 else os.geteuid()
    assert uid == expected
    assert directory.data.stat().st_mode & 0o077 == 0


def test_a_data_folder_in_use_is_refused(directory: Directory) -> None:
    with pytest.raises(UnusableFolder, match="in use by another server"):
        PrivateServer(ServerConfig(data=directory.data)).prepare()
    assert answers(directory.settings.socket_path)


def test_a_data_folder_is_free_again_after_stop(directory: Directory) -> None:
    directory.server.stop()
    with running(ServerConfig(data=directory.data)):
        assert answers(directory.settings.socket_path)


def test_a_folder_without_directory_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(UnusableFolder, match="no directory yet"):
        PrivateServer(ServerConfig(data=tmp_path / "data")).start()


def test_a_slapd_whose_starter_was_killed_is_replaced(template: Path, tmp_path: Path) -> None:
    data = copied(template, tmp_path / "data")
    script = (
        "import sys, time; from pathlib import Path; from adapter.server import *;"
        "s = PrivateServer(ServerConfig(data=Path(sys.argv[1]))); s.prepare(); s.start();"
        "print(s.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(data)], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        orphan = int(starter.stdout.readline())
        starter.kill()
    os.kill(orphan, 0)
    with running(ServerConfig(data=data)) as successor:
        assert successor.server.pid != orphan
        until(lambda: not Path(f"/proc/{orphan}/cmdline").exists() or not _is_alive(orphan))


def _is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text(encoding="ascii")


def test_after_a_kill_it_is_back_by_itself_on_the_same_port(directory: Directory) -> None:
    uri, pid = directory.ldap_uri, directory.server.pid
    assert pid
    with supervised(directory.server):
        os.kill(pid, signal.SIGKILL)
        until(lambda: directory.server.pid not in {None, pid} and answers(directory.settings.socket_path))
    assert directory.ldap_uri == uri
    directory.ldap("ldapwhoami")


def test_stop_is_not_undone_by_the_watch(directory: Directory) -> None:
    with supervised(directory.server):
        directory.server.stop()
    assert not directory.server.is_running


def test_no_acknowledged_write_is_lost_by_a_kill(directory: Directory) -> None:
    acknowledged: list[str] = []
    people = f"ou=people,{directory.suffix}"

    def write(first: int) -> None:
        server = ldap3.Server(directory.server.ldapi_uri, get_info=ldap3.NONE)
        external = {"authentication": ldap3.SASL, "sasl_mechanism": "EXTERNAL", "sasl_credentials": ""}
        with suppress(LDAPExceptionError), ldap3.Connection(server, **external) as connection:
            for number in count(first):
                assert connection.add(f"uid=w{number},{people}", "inetOrgPerson", {"cn": "w", "sn": "w"})
                acknowledged.append(f"w{number}")

    with supervised(directory.server):
        for turn in range(3):
            enough, pid = len(acknowledged) + 100, directory.server.pid
            writer = threading.Thread(target=write, args=(turn * 1_000_000,))
            writer.start()
            until(lambda enough=enough: len(acknowledged) > enough)
            os.kill(pid or 0, signal.SIGKILL)
            writer.join()
            until(lambda killed=pid: directory.server.pid not in {None, killed})
            until(lambda: answers(directory.settings.socket_path))
    found = directory.ldap("ldapsearch", "-LLL", "-b", people, "(sn=w)", "uid").stdout
    assert set(acknowledged) <= set(found.replace("uid: ", "").split())


def test_after_a_kill_consumers_are_told_of_what_came_before_it(demo_directory: Directory) -> None:
    look = ("ldapsearch", "-LLL", "-s", "base", "-b", demo_directory.suffix, "contextCSN")
    ray = f"dn: uid=ray,ou=people,{demo_directory.suffix}\nchangetype: modify\nreplace: title\ntitle: tester\n"
    demo_directory.ldap("ldapmodify", stdin=ray)
    before, pid = demo_directory.ldap(*look).stdout, demo_directory.server.pid
    with supervised(demo_directory.server):
        os.kill(pid or 0, signal.SIGKILL)
        until(lambda: demo_directory.server.pid not in {None, pid})
    assert demo_directory.ldap(*look).stdout > before


def test_a_moved_data_folder_works(demo_directory: Directory, tmp_path: Path) -> None:
    demo_directory.server.stop()
    moved = shutil.move(demo_directory.data, tmp_path / "elsewhere")
    with running(ServerConfig(data=Path(moved))) as directory:
        assert directory.ldap_as("bob", PASSWORD, "ldapwhoami").returncode == 0


def test_a_path_too_long_for_a_socket_is_no_obstacle(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    with running(ServerConfig(data=copied(template, folder / "data"))) as directory:
        assert directory.ldap("ldapwhoami").stdout.startswith("dn:cn=adapter,")
        assert len(str(directory.settings.socket_path)) < 100
        shutil.rmtree(directory.settings.socket_path.parent)


def test_a_socket_folder_that_others_can_write_to_is_refused(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    data = copied(template, folder / "data")
    trap = Settings(data=data).socket_path.parent
    trap.mkdir()
    trap.chmod(0o777)
    with pytest.raises(SlapdError, match="not ours alone"), running(ServerConfig(data=data)):
        pass
    trap.rmdir()


def test_a_port_that_is_taken_is_named_as_the_reason(template: Path, tmp_path: Path) -> None:
    data = copied(template, tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = ServerConfig(data=data, ldap_port=taken.getsockname()[1])
        with pytest.raises(SlapdError, match="did not start"), running(config):
            pass


def test_a_failed_start_leaves_the_folder_usable(template: Path, tmp_path: Path) -> None:
    data = copied(template, tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = ServerConfig(data=data, ldap_port=taken.getsockname()[1])
        with pytest.raises(SlapdError), running(config):
            pass
    with running(ServerConfig(data=data)) as directory:
        directory.ldap("ldapwhoami")


@pytest.mark.parametrize("suffix", ["o=Acme Corp,c=DE", "dc=a,dc=b", "o=Müller & Söhne", "ou=iam,dc=a.b'c,dc=de"])
def test_suffixes_of_all_kinds_work_end_to_end(tmp_path: Path, suffix: str) -> None:
    config = ServerConfig(data=tmp_path / "data", suffix=suffix)
    with running(config, demo=True) as directory:
        assert directory.ldap_as("bob", PASSWORD, "ldapwhoami").returncode == 0
        shown = directory.ldap_as("bob", PASSWORD, "ldapsearch", "-LLL", "-b", suffix, "(uid=alice)", "memberOf").stdout
        assert "memberOf" in shown
        hidden = ("ldapsearch", "-LLL", "-b", f"ou=iam,{suffix}")
        assert directory.ldap_as("bob", PASSWORD, *hidden, check=False).stdout == ""
        assert "iamAccountId: 123456789012" in directory.ldap(*hidden).stdout


def test_a_folder_of_another_suffix_is_refused(template: Path, tmp_path: Path) -> None:
    server = PrivateServer(ServerConfig(data=copied(template, tmp_path / "data"), suffix="dc=other"))
    with server, pytest.raises(UnusableFolder, match="holds dc=example,dc=org, not dc=other"):
        server.prepare()


def test_the_adapter_can_sign_in_over_the_network_with_a_password(template: Path, tmp_path: Path) -> None:
    data = copied(template, tmp_path / "data")
    adapter = "cn=adapter,ou=iam,dc=example,dc=org"
    for password in ("The-adapters-password-1", "The-adapters-password-2"):
        with running(ServerConfig(data=data, adapter_password=password)) as directory:
            assert adapter in directory.ldap_as(adapter, password, "ldapwhoami").stdout
            assert (
                "cn: root"
                in directory.ldap_as(adapter, password, "ldapsearch", "-b", f"ou=iam,{directory.suffix}").stdout
            )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    folder = tmp_path_factory.mktemp("tls")
    files = TlsFiles(certificate=folder / "cert.pem", key=folder / "key.pem", ca=folder / "cert.pem")
    subprocess.run(
        [*OPENSSL.split(), "-keyout", str(files.key), "-out", str(files.certificate)],
        check=True,
        capture_output=True,
    )
    files.key.chmod(0o600)
    return files


def test_with_a_certificate_start_tls_works_and_is_verified(
    demo_template: Path, tmp_path: Path, certificate: TlsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ServerConfig(data=copied(demo_template, tmp_path / "data"), tls=certificate)
    with running(config) as directory:
        trusted = directory.ldap_as("bob", PASSWORD, "ldapwhoami", "-ZZ", check=False)
        assert trusted.returncode != 0
        monkeypatch.setenv("LDAPTLS_CACERT", str(certificate.certificate))
        assert "uid=bob" in directory.ldap_as("bob", PASSWORD, "ldapwhoami", "-ZZ").stdout


def test_beyond_loopback_a_password_is_only_taken_over_tls(
    demo_template: Path, tmp_path: Path, certificate: TlsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDAPTLS_CACERT", str(certificate.certificate))
    data = copied(demo_template, tmp_path / "data")
    with running(ServerConfig(data=data, tls=certificate, ldap_host="0.0.0.0")) as directory:
        uri = directory.ldap_uri.replace("0.0.0.0", "127.0.0.1")
        plain = directory.ldap_as("bob", PASSWORD, "ldapwhoami", "-H", uri, check=False)
        assert "confidentiality required" in plain.stderr.lower()
        assert "uid=bob" in directory.ldap_as("bob", PASSWORD, "ldapwhoami", "-ZZ", "-H", uri).stdout
        assert directory.ldap("ldapwhoami").returncode == 0


@pytest.mark.parametrize(
    "hostile",
    [
        {"suffix": ""},
        {"suffix": "dc=a\nolcAccess: to * by * write"},
        {"suffix": 'dc=a" by * write'},
        {"suffix": "dc=a,,dc=b"},
        {"suffix": "dc=$suffix"},
        {"suffix": "dc=a\\2cdc=b"},
        {"suffix": "cn=config"},
        {"suffix": "dc=ä"},
        {"suffix": "dc=a+o=b"},
        {"suffix": "dc=(a)"},
        {"suffix": "dc=\u2028a"},
        {"suffix": "dc=" + "a" * 300},
        {"account_id": "12345678901"},
        {"account_id": "12345678901\n"},
        {"account_id": FULLWIDTH},
        {"ldap_host": "127.0.0.1 ldap://0.0.0.0"},
        {"ldap_host": "localhost/"},
        {"ldap_host": ""},
        {"ldap_host": "0.0.0.0"},
        {"ldap_port": -1},
        {"ldap_port": 65536},
        {"ldaps_port": 636},
    ],
)
def test_parameters_that_make_no_sense_are_refused(tmp_path: Path, hostile: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ServerConfig(data=tmp_path, **hostile)  # type: ignore[arg-type]


def test_a_missing_slapd_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SlapdError, match="apt install slapd"):
        find_slapd(programs=["/nonexistent/slapd"])


def test_passwords_never_show_in_a_repr(tmp_path: Path) -> None:
    first = bootstrap(tmp_path / "data", {})
    config = ServerConfig(data=tmp_path, adapter_password="The-adapters-password-1")
    assert first
    shown = repr(first) + repr(config)
    for secret in (first.root_password, first.root_secret_access_key, "The-adapters-password-1"):
        assert secret not in shown
