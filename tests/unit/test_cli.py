"""The command line itself: help, refusals, exit codes. What `up` starts is tested in tests/faults."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from limits.storage import storage_from_string

from adapter.cli import cli
from adapter.commands.common import default_data
from adapter.crypto.sealing import MasterKey
from tests.certificates import make_pair
from tests.conftest import running_copy

KNOWN_PASSWORDS = "The demo's passwords are known to everybody"


def bindery(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def command_names(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield prefix + name
        if isinstance(command, click.Group):
            yield from command_names(command, f"{prefix}{name} ")


@pytest.mark.parametrize("name", list(command_names(cli)))
def test_every_command_explains_itself_with_an_example(name):
    result = bindery(*name.split(), "--help")
    assert result.exit_code == 0
    assert f"  bindery {name}" in result.output.split("Example")[1].split("Options:")[0]


def test_lists_of_commands_say_whole_sentences():
    groups = ["", *(name for name in command_names(cli) if isinstance(cli.commands.get(name), click.Group))]
    lists = [bindery(*name.split(), "--help").output.split("Commands:")[1] for name in groups]
    assert [line for text in lists for line in text.splitlines() if line.endswith("...")] == []


def test_the_operators_commands_are_there():
    assert {"up", "demo", "backup", "restore", "doctor", "policy"} <= set(cli.commands)


def test_help_documents_the_exit_codes():
    assert "0 done; 1 it failed" in bindery("--help").output


def test_wrong_usage_has_an_exit_code_of_its_own():
    assert bindery("up", "--http", "nowhere").exit_code == 2


@pytest.mark.parametrize("option", ["--http", "--ldap"])
def test_the_demo_does_not_listen_beyond_loopback_unless_told_twice(option, tmp_path):
    result = bindery("up", "--data", tmp_path / "data", "--demo", "--ldap-plaintext", option, "0.0.0.0:8123")
    assert result.exit_code == 2
    assert KNOWN_PASSWORDS in result.output
    assert "--demo --demo-on-network" in result.output
    assert not (tmp_path / "data").exists()


def test_the_directory_does_not_listen_on_a_network_in_plaintext_unless_told_so(tmp_path):
    result = bindery("up", "--data", tmp_path / "data", "--ldap", "0.0.0.0:3899")
    assert result.exit_code == 2
    assert "passwords would travel readable" in result.output
    assert not (tmp_path / "data").exists()


def test_a_certificate_without_its_key_is_refused(tmp_path):
    certificate = tmp_path / "ldap.crt"
    certificate.touch()
    assert "go together" in bindery("up", "--data", tmp_path / "data", "--ldap-cert", certificate).output


def test_a_certificate_is_brought_or_made_and_not_both(tmp_path):
    certificate, key = tmp_path / "ldap.crt", tmp_path / "ldap.key"
    certificate.touch()
    key.touch()
    brought = ("--ldap-cert", certificate, "--ldap-key", key)
    result = bindery("up", "--data", tmp_path / "data", *brought, "--ldap-own-certificate", "localhost")
    assert (result.exit_code, "exclude each other" in result.output) == (2, True)


def test_ldaps_wants_a_certificate(tmp_path):
    result = bindery("up", "--data", tmp_path / "data", "--ldaps-port", "6360")
    assert (result.exit_code, "needs a certificate" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BINDERY_ACCOUNT_ID", "12"),
        ("BINDERY_ROOT_PASSWORD", "short"),
        ("BINDERY_TRUSTED_PROXIES", "many"),
        ("BINDERY_LDAP_URIS", "ldap.example.org"),
        ("BINDERY_SAML_URLS", "example.org/saml"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(name, value, tmp_path, monkeypatch):
    monkeypatch.setenv(name, value)
    result = bindery("demo", "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert name in result.output


@pytest.mark.parametrize("name", ["BINDERY_SITES_FILE", "BINDERY_FEDERATION_CA_FILE"])
def test_a_file_that_the_web_server_needs_is_named_before_anything_is_made(name, tmp_path, monkeypatch):
    monkeypatch.setenv(name, str(tmp_path / "gone"))
    result = bindery("up", "--data", tmp_path / "data", "--http", "127.0.0.1:8123")
    assert (result.exit_code, name in result.output, str(tmp_path / "gone") in result.output) == (1, True, True)
    assert not (tmp_path / "data").exists()


def test_attempts_are_counted_where_that_is_possible(tmp_path, monkeypatch):
    monkeypatch.setenv("BINDERY_RATE_LIMIT_STORAGE", "blackboard://:secret@wall")
    result = bindery("up", "--data", tmp_path / "data", "--http", "127.0.0.1:8123")
    assert (result.exit_code, "STORAGE: blackboard:// can't be used" in result.output) == (1, True)
    assert "secret" not in result.output


def test_what_counts_for_several_web_servers_is_installed():
    storage = storage_from_string("redis://127.0.0.1:1", wrap_exceptions=True)
    assert (type(storage).__name__, storage.check()) == ("RedisStorage", False)


def test_a_suffix_that_makes_no_sense_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("BINDERY_SUFFIX", "Umbrella")
    result = bindery("demo", "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert "suffix" in result.output
    assert not (tmp_path / "data" / "directory").exists()


def test_a_users_data_lies_where_xdg_says(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ann/data")
    assert default_data() == Path("/home/ann/data/bindery")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ann")
    assert default_data() == Path("/home/ann/.local/share/bindery")


def test_roots_data_lies_where_services_keep_theirs(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data() == Path("/var/lib/bindery")


def test_a_backup_of_nothing_says_so_without_a_traceback(tmp_path):
    program = [sys.executable, "-m", "adapter.cli", "backup", tmp_path / "x.ldif", "--data", tmp_path / "data"]
    result = subprocess.run(program, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == f"Error: {tmp_path / 'data'} holds no directory yet\n"


def test_names_are_shown_as_they_are(demo_template, tmp_path):
    file = tmp_path / "[bold] of :key:.ldif"
    result = bindery("backup", file, "--data", demo_template)
    assert result.stderr.startswith(f"Wrote {file} (")


def test_a_backup_restores_what_was_there(demo_directory, tmp_path):
    file, copy = tmp_path / "backup.ldif.gz", tmp_path / "copy"
    assert bindery("backup", file, "--data", demo_directory.data).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert bindery("restore", file, "--data", copy).exit_code == 0
    assert bindery("backup", tmp_path / "again.ldif", "--data", copy).exit_code == 0
    assert "uid=bob,ou=people" in (tmp_path / "again.ldif").read_text()


def test_a_restore_does_not_overwrite_unless_told_so(demo_template, tmp_path):
    file, copy = tmp_path / "backup.ldif", tmp_path / "copy"
    bindery("backup", file, "--data", demo_template)
    bindery("restore", file, "--data", copy)
    refused = bindery("restore", file, "--data", copy)
    assert (refused.exit_code, "holds a directory" in refused.output) == (1, True)
    assert bindery("restore", "--overwrite", file, "--data", copy).exit_code == 0


def test_a_restore_into_a_server_that_runs_is_refused(demo_directory, tmp_path):
    bindery("backup", tmp_path / "x.ldif", "--data", demo_directory.data)
    result = bindery("restore", "--overwrite", tmp_path / "x.ldif", "--data", demo_directory.data)
    assert (result.exit_code, "is in use by another server" in result.output) == (1, True)


SOMEBODY_ELSES = {"BINDERY_LDAP_URIS": "ldap://127.0.0.1:1"}


@pytest.mark.parametrize(
    "command", [("backup", "new.ldif"), ("restore", "there.ldif"), ("demo",), ("import", "--everything", "there.ldif")]
)
def test_what_is_for_a_directory_of_bindery_s_own_leaves_those_of_others_alone(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.ldif").touch()
    result = CliRunner().invoke(cli, [*command, "--data", "data"], env=SOMEBODY_ELSES)
    assert (result.exit_code, "ldap://127.0.0.1:1 is not run by Bindery" in result.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["there.ldif"]


def test_the_demo_is_not_announced_where_it_is_not_loaded(tmp_path):
    result = CliRunner().invoke(cli, ["up", "--demo", "--data", str(tmp_path / "data")], env=SOMEBODY_ELSES)
    assert (result.exit_code, "leave --demo out" in result.output) == (2, True)


@pytest.mark.parametrize("command", ["account list", "reader", "service list", "doctor --sweep", "export x --people"])
def test_a_folder_that_does_not_exist_is_named_and_not_made(command, tmp_path):
    result = bindery(*command.split(), "--data", tmp_path / "data")
    assert (result.exit_code, "holds no directory yet: make one (bindery up)" in result.output) == (1, True)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["service list", "account list", "doctor --sweep"])
def test_a_server_that_is_stopped_is_started_for_the_time_being(command, demo_template):
    assert bindery(*command.split(), "--data", demo_template).exit_code == 0


def members(directory, group: str) -> set[str]:
    listing = directory.ldap("ldapsearch", "-LLL", "-b", f"cn={group},ou=groups,{directory.suffix}", "member").stdout
    return {line.removeprefix("member: ").split(",")[0] for line in listing.splitlines() if line.startswith("member: ")}


@pytest.mark.parametrize("times", [1, 2])
def test_the_demo_loads_into_a_server_that_runs(directory, times):
    for _ in range(times):
        result = bindery("demo", "--data", directory.data)
        assert result.exit_code == 0, result.output
    assert members(directory, "admin") == {"uid=bob", "uid=alice"}
    assert members(directory, "TestPersonnel") == {"uid=ray", "uid=job"}
    directory.ldap_as("joy", "Bindery-demo-1", "ldapwhoami")


def people_and_groups(directory) -> set[frozenset[str]]:
    wanted = ("displayName", "mail", "member", "iamAttachedPolicy")
    found = (
        directory.ldap("ldapsearch", "-LLL", "-b", f"{container},{directory.suffix}", *wanted).stdout
        for container in ("ou=people", "ou=groups")
    )
    return {frozenset(entry.splitlines()) for entry in "\n\n".join(found).split("\n\n")}


def test_the_demo_is_the_same_whether_the_server_runs_or_not(directory, demo_template, tmp_path):
    bindery("demo", "--data", directory.data)
    with contextmanager(running_copy)(demo_template, tmp_path / "other") as other:
        assert people_and_groups(directory) == people_and_groups(other)


def test_the_demo_loads_into_a_folder_that_does_not_exist_yet(tmp_path):
    result = bindery("demo", "--data", tmp_path / "data")
    assert result.exit_code == 0, result.output
    bindery("backup", tmp_path / "x.ldif", "--data", tmp_path / "data")
    assert "uid=ray,ou=people" in (tmp_path / "x.ldif").read_text()


def findings(*arguments: object) -> tuple[int, dict[str, list[str]]]:
    result = bindery("doctor", "--json", *arguments)
    by_check: dict[str, list[str]] = {}
    for finding in json.loads(result.output):
        by_check.setdefault(finding["check"], []).append(finding["verdict"])
    return result.exit_code, by_check


def test_the_doctor_finds_a_healthy_installation_healthy(directory):
    (directory.data / "first-start.txt").unlink(missing_ok=True)
    code, verdicts = findings("--data", directory.data)
    assert code == 0
    assert {verdict for each in verdicts.values() for verdict in each} == {"fine"}
    assert {"server", "schema", "access rules", "TLS", "master key", "clock", "permissions"} <= set(verdicts)


def test_the_doctor_says_what_to_do_when_the_directory_is_down(directory):
    directory.server.stop()
    result = bindery("doctor", "--data", directory.data)
    assert result.exit_code == 1
    assert "Start it: bindery up." in result.output
    findings = json.loads(bindery("doctor", "--json", "--data", directory.data).output)
    (server,) = [each["message"] for each in findings if each["check"] == "server"]
    assert (server.count("ldapi://"), "No such file or directory" in server, "[Errno" in server) == (1, True, False)


def test_the_doctor_names_a_certificate_that_is_damaged(directory):
    folder = directory.data / "directory/tls"
    folder.mkdir(exist_ok=True)
    (folder / "certificate.pem").write_text("no certificate")
    code, verdicts = findings("--data", directory.data)
    assert (code, verdicts["TLS"]) == (1, ["failed"])


def test_a_directory_that_does_not_answer_is_a_case_for_the_doctor(tmp_path):
    asked = CliRunner().invoke(cli, ["account", "list", "--data", str(tmp_path)], env=SOMEBODY_ELSES)
    assert (asked.exit_code, "and why: bindery doctor" in asked.output) == (1, True)
    told = CliRunner().invoke(cli, ["doctor", "--json", "--data", str(tmp_path)], env=SOMEBODY_ELSES)
    (server,) = [each["message"] for each in json.loads(told.output) if each["check"] == "server"]
    assert server.startswith("ldap://127.0.0.1:1: ")


def test_the_doctor_writes_nothing_but_its_findings(directory):
    directory.server.stop()
    program = [sys.executable, "-m", "adapter.cli", "doctor", "--json", "--data", directory.data]
    result = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (1, "")
    assert json.loads(result.stdout)


def test_the_doctor_sees_secrets_that_others_can_read(directory):
    (directory.data / "master.key").chmod(0o644)
    assert findings("--data", directory.data)[1]["permissions"].count("failed") == 1


def test_the_doctor_sees_a_broken_master_key(directory):
    (directory.data / "master.key").write_text("nonsense")
    assert findings("--data", directory.data)[1]["master key"] == ["failed"]


def test_the_doctor_sees_a_master_key_of_another_directory(directory):
    (directory.data / "master.key").write_text(MasterKey.generate().to_text())
    assert findings("--data", directory.data)[1]["master key"] == ["fine", "failed"]


def test_the_doctor_takes_a_ring_of_earlier_and_current_keys(directory):
    key = directory.data / "master.key"
    key.write_text(f"# newest first\n{MasterKey.generate().to_text()}\n{key.read_text()}")
    assert findings("--data", directory.data)[1]["master key"] == ["fine", "fine"]


def test_the_doctor_takes_a_master_key_by_value(directory, monkeypatch):
    monkeypatch.setenv("BINDERY_MASTER_KEY", (directory.data / "master.key").read_text().strip())
    (directory.data / "master.key").unlink()
    assert findings("--data", directory.data)[1]["master key"] == ["fine", "fine"]


def test_the_doctor_says_nothing_of_clocks_that_it_can_t_compare(directory):
    directory.server.stop()
    assert "clock" not in findings("--data", directory.data)[1]


@pytest.mark.parametrize(("days", "verdict"), [(-1, "failed"), (3, "warning"), (90, "fine")])
def test_the_doctor_sees_a_certificate_that_expires(directory, days, verdict):
    folder = directory.data / "directory" / "tls"
    folder.mkdir()
    (folder / "certificate.pem").write_bytes(make_pair("localhost", days=days).pem)
    assert findings("--data", directory.data)[1]["TLS"] == [verdict]


def test_the_doctor_names_a_folder_that_is_not_there(tmp_path):
    code, verdicts = findings("--data", tmp_path / "nowhere")
    assert code == 1
    assert verdicts["data folder"] == ["failed"]


def test_a_reader_that_has_enough_is_no_reason_to_complain():
    lines = b"{}\n" * 20_000
    command = f"{sys.executable} -m adapter.cli policy eval | head -n 1"
    done = subprocess.run(["sh", "-c", command], input=lines, check=True, capture_output=True)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_what_the_system_refuses_is_said_in_words(tmp_path):
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    result = bindery("doctor", "--data", tmp_path / "data")
    assert "[Errno" not in result.output
