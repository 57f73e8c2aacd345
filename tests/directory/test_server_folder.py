"""A data folder's contents: first start, demo, and the upgrade of one that an older version left."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from adapter.server import PrivateServer, ServerConfig, SlapdError, UnusableFolder, bootstrap, ldif
from adapter.server.bootstrap import note_shown, read_first_start, read_unshown
from adapter.server.config import SlapdConfiguration, render_configuration
from adapter.server.database import Database
from adapter.server.files import ldif_root
from adapter.server.identity import Identity
from adapter.server.program import find_slapd
from adapter.server.state import read_state, write_state
from adapter.settings import Settings
from tests.conftest import ENVIRONMENT, Directory

PASSWORD = "Bindery-demo-1"
POLICIES = "ou=system-policies,ou=iam,dc=example,dc=org"


def started(data: Path, *, demo: bool = False) -> Directory:
    server = PrivateServer(ServerConfig(data=data))
    server.prepare(demo=demo)
    server.start()
    return Directory(server, Settings(data=data))


def database(data: Path) -> Database:
    return Database(data / "directory", find_slapd(), Identity.choose())


def make_older(data: Path) -> None:
    """Gives a stopped data folder a configuration without the newest attribute, fewer indexes and wide open ACLs."""
    state = read_state(data)
    assert state
    configuration = render_configuration(ServerConfig(data=data), find_slapd(), state.database)
    older = SlapdConfiguration(tuple(_without_news(entry) for entry in configuration.entries))
    database(data).configure(older)
    database(data).reindex()
    write_state(data, replace(state, configuration=older.fingerprint, indexes=older.index_fingerprint, content="older"))


def _without_news(entry: ldif.Entry) -> ldif.Entry:
    kept = tuple(
        (name, value.replace(b" $ iamCustomised", b""))
        for name, value in entry.attributes
        if not (name == "olcDbIndex" and b"iam" in value)
        and not (name == "olcAccess" and entry.dn.startswith("olcDatabase={1}"))
        and b"NAME 'iamCustomised'" not in value
    )
    return ldif.Entry(entry.dn, kept)


def test_the_first_start_makes_tree_root_user_administrators_and_policies(directory: Directory) -> None:
    found = directory.ldap("ldapsearch", "-LLL", "-b", directory.suffix, "1.1").stdout
    for rdn in ("ou=people", "ou=groups", "cn=admin,ou=groups", "ou=iam", "cn=root,ou=iam", "ou=policies,ou=iam",
                "ou=roles,ou=iam", "ou=keys,ou=iam", "cn=default,ou=password-policies,ou=iam"):  # fmt: skip
        assert f"dn: {rdn},{directory.suffix}" in found
    packs = list((ldif_root() / "system-policies").glob("*.json"))
    assert found.count(f",{POLICIES}") == len(packs) + 1
    admin = directory.ldap("ldapsearch", "-LLL", "-b", f"cn=admin,ou=groups,{directory.suffix}").stdout
    assert f"iamAttachedPolicy: cn=AdministratorAccess,{POLICIES}" in admin
    assert "member:" not in admin


def test_no_demo_without_being_asked_for_it(directory: Directory) -> None:
    assert directory.ldap("ldapsearch", "-LLL", "-b", directory.suffix, "(uid=*)").stdout == ""


def test_without_what_the_first_start_needs_nothing_is_made(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with PrivateServer(ServerConfig(data=data)) as server, pytest.raises(UnusableFolder, match="no directory yet"):
        server.prepare()
    assert read_state(data) is None


def test_an_interrupted_first_start_is_done_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = bootstrap(data, ENVIRONMENT)
    with PrivateServer(ServerConfig(data=data)) as server:
        server.prepare(first)
    (data / "directory.json").unlink()
    again = bootstrap(data, ENVIRONMENT)
    assert again
    with PrivateServer(ServerConfig(data=data)) as server:
        server.prepare(again)
        server.start()


def test_the_demo_can_be_loaded_again_and_again_and_keeps_changes(demo_template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(demo_template, tmp_path / "data", symlinks=True)
    directory = started(data)
    bob, admin = f"uid=bob,ou=people,{directory.suffix}", f"cn=admin,ou=groups,{directory.suffix}"
    directory.ldap("ldapmodify", stdin=f"dn: {bob}\nchangetype: modify\nreplace: displayName\ndisplayName: Robert\n")
    directory.ldap("ldapdelete", f"uid=joy,ou=people,{directory.suffix}")
    directory.ldap("ldapmodify", stdin=f"dn: {admin}\nchangetype: modify\ndelete: member\nmember: {bob}\n")
    uuid = directory.ldap("ldapsearch", "-LLL", "-b", admin, "entryUUID").stdout
    for _ in range(2):
        directory.server.stop()
        directory = started(data, demo=True)
    assert directory.ldap("ldapsearch", "-LLL", "-b", admin, "entryUUID").stdout == uuid
    assert admin in directory.ldap("ldapsearch", "-LLL", "-b", directory.suffix, f"(member={bob})").stdout
    assert "displayName: Robert" in directory.ldap("ldapsearch", "-LLL", "-b", bob).stdout
    assert f"member: {bob}" in directory.ldap("ldapsearch", "-LLL", "-b", admin).stdout
    assert directory.ldap_as("joy", PASSWORD, "ldapwhoami").returncode == 0
    directory.server.stop()


def test_demo_passwords_are_stored_as_hashes_only(demo_template: Path) -> None:
    stored = database(demo_template).read("ou=people,dc=example,dc=org")
    hashes = [value for entry in stored for value in entry.values("userPassword")]
    assert len(set(hashes)) == 5
    assert all(value.startswith(b"{ARGON2}$argon2") and b"m=19456,t=3,p=1" in value for value in hashes)


def test_an_unchanged_folder_is_left_as_it_is(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    before = (data / "directory.json").stat().st_ino
    with PrivateServer(ServerConfig(data=data)) as server:
        server.prepare()
    assert (data / "directory.json").stat().st_ino == before


def test_schema_indexes_and_acls_of_an_older_folder_are_upgraded(demo_template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(demo_template, tmp_path / "data", symlinks=True)
    policy = "cn=default,ou=password-policies,ou=iam,dc=example,dc=org"
    directory = started(data)
    directory.ldap("ldapmodify", stdin=f"dn: {policy}\nchangetype: modify\ndelete: iamCustomised\n")
    directory.server.stop()
    make_older(data)
    directory = started(data)
    change = f"dn: {policy}\nchangetype: modify\nadd: iamCustomised\niamCustomised: TRUE\n"
    directory.ldap("ldapmodify", stdin=change)
    anonymous = directory.ldap("ldapsearch", "-x", "-LLL", "-b", directory.suffix, check=False).stdout
    assert anonymous == ""
    used = ("ldapsearch", "-LLL", "-b", directory.suffix, f"(iamAttachedPolicy=cn=ECSFullAccess,{POLICIES})", "1.1")
    assert "cn=DevelopmentPersonnel" in directory.ldap(*used).stdout
    directory.server.stop()


def test_an_upgrade_that_was_interrupted_is_finished(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    shutil.rmtree(data / "directory" / "conf")
    (data / "directory" / "conf.new").mkdir()
    (data / "directory" / "db-9").mkdir()
    directory = started(data)
    directory.ldap("ldapwhoami")
    directory.server.stop()
    assert not (data / "directory" / "db-9").exists()


def test_an_upgrade_adds_missing_containers_and_renews_policies(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    directory = started(data)
    directory.ldap("ldapdelete", "-r", f"ou=roles,ou=iam,{directory.suffix}")
    directory.ldap("ldapdelete", f"cn=ReadOnlyAccess,{POLICIES}")
    directory.ldap("ldapdelete", f"cn=admin,ou=groups,{directory.suffix}")
    policy = f"cn=AdministratorAccess,{POLICIES}"
    old = 'iamPolicyVersion: v1 20200101000000.000000Z {"Version": "2012-10-17", "Statement": []}'
    directory.ldap("ldapmodify", stdin=f"dn: {policy}\nchangetype: modify\nreplace: iamPolicyVersion\n{old}\n")
    directory.server.stop()
    state = read_state(data)
    assert state
    write_state(data, replace(state, content="older"))
    directory = started(data)
    found = directory.ldap("ldapsearch", "-LLL", "-b", directory.suffix, "1.1").stdout
    assert f"dn: ou=roles,ou=iam,{directory.suffix}" in found
    assert f"dn: cn=ReadOnlyAccess,{POLICIES}" in found
    assert "cn=admin,ou=groups" not in found
    renewed = directory.ldap("ldapsearch", "-LLL", "-b", policy).stdout
    assert "iamDefaultVersion: v2" in renewed
    assert "iamLastVersion: 2" in renewed
    directory.server.stop()


def test_a_folder_of_a_newer_version_is_refused(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    state = json.loads((data / "directory.json").read_text(encoding="utf-8"))
    (data / "directory.json").write_text(json.dumps(state | {"format": 99}), encoding="utf-8")
    with PrivateServer(ServerConfig(data=data)) as server, pytest.raises(UnusableFolder, match="newer version"):
        server.prepare()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"surprise": 1}', "null"])
def test_a_damaged_state_is_refused_and_not_overwritten(template: Path, tmp_path: Path, content: str) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    (data / "directory.json").write_text(content, encoding="utf-8")
    with PrivateServer(ServerConfig(data=data)) as server, pytest.raises(UnusableFolder, match="damaged"):
        server.prepare()
    assert (data / "directory.json").read_text(encoding="utf-8") == content


def test_a_copy_of_the_database_is_as_small_as_what_is_in_it(template: Path) -> None:
    state = read_state(template)
    assert state
    assert (template / "directory" / state.database / "data.mdb").stat().st_size < 10_000_000


def test_a_tool_that_fails_says_why(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    Identity.choose().own(data / "directory")
    with pytest.raises(SlapdError, match="slapadd failed"):
        database(data).add([ldif.make_entry("cn=x,dc=example,dc=org", [("objectClass", "nonsense")])])


def test_what_is_invented_is_kept_private_and_said_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, again = bootstrap(data, {}), bootstrap(data, {})
    assert first
    assert again
    assert (first.account_id, first.root_password) == (again.account_id, again.root_password)
    assert first.root_secret_access_key == again.root_secret_access_key
    assert read_first_start(data)["BINDERY_ROOT_PASSWORD"] == first.root_password
    for name in ("first-start.txt", "master.key"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600


def test_what_is_given_is_used_and_not_written_down(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("From-a-file-1\n", encoding="utf-8")
    environment = {
        "BINDERY_ACCOUNT_ID": "210987654321",
        "BINDERY_ROOT_PASSWORD_FILE": str(tmp_path / "password"),
        "BINDERY_ROOT_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "BINDERY_ROOT_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }
    first = bootstrap(tmp_path / "data", environment)
    assert first
    assert (first.account_id, first.root_password) == ("210987654321", "From-a-file-1")
    assert first.invented == {"BINDERY_ROOT_EMAIL"}
    assert "From-a-file-1" not in (tmp_path / "data" / "first-start.txt").read_text(encoding="utf-8")


def test_where_everything_is_given_nothing_is_written_down(tmp_path: Path) -> None:
    keys = {
        "BINDERY_ROOT_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "BINDERY_ROOT_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }
    bootstrap(tmp_path / "data", {**ENVIRONMENT, **keys})
    assert not (tmp_path / "data" / "first-start.txt").exists()


def test_what_is_invented_counts_as_unshown_until_somebody_has_seen_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert read_unshown(data) == {}
    first = bootstrap(data, {})
    assert first
    assert read_unshown(data)["BINDERY_ROOT_PASSWORD"] == first.root_password
    note_shown(data)
    assert read_unshown(data) == {}
    assert read_first_start(data)["BINDERY_ROOT_PASSWORD"] == first.root_password
    assert stat.S_IMODE((data / "first-start.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BINDERY_ACCOUNT_ID", "12"),
        ("BINDERY_ROOT_EMAIL", "root@a b"),
        ("BINDERY_ROOT_EMAIL", "root@example.org\nuserPassword: x"),
        ("BINDERY_ROOT_PASSWORD", "short"),
        ("BINDERY_ROOT_PASSWORD", "with\nline-break"),
        ("BINDERY_ROOT_ACCESS_KEY_ID", "AKIA-short"),
        ("BINDERY_ROOT_SECRET_ACCESS_KEY", "alone-but-long-enough-1234567890"),
        ("BINDERY_MASTER_KEY", "c2hvcnQ="),
        ("BINDERY_MASTER_KEY", "not base64!"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named_without_its_value(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match="BINDERY_") as caught:
        bootstrap(tmp_path / "data", {name: value})
    assert value not in str(caught.value)


def test_after_the_first_start_there_is_nothing_to_show(template: Path) -> None:
    assert bootstrap(template, {}) is None


def test_a_master_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bootstrap(data, {})
    key = (data / "master.key").read_bytes()
    bootstrap(data, {})
    assert (data / "master.key").read_bytes() == key
    (data / "master.key").write_text("damaged", encoding="utf-8")
    with pytest.raises(ValueError, match="is not a master key"):
        bootstrap(data, {})


def test_the_lost_master_key_of_a_directory_is_asked_for_and_not_made_anew(template: Path, tmp_path: Path) -> None:
    data = shutil.copytree(template, tmp_path / "data", symlinks=True)
    (data / "master.key").unlink()
    with pytest.raises(ValueError, match=r"master\.key is missing.*BINDERY_MASTER_KEY_FILE"):
        bootstrap(data, {})
    assert not (data / "master.key").exists()


def test_a_master_key_that_can_t_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(ValueError, match=f"the master key {tmp_path / 'key'} can't be read: Is a directory"):
        bootstrap(tmp_path / "data", {}, tmp_path / "key")
