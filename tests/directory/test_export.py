"""Exporting: tables that can be imported again, and everything, which makes the same directory."""

from __future__ import annotations

import csv
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapter import open_iam
from adapter.cli import cli
from adapter.server import PrivateServer, ServerConfig
from adapter.settings import Settings
from tests.conftest import SUFFIX, Directory, make_template
from tests.directory.conftest import Do, as_user, sign_in  # noqa: F401
from tests.documents import ADMINISTRATOR

TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}'
POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'


def bindery(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def full(directory: Directory, do: Do) -> Directory:
    """A directory with something of everything that a user, a group or a role can have."""
    for name, details in {
        "anna": {"display_name": "=1+1", "mobile_phone": "+49 1"},
        "wei": {"display_name": "王伟"},
    }.items():
        do("create_user", user_name=name, path="/a/", tags=[{"key": "team", "value": "blue"}], **details)
        do("create_login_profile", user_name=name, password="A-password-of-mine-1")
        do("create_access_key", user_name=name)
        do("attach_user_policy", user_name=name, policy_arn=ADMINISTRATOR)
    do("put_user_policy", user_name="anna", policy_name="own", policy_document=POLICY)
    do("create_virtual_mfa_device", virtual_mfa_device_name="phone")
    do("create_group", group_name="writers", display_name="'=quoted", remarks="two, cells")
    do("add_user_to_group", group_name="writers", user_name="anna")
    do("create_role", role_name="builder", assume_role_policy_document=TRUST)
    arn = do("create_policy", policy_name="store", policy_document=POLICY)["policy"]["arn"]
    do("create_policy_version", policy_arn=arn, policy_document=POLICY, set_as_default=True)
    return directory


@pytest.fixture
def copy(full: Directory, tmp_path: Path) -> Callable[[Path], Path]:
    """Loads an export into an empty data folder."""

    def load(file: Path) -> Path:
        data = tmp_path / "copy"
        data.mkdir(mode=0o700)
        shutil.copy(full.data / "master.key", data)
        result = bindery("import", "--everything", file, "--data", data)
        assert result.exit_code == 0, result.output
        return data

    return load


@pytest.mark.parametrize("name", ["everything.ldif", "everything.ldif.gz"])
def test_everything_goes_there_and_back(
    full: Directory, copy: Callable[[Path], Path], tmp_path: Path, name: str
) -> None:
    first, second = tmp_path / name, tmp_path / "second.ldif"
    assert bindery("export", first, "--data", full.data).exit_code == 0
    data = copy(first)
    assert bindery("export", second, "--data", data).exit_code == 0
    assert bindery("export", tmp_path / "plain.ldif", "--data", full.data).exit_code == 0
    assert second.read_bytes() == (tmp_path / "plain.ldif").read_bytes()
    assert b"dn: uid=anna,ou=people," in second.read_bytes()


def test_the_copy_answers_as_the_original_does(
    full: Directory, do: Do, copy: Callable[[Path], Path], tmp_path: Path
) -> None:
    bindery("export", tmp_path / "all.ldif", "--data", full.data)
    before = do("get_account_authorization_details")
    secret = do("list_access_keys", user_name="anna")
    data = copy(tmp_path / "all.ldif")
    with PrivateServer(ServerConfig(data=data, suffix=SUFFIX)) as server:
        server.prepare()
        server.start()
        iam = open_iam(Settings(data=data, suffix=SUFFIX))
        caller = sign_in(iam, full.account_id, None, full.root_password)
        assert iam.execute(caller, "get_account_authorization_details", {}) == before
        assert iam.execute(caller, "list_access_keys", {"user_name": "anna"}) == secret
        assert sign_in(iam, full.account_id, "anna", "A-password-of-mine-1").name == "anna"
        iam.close()


def test_everything_is_loaded_into_an_empty_folder_alone(full: Directory, tmp_path: Path) -> None:
    file = tmp_path / "all.ldif"
    bindery("export", file, "--data", full.data)
    other = make_template(tmp_path / "other", demo=True)
    before = (other / "directory.json").read_bytes()
    result = bindery("import", "--everything", file, "--data", other)
    assert (result.exit_code, "holds a directory" in result.output) == (1, True)
    assert (other / "directory.json").read_bytes() == before


def test_half_an_export_is_recognised(full: Directory, tmp_path: Path) -> None:
    file = tmp_path / "all.ldif"
    bindery("export", file, "--data", full.data)
    file.write_bytes(file.read_bytes()[:-2000])
    result = bindery("import", "--everything", file, "--data", tmp_path / "new")
    assert (result.exit_code, "ends too early" in result.output) == (1, True)


def test_two_exports_of_the_same_content_are_the_same_file(full: Directory, tmp_path: Path) -> None:
    for name in ("a", "b"):
        bindery("export", tmp_path / name, "--data", full.data)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_parents_come_first(full: Directory, tmp_path: Path) -> None:
    bindery("export", tmp_path / "all.ldif", "--data", full.data)
    seen: set[str] = set()
    for line in (tmp_path / "all.ldif").read_text().splitlines():
        if line.startswith("dn: "):
            name = line.removeprefix("dn: ")
            assert name == SUFFIX or name.partition(",")[2] in seen
            seen.add(name)
    assert len(seen) > 50


def test_an_export_is_for_its_owner_alone(full: Directory, tmp_path: Path) -> None:
    for options in ((), ("--people",)):
        bindery("export", tmp_path / "file", *options, "--data", full.data)
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_tables_go_there_and_back(full: Directory, directory: Directory, tmp_path: Path) -> None:
    other = make_template(tmp_path / "other", demo=False)
    for kind in ("people", "groups", "memberships"):
        table, again = tmp_path / f"{kind}.csv", tmp_path / f"{kind}-again.csv"
        assert bindery("export", table, f"--{kind}", "--data", full.data).exit_code == 0
        assert bindery("import", table, "--apply", "--yes", "--data", other).exit_code == 0
        assert bindery("export", again, f"--{kind}", "--data", other).exit_code == 0
        assert table.read_bytes() == again.read_bytes()


def test_a_table_holds_nothing_that_a_spreadsheet_would_run(full: Directory, tmp_path: Path) -> None:
    bindery("export", tmp_path / "people.csv", "--people", "--data", full.data)
    with (tmp_path / "people.csv").open(newline="", encoding="utf-8") as stream:
        people = {row["user_name"]: row for row in csv.DictReader(stream)}
    assert (people["anna"]["display_name"], people["anna"]["mobile_phone"]) == ("'=1+1", "'+49 1")
    assert people["wei"]["display_name"] == "王伟"


def test_a_table_of_many_has_them_all(directory: Directory, tmp_path: Path) -> None:
    people = "".join(
        f"dn: uid=u{number},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: u{number}\ncn: u\nsn: u\n\n"
        for number in range(2300)
    )
    directory.ldap("ldapadd", stdin=people)
    result = bindery("export", tmp_path / "people.csv", "--people", "--json", "--data", directory.data)
    assert '"count": 2300' in result.output
    assert (tmp_path / "people.csv").read_text().count("\n") == 2301


def test_a_folder_without_a_directory_is_named(tmp_path: Path) -> None:
    result = bindery("export", tmp_path / "all.ldif", "--data", tmp_path / "nothing")
    assert (result.exit_code, "holds no directory yet" in result.output) == (1, True)
    assert not (tmp_path / "all.ldif").exists()


def test_everything_goes_with_no_kind(full: Directory, tmp_path: Path) -> None:
    bindery("export", tmp_path / "all.ldif", "--data", full.data)
    assert bindery("import", "--everything", "--people", tmp_path / "all.ldif", "--data", tmp_path / "x").exit_code == 2


def test_a_file_holds_one_table(full: Directory, tmp_path: Path) -> None:
    result = bindery("export", tmp_path / "both.csv", "--people", "--groups", "--data", full.data)
    assert (result.exit_code, (tmp_path / "both.csv").exists()) == (2, False)


@pytest.mark.parametrize("options", [(), ("--people",)])
def test_a_file_that_can_not_be_written_is_named(full: Directory, tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "nowhere" / "all.ldif"
    result = bindery("export", file, *options, "--data", full.data)
    assert (result.exit_code, result.stderr.split(":")[1].strip()) == (1, str(file))


def test_a_directory_of_others_is_not_exported_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINDERY_LDAP_URIS", "ldap://127.0.0.1:1")
    result = bindery("export", tmp_path / "all.ldif", "--data", tmp_path)
    assert (result.exit_code, "slapcat" in result.output) == (1, True)
