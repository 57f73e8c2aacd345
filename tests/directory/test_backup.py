"""Backup and restore."""

from __future__ import annotations

import gzip
import shutil
import stat
from pathlib import Path

import pytest

from adapter.server import InvalidBackup, PrivateServer, ServerConfig, SlapdError, UnusableFolder
from adapter.server.state import read_state
from adapter.settings import Settings
from tests.conftest import Directory

PASSWORD = "Bindery-demo-1"
EVERYTHING = ("ldapsearch", "-LLL", "-b", "dc=example,dc=org", "*", "entryUUID", "entryCSN")


def everything(directory: Directory) -> list[str]:
    return sorted(directory.ldap(*EVERYTHING).stdout.split("\n\n"))


def add_person(directory: Directory, name: str) -> None:
    person = f"dn: uid={name},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\ncn: {name}\nsn: {name}\n"
    directory.ldap("ldapadd", stdin=person)


@pytest.mark.parametrize("name", ["all.ldif", "all.ldif.gz"])
def test_a_backup_of_the_running_server_restores_into_an_empty_folder(
    demo_directory: Directory, tmp_path: Path, name: str
) -> None:
    add_person(demo_directory, "eve")
    before = everything(demo_directory)
    demo_directory.server.backup(tmp_path / name)
    fresh = tmp_path / "fresh"
    with PrivateServer(ServerConfig(data=fresh)) as server:
        server.restore(tmp_path / name)
        server.prepare()
        server.start()
        restored = Directory(server, Settings(data=fresh))
        assert everything(restored) == before
        assert restored.ldap_as("bob", PASSWORD, "ldapwhoami").returncode == 0
    state = read_state(fresh)
    assert state
    assert state.account_id == "123456789012"


def test_a_backup_is_private_and_compressed_by_its_name(demo_directory: Directory, tmp_path: Path) -> None:
    for name in ("all.ldif", "all.ldif.gz"):
        demo_directory.server.backup(tmp_path / name)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    plain = (tmp_path / "all.ldif").read_bytes()
    assert b"dn: uid=bob,ou=people,dc=example,dc=org" in plain
    assert gzip.decompress((tmp_path / "all.ldif.gz").read_bytes()) == plain


def test_a_backup_can_be_made_beside_the_server_and_when_it_is_stopped(
    demo_directory: Directory, tmp_path: Path
) -> None:
    beside = PrivateServer(ServerConfig(data=demo_directory.data))
    beside.backup(tmp_path / "running.ldif")
    demo_directory.server.stop()
    beside.backup(tmp_path / "stopped.ldif")
    for name in ("running.ldif", "stopped.ldif"):
        assert "uid=bob" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_backup_that_fails_leaves_the_earlier_one(demo_directory: Directory, tmp_path: Path) -> None:
    demo_directory.server.backup(tmp_path / "all.ldif")
    earlier = (tmp_path / "all.ldif").read_bytes()
    demo_directory.server.stop()
    shutil.rmtree(demo_directory.data / "directory" / "conf")
    with pytest.raises(SlapdError):
        demo_directory.server.backup(tmp_path / "all.ldif")
    assert (tmp_path / "all.ldif").read_bytes() == earlier
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["all.ldif"]


def test_a_folder_without_directory_has_no_backup(tmp_path: Path) -> None:
    with pytest.raises(UnusableFolder, match="no directory yet"):
        PrivateServer(ServerConfig(data=tmp_path)).backup(tmp_path / "all.ldif")


def test_restore_refuses_to_overwrite_until_told_so(demo_directory: Directory, tmp_path: Path) -> None:
    demo_directory.server.backup(tmp_path / "all.ldif.gz")
    before = everything(demo_directory)
    add_person(demo_directory, "eve")
    with pytest.raises(UnusableFolder, match="restore --overwrite"):
        demo_directory.server.restore(tmp_path / "all.ldif.gz")
    assert len(everything(demo_directory)) == len(before) + 1
    demo_directory.server.restore(tmp_path / "all.ldif.gz", overwrite=True)
    assert demo_directory.server.is_running
    assert everything(demo_directory) == before


def test_restore_beside_a_running_server_is_refused(demo_directory: Directory, tmp_path: Path) -> None:
    demo_directory.server.backup(tmp_path / "all.ldif")
    beside = PrivateServer(ServerConfig(data=demo_directory.data))
    with pytest.raises(UnusableFolder, match="in use"):
        beside.restore(tmp_path / "all.ldif", overwrite=True)
    assert demo_directory.server.is_running


def _cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _with_nonsense(content: bytes) -> bytes:
    return content.replace(b"objectClass: inetOrgPerson", b"objectClass: nonsense", 1)


def _of_another_suffix(content: bytes) -> bytes:
    return content.replace(b"dc=example,dc=org", b"dc=elsewhere,dc=org")


def _without_account(content: bytes) -> bytes:
    return content.replace(b"iamAccountId", b"description", 1).replace(b"objectClass: iamAccount\n", b"", 1)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("damage", [_cut_short, _with_nonsense, _of_another_suffix, _without_account, lambda _: b""])
def test_a_damaged_backup_changes_nothing(
    demo_directory: Directory, tmp_path: Path, compressed: bool, damage: object
) -> None:
    path = tmp_path / "all.ldif"
    demo_directory.server.backup(path)
    before = everything(demo_directory)
    content = damage(path.read_bytes())  # type: ignore[operator]
    path = tmp_path / ("bad.ldif.gz" if compressed else "bad.ldif")
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises((InvalidBackup, SlapdError, UnusableFolder)):
        demo_directory.server.restore(path, overwrite=True)
    assert everything(demo_directory) == before
    folders = [folder.name for folder in (demo_directory.data / "directory").iterdir()]
    assert sorted(folders) == ["conf", "db-1"]


def test_a_compressed_file_that_ends_too_early_is_refused(demo_directory: Directory, tmp_path: Path) -> None:
    path = tmp_path / "all.ldif.gz"
    demo_directory.server.backup(path)
    path.write_bytes(_cut_short(path.read_bytes()))
    with pytest.raises(InvalidBackup):
        demo_directory.server.restore(path, overwrite=True)
    assert demo_directory.server.is_running


def test_a_backup_that_is_missing_is_an_ordinary_error(demo_directory: Directory, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        demo_directory.server.restore(tmp_path / "none.ldif", overwrite=True)
    assert demo_directory.server.is_running


def test_a_restore_can_be_repeated(demo_directory: Directory, tmp_path: Path) -> None:
    demo_directory.server.backup(tmp_path / "all.ldif")
    for _ in range(2):
        demo_directory.server.restore(tmp_path / "all.ldif", overwrite=True)
    demo_directory.server.stop()
    assert [path.name for path in (demo_directory.data / "directory").glob("db-*")] == ["db-3"]
